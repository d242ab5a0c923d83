"""Train the network; the schedule follows the clock, so that it ends when it was told to.

    python train.py /tmp/corpus /tmp/run --minutes 75
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import tokens
import torch
import torch.nn.functional as F
from batches import IGNORED, Batch, Batches, Corpus
from network import GUIDED_HEADS, Network, Shape
from tokenizers import Tokenizer
from torch import distributed

WARM_UP = 200  # steps
DECAY_FROM = 0.70  # of the time
FRAMES = 3500, 5000  # of features a step, at the start and at the end
WEIGHTS = {"text": 1.0, "guide": 0.7, "guide given": 0.4, "phones": 0.5, "words": 0.5}
SAVE_EVERY = 300  # seconds


def losses(network: Network, batch: Batch) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """Return the losses and, for the log, the training heads' accuracy."""
    heard = network.encoder(batch.mel)
    logits, attention = network.decoder(batch.inputs, heard, batch.keep)
    text = F.cross_entropy(logits.flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORED)
    phone_logits = network.phone_head(heard).flatten(0, 1)
    phones = F.cross_entropy(phone_logits, batch.phones.flatten(), ignore_index=IGNORED)
    parts = {"text": text, "phones": phones}
    spoken = batch.phones.flatten() > 0
    right = phone_logits.detach().argmax(-1)[spoken] == batch.phones.flatten()[spoken]
    seen = {"phones": right.float().mean().item() if len(right) else 0.0}
    if len(batch.spans):
        parts["guide"] = guide(attention[-1], batch.spans)
        given = batch.spans + torch.tensor([0, 1, 0, 0])  # a predicted token is the next input
        parts["guide given"] = guide(attention[0], given)
    if len(batch.words):
        word_logits = network.word_head(pooled(heard, batch.words))
        parts["words"] = F.cross_entropy(word_logits, batch.words[:, 3])
        seen["words"] = (word_logits.argmax(-1) == batch.words[:, 3]).float().mean().item()
    return parts, seen


def guide(attention: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """Return the divergence of attention from an even look at a position's word.

    An even look hears what the word head hears in its average over the span. Asking only for
    attention inside the span is not enough: it settles on three frames that say little.
    """
    rows, positions, first, last = spans.unbind(1)
    chosen = attention[:, list(GUIDED_HEADS)][rows, :, positions]  # [spans, heads, frames]
    frames = torch.arange(chosen.shape[-1])
    inside = ((frames >= first[:, None]) & (frames < last[:, None])).float()[:, None]
    size = inside.sum(-1).clamp(min=1)
    return (-((chosen + 1e-6).log() * inside).sum(-1) / size - size.log()).mean()


def pooled(heard: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Average the encoder's output over each word's span."""
    rows, first, last = words[:, 0], words[:, 1], words[:, 2]
    sums = F.pad(heard, (0, 0, 1, 0)).cumsum(1)
    first = first.clamp(max=heard.shape[1] - 1)
    last = torch.maximum(last.clamp(max=heard.shape[1]), first + 1)
    return (sums[rows, last] - sums[rows, first]) / (last - first)[:, None]


def rate(progress: float, step: int, peak: float) -> float:
    """Warm up, stay, then fall along a cosine to nothing."""
    fallen = min(max(progress - DECAY_FROM, 0) / (1 - DECAY_FROM), 1)
    return peak * min(1, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * fallen))


def save(network: Network, optimizer: torch.optim.Optimizer, run: Path, **state: float) -> None:
    made = {"shape": network.shape.asdict(), "network": network.state_dict(), **state}
    torch.save(made | {"optimizer": optimizer.state_dict()}, run / "new.pt")
    (run / "new.pt").replace(run / "last.pt")


def build(corpus: Corpus, run: Path, *, quiet: bool) -> tuple[Network, Tokenizer]:
    tokenizer = tokens.train(corpus.texts())
    if not quiet:
        tokens.save(tokenizer, run)
    words = len(corpus.words)
    single = sum(len(tokenizer.encode(f" {word}").ids) == 1 for word in corpus.words)
    if not quiet:
        print(f"{single} of {words} lower-cased words are one token", flush=True)
    size = len(tokens.vocabulary(tokenizer))
    return Network(Shape(size, len(corpus.phones) + 1, words)), tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--peak", type=float, default=1.5e-3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="go on from the run's last state")
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    # One thread a process: they meet once a step, not in every product as threads do.
    torch.multiprocessing.spawn(work, (options,), nprocs=options.workers)


def work(rank: int, options: argparse.Namespace) -> None:
    """Train one of the copies of the network that share their gradients."""
    torch.set_num_threads(1)
    meeting = f"file://{options.run.resolve()}/meeting.{os.getppid()}"
    distributed.init_process_group("gloo", meeting, rank=rank, world_size=options.workers)
    torch.manual_seed(1)
    corpus = Corpus(options.corpus)
    network, tokenizer = build(corpus, options.run, quiet=rank > 0)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=0, betas=(0.9, 0.98), weight_decay=0.02, fused=True
    )
    began, step = time.monotonic(), 0
    if options.resume:
        state = torch.load(options.run / "last.pt")
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        began, step = began - state["elapsed"], int(state["step"])
    progress = (time.monotonic() - began) / (60 * options.minutes)
    frames, seed = FRAMES[0] // options.workers, 2 * step + rank
    batches = Batches(corpus, tokenizer, frames=frames, seed=seed, progress=progress)
    run(network, optimizer, batches, options, began=began, step=step, rank=rank)


def share(network: Network, progress: float) -> float:
    """Average the gradients of all copies, and their ideas of how far the time has gone."""
    gradients = [p.grad for p in network.parameters()]
    flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor([progress])])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    parts = flat[:-1].split([g.numel() for g in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
    return flat[-1].item()


def run(network, optimizer, batches, options, *, began: float, step: int, rank: int) -> None:
    """Train until the time is over."""
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    sums: dict[str, float] = {}
    logged = saved = time.monotonic()
    for batch in batches:
        parts, seen = losses(network, batch)
        optimizer.zero_grad(set_to_none=False)
        sum(WEIGHTS[name] * part for name, part in parts.items()).backward()
        now = time.monotonic()
        progress = share(network, (now - began) / (60 * options.minutes))
        batches.progress = progress
        frames = FRAMES[0] + (FRAMES[1] - FRAMES[0]) * progress
        batches.frames = round(frames / options.workers)
        for group in optimizer.param_groups:
            group["lr"] = rate(progress, step, options.peak)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        seen = {f"{name} right": value for name, value in seen.items()}
        for name, value in ({name: part.item() for name, part in parts.items()} | seen).items():
            sums[name] = sums.get(name, 0) + value / 100
        if rank == 0 and step % 100 == 0:
            line = {"step": step, "minute": round((now - began) / 60, 1)}
            line |= {"steps/s": round(100 / (now - logged), 2)}
            print(json.dumps(line | {k: round(v, 3) for k, v in sums.items()}), flush=True)
            logged = now
        if step % 100 == 0:
            sums = {}
        if rank == 0 and (now - saved > SAVE_EVERY or progress >= 1):
            save(network, optimizer, options.run, elapsed=now - began, step=step)
            saved = now
        if progress >= 1:
            return


if __name__ == "__main__":
    main()
