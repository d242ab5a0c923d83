"""Write models of random weights in the true shape of Whisper's: as slow as the real ones.

    python -m benchmarks.weights tiny base

Speed does not depend on the values, so that capacity can be measured on a machine that has no
Whisper weights. What the values must not do is disturb: the model has to be as sure of itself as
one that hears speech, else every guard would fire, and it must not say one word for ever. Hence
embeddings large enough for one token to stand out, and a last normalisation of random sign, without
which tied embeddings answer every token with itself.
"""

import argparse
import json
import random
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from platformdirs import user_cache_path
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from assist.evaluate.find import find_calls
from assist.speech.bundled import bundled

CACHE = user_cache_path("call-assist") / "benchmarks"
TEXT = 50_257
"""Tokens of text; with one of the end, one of the start, the languages, 6 of tasks and 1501 times
they make the vocabulary of 51,865 (51,866 from large-v3 on, which knows Cantonese)."""
MERGES = 600
"""Merges of letters learnt from the demo calls: enough for 1.3 tokens a word of theirs, as
Whisper's own tokenizer needs for English; the rest of the vocabulary is filled up."""
SURE = 10.0
"""Standard deviation of the scores of the next token: the best then has about 0.8 of the
probability."""
PLACE = 4.0
"""How much louder a token's place is than the token, so that no word follows itself for ever."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a model, and which heads of its decoder follow the sound.

    From the table of the paper (Radford et al. 2022, arXiv 2212.04356) and the published
    generation settings of each model.
    """

    width: int
    encoder: int
    decoder: int
    heads: int
    alignment: tuple[tuple[int, int], ...]
    mels: int = 80
    languages: int = 99


SHAPES = {
    "tiny": Shape(384, 4, 4, 6, ((2, 2), (3, 0), (3, 2), (3, 3), (3, 4), (3, 5))),
    "base": Shape(512, 6, 6, 8, ((3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6))),
    "small": Shape(
        768,
        12,
        12,
        12,
        ((5, 3), (5, 9), (8, 0), (8, 4), (8, 7), (8, 8), (9, 0), (9, 7), (9, 9), (10, 5)),
    ),
    "large-v3-turbo": Shape(
        1280, 32, 4, 20, ((2, 4), (2, 11), (3, 3), (3, 6), (3, 11), (3, 14)), 128, 100
    ),
}


def ready(name: str, folder: Path = CACHE) -> Path:
    """Return the directory of a model of that shape; make it on the first use."""
    place = folder / f"random-{name}"
    if not (place / "preprocessor_config.json").is_file():
        print(f"making random weights of the shape of {name} in {place}")
        build(SHAPES[name], place)
    return place


def build(shape: Shape, place: Path) -> None:
    """Write a CTranslate2 model of int8 weights."""
    tokenizer = _tokenizer(shape.languages)
    vocabulary = tokenizer.get_vocab()
    words = sorted(vocabulary, key=vocabulary.__getitem__)
    spec = WhisperSpec(shape.encoder, shape.heads, shape.decoder, shape.heads)
    _Filler(shape, np.random.default_rng(3)).fill(spec, len(words))
    codes = _LANGUAGE_CODES[: shape.languages]
    words[0] = ""  # without it CTranslate2 takes the model for an English-only one
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [vocabulary["Ġ"], TEXT]
    spec.config.alignment_heads = [list(head) for head in shape.alignment]
    spec.config.lang_ids = [vocabulary[f"<|{code}|>"] for code in codes]
    spec.register_vocabulary(words)
    spec.validate()
    spec.optimize(quantization="int8")
    place.mkdir(parents=True, exist_ok=True)
    spec.save(str(place))
    tokenizer.save(str(place / "tokenizer.json"))
    settings = {"feature_size": shape.mels, "n_fft": 400, "hop_length": 160, "chunk_length": 30}
    (place / "preprocessor_config.json").write_text(json.dumps(settings))


