"""Train the network; the schedule follows the clock, so that it ends when it was told to.

python train.py /tmp/corpus /tmp/run --minutes 90
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
DECAY_FROM = 0.5  # of the time
FORCED, FORCED_UNTIL = 0.8, 0.7  # share of forced looks at the start, and when none are left
FRAMES = 3500, 5000  # of features a step, at the start and at the end
WEIGHTS = {"text": 1.0, "guide": 0.7, "guide given": 0.4, "phones": 0.5, "words": 0.5}
ECHOES = 2  # further steps of the decoder, which is cheap, on what the encoder heard
SAVE_EVERY = 300  # seconds


def losses(
    network: Network, batch: Batch, progress: float
) -> tuple[dict[str, torch.Tensor], dict[str, float], torch.Tensor]:
    """Return the losses, for the log the training heads' accuracy, and what was heard."""
    heard = network.encoder(batch.mel)
    parts = decoder_losses(network, batch, heard, progress)
    phone_logits = network.phone_head(heard).flatten(0, 1)
    phones = batch.phones.flatten()
    parts["phones"] = F.cross_entropy(phone_logits, phones, ignore_index=IGNORED)
    spoken = phones > 0
    right = phone_logits.detach().argmax(-1)[spoken] == phones[spoken]
    seen = {"phones": right.float().mean().item() if len(right) else 0.0}
    if len(batch.words):
        word_logits = network.words(pooled(heard, batch.words))
        parts["words"] = F.cross_entropy(word_logits, batch.words[:, 3])
        seen["words"] = (word_logits.argmax(-1) == batch.words[:, 3]).float().mean().item()
    return parts, seen, heard.detach()


def decoder_losses(
    network: Network, batch: Batch, heard: torch.Tensor, progress: float
) -> dict[str, torch.Tensor]:
    given = batch.spans + torch.tensor([0, 1, 0, 0])  # a predicted token is the next input
    share = FORCED * max(0, 1 - progress / FORCED_UNTIL)
    forced = [look(batch, heard, spans, share) for spans in (given, batch.spans)]
    logits, attention = network.decoder(batch.inputs, heard, batch.keep, forced)
    labels = batch.labels.flatten()
    parts = {"text": F.cross_entropy(logits.flatten(0, 1), labels, ignore_index=IGNORED)}
    if len(batch.spans):
        parts["guide"] = guide(attention[-1], batch.spans)
        parts["guide given"] = guide(attention[0], given)
    return parts


def look(batch: Batch, heard: torch.Tensor, spans: torch.Tensor, share: float) -> torch.Tensor:
    """Return an even look at the words of a share of the positions, to force it on the heads.

    What is read at a word can be learned before it is known where to look.
    """
    forced = torch.zeros(*batch.inputs.shape, heard.shape[1])
    rows, positions, first, last = spans[torch.rand(len(spans)) < share].unbind(1)
    inside, size = within(first, last, heard.shape[1])
    forced[rows, positions] = inside / size[:, None]
    return forced


def within(
    first: torch.Tensor, last: torch.Tensor, frames: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return 1 inside each span and 0 outside, and the lengths of the spans."""
    at = torch.arange(frames)
    inside = ((at >= first[:, None]) & (at < last[:, None])).float()
    return inside, inside.sum(-1).clamp(min=1)


def guide(attention: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """Return the divergence of attention from an even look at a position's word.

    An even look hears what the word head hears in its average over the span. Asking only for
    attention inside the span is not enough: it settles on three frames that say little.
    """
    rows, positions, first, last = spans.unbind(1)
    chosen = attention[:, list(GUIDED_HEADS)][rows, :, positions]  # [spans, heads, frames]
    inside, size = (part[:, None] for part in within(first, last, chosen.shape[-1]))
    return (-((chosen + 1e-6).log() * inside).sum(-1) / size - size.log()).mean()


def pooled(heard: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Average the encoder's output over each word's span."""
    rows, first, last = words[:, 0], words[:, 1], words[:, 2]
    sums = F.pad(heard, (0, 0, 1, 0)).cumsum(1)
    first = first.clamp(max=heard.shape[1] - 1)
    last = torch.maximum(last.clamp(max=heard.shape[1]), first + 1)
    return (sums[rows, last] - sums[rows, first]) / (last - first)[:, None]


def total(parts: dict[str, torch.Tensor]) -> torch.Tensor:
    return sum(WEIGHTS[name] * part for name, part in parts.items())


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
    return Network(Shape(size, len(corpus.phones) + 1)), tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
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


def share(parameters: list[torch.nn.Parameter], progress: float) -> float:
    """Average the gradients of all copies, and their ideas of how far the time has gone."""
    for each in parameters:
        if each.grad is None:  # a batch without words, say
            each.grad = torch.zeros_like(each)
    flat = torch.cat([*(each.grad.flatten() for each in parameters), torch.tensor([progress])])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    parts = flat[:-1].split([each.numel() for each in parameters])
    for each, part in zip(parameters, parts, strict=True):
        each.grad.copy_(part.view_as(each))
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    return flat[-1].item()


def run(network, optimizer, batches, options, *, began: float, step: int, rank: int) -> None:
    """Train until the time is over."""
    sums: dict[str, float] = {}
    logged = saved = time.monotonic()
    progress = batches.progress
    everything, decoder = list(network.parameters()), list(network.decoder.parameters())
    for batch in batches:
        parts, seen, heard = losses(network, batch, progress)
        optimizer.zero_grad()
        total(parts).backward()
        now = time.monotonic()
        progress = share(everything, (now - began) / (60 * options.minutes))
        batches.progress = progress
        frames = FRAMES[0] + (FRAMES[1] - FRAMES[0]) * progress
        batches.frames = round(frames / options.workers)
        for group in optimizer.param_groups:
            group["lr"] = rate(progress, step, options.peak)
        optimizer.step()
        for _ in range(ECHOES):
            optimizer.zero_grad()
            total(decoder_losses(network, batch, heard, progress)).backward()
            share(decoder, progress)
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
