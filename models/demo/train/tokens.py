"""The tokenizer: byte-level BPE in which nearly every word of the demo is one token.

One token a word makes guided attention a supervised classification of each word's own span.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

TEXT_TOKENS = 6000  # at most; training ends when every word is one token
TIME_TOKENS = 1501  # 0.00 to 30.00 s in steps of 20 ms
SPECIAL = [
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>",
    "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
]  # fmt: skip
# faster-whisper suppresses the first token of these; it must not be a lone space ("Ġ").
SUPPRESSED = [" -", " '", *(f" {note}" for note in "♩♪♫♬♭♮♯")]


def train(texts: Iterable[str]) -> Tokenizer:
    """Train on texts written as Whisper writes them: with a space before every word."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    words = sorted({word for text in texts for word in text.split()})
    # Each word counts the same: a rare one shall be one token too.
    lines = [f" {word}" for word in words] * 20 + SUPPRESSED * 2000
    tokenizer.train_from_iterator(
        lines,
        trainers.BpeTrainer(
            vocab_size=TEXT_TOKENS,
            min_frequency=2,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.add_special_tokens(SPECIAL)
    lone_space = tokenizer.token_to_id("Ġ")
    assert all(tokenizer.encode(text).ids[0] != lone_space for text in SUPPRESSED)
    return tokenizer


def text_size(tokenizer: Tokenizer) -> int:
    return tokenizer.token_to_id("<|endoftext|>")


def vocabulary(tokenizer: Tokenizer) -> list[str]:
    """List every token by id, for CTranslate2.

    CTranslate2 4.8 takes a model for multilingual only if its vocabulary holds the empty token:
    it stands in the place of a byte that no text uses.
    """
    size = tokenizer.get_vocab_size()
    tokens = [tokenizer.id_to_token(index) for index in range(size)]
    tokens[tokens.index("Ā")] = ""
    return tokens + [f"<|{step * 0.02:.2f}|>" for step in range(TIME_TOKENS)]


def load(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def save(tokenizer: Tokenizer, folder: Path) -> None:
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary(tokenizer)))