class _Filler:
    """Fill a model with numbers that keep their size from layer to layer."""

    def __init__(self, shape: Shape, chance: np.random.Generator) -> None:
        self._shape = shape
        self._chance = chance

    def fill(self, spec: Any, vocabulary: int) -> None:
        """Set every weight."""
        width = self._shape.width
        encoder, decoder = spec.encoder, spec.decoder
        encoder.conv1.weight = self._weights(width, self._shape.mels, 3)
        encoder.conv2.weight = self._weights(width, width, 3)
        encoder.conv1.bias = encoder.conv2.bias = np.zeros(width, np.float32)
        encoder.position_encodings.encodings = self._normal(1500, width)
        decoder.position_encodings.encodings = self._normal(448, width) * np.float32(PLACE)
        decoder.embeddings.weight = self._normal(vocabulary, width) * np.float32(SURE / width**0.5)
        decoder.projection.weight = decoder.embeddings.weight
        for layer in (*encoder.layer, *decoder.layer):
            self._attention(layer.self_attention, (3 * width, width))
            self._ffn(layer.ffn)
        for layer in decoder.layer:
            self._attention(layer.attention, (width, 2 * width, width))
        self._norm(encoder.layer_norm)
        self._norm(decoder.layer_norm)
        signs = self._chance.choice([-1, 1], width).astype(np.float32)
        decoder.layer_norm.gamma = signs

    def _normal(self, *shape: int) -> NDArray[np.float32]:
        return self._chance.standard_normal(shape, np.float32)

    def _weights(self, *shape: int) -> NDArray[np.float32]:
        return self._normal(*shape) / np.float32(np.prod(shape[1:]) ** 0.5)

    def _linear(self, spec: Any, rows: int, columns: int) -> None:
        spec.weight, spec.bias = self._weights(rows, columns), np.zeros(rows, np.float32)

    def _norm(self, spec: Any) -> None:
        spec.gamma = np.ones(self._shape.width, np.float32)
        spec.beta = np.zeros(self._shape.width, np.float32)

    def _attention(self, spec: Any, rows: tuple[int, ...]) -> None:
        self._norm(spec.layer_norm)
        for linear, count in zip(spec.linear, rows, strict=True):
            self._linear(linear, count, self._shape.width)

    def _ffn(self, spec: Any) -> None:
        width = self._shape.width
        self._norm(spec.layer_norm)
        self._linear(spec.linear_0, 4 * width, width)
        self._linear(spec.linear_1, width, 4 * width)


def _tokenizer(languages: int) -> Tokenizer:
    """Make a tokenizer of the true size that splits the demo calls' words as Whisper's would."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + MERGES, initial_alphabet=alphabet, show_progress=False
    )
    calls = find_calls([bundled("demo", "calls")])
    tokenizer.train_from_iterator((f" {word.text}" for c, _ in calls for word in c.words), trainer)
    tokenizer.model = _filled(tokenizer)
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in _special(languages)])
    return tokenizer


def _filled(tokenizer: Tokenizer) -> models.BPE:
    """Add words that are never used until the text has as many tokens as Whisper's."""
    trained = json.loads(tokenizer.to_str())["model"]
    vocabulary, chance = dict(trained["vocab"]), random.Random(3)
    while len(vocabulary) < TEXT:
        word = "Ġ" + "".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 8)))
        vocabulary.setdefault(word, len(vocabulary))
    return models.BPE(vocabulary, [tuple(pair) for pair in trained["merges"]])


def _special(languages: int) -> list[str]:
    names = ["endoftext", "startoftranscript", *_LANGUAGE_CODES[:languages]]
    names += ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    names += [f"{time * 0.02:.2f}" for time in range(1501)]
    return [f"<|{name}|>" for name in names]


def main() -> None:
    """Make the models that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shapes", nargs="*", choices=[*SHAPES], metavar="SHAPE", default=["tiny"])
    parser.add_argument("--folder", type=Path, default=CACHE, help="where they are kept")
    arguments = parser.parse_args()
    for name in arguments.shapes:
        print(ready(name, arguments.folder))


if __name__ == "__main__":
    main()
