"""A Whisper-shaped model of random weights, made on the spot: it runs the true decoder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH, HEADS, MELS = 64, 1, 80
TIMES = 1501
SPECIAL = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>"]
SPECIAL += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
SPECIAL += ["<|notimestamps|>", *(f"<|{i * 0.02:.2f}|>" for i in range(TIMES))]

_random = np.random.default_rng(7)
_FIRST = _random.bit_generator.state


def build(folder: Path) -> Path:
    """Write a model of one layer into a new folder; the same one, however often."""
    _random.bit_generator.state = _FIRST
    tokenizer = _tokenizer()
    vocabulary = tokenizer.get_vocab()
    words = sorted(vocabulary, key=vocabulary.__getitem__)
    words[0] = ""  # without it CTranslate2 takes the model for an English-only one
    spec = WhisperSpec(1, HEADS, 1, HEADS)
    _encoder(spec.encoder)
    _decoder(spec.decoder, len(words))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.alignment_heads = [[0, 0]]
    spec.config.lang_ids = [vocabulary["<|en|>"], vocabulary["<|de|>"]]
    spec.register_vocabulary(words)
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir()
    spec.save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": MELS}))
    return folder


def _tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({symbol: i for i, symbol in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


def _weights(*shape: int) -> NDArray[np.float32]:
    return (_random.standard_normal(shape) * 0.2).astype(np.float32)


def _linear(spec: Any, rows: int, columns: int, *, bias: bool = True) -> None:
    spec.weight = _weights(rows, columns)
    if bias:
        spec.bias = _weights(rows)


def _norm(spec: Any) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)


def _attention(spec: Any, *, own: bool) -> None:
    _norm(spec.layer_norm)
    shapes = [3 * WIDTH, WIDTH] if own else [WIDTH, 2 * WIDTH, WIDTH]
    for linear, rows in zip(spec.linear, shapes, strict=True):
        _linear(linear, rows, WIDTH)


def _ffn(spec: Any) -> None:
    _norm(spec.layer_norm)
    _linear(spec.linear_0, 2 * WIDTH, WIDTH)
    _linear(spec.linear_1, WIDTH, 2 * WIDTH)


def _encoder(spec: Any) -> None:
    spec.conv1.weight, spec.conv1.bias = _weights(WIDTH, MELS, 3), _weights(WIDTH)
    spec.conv2.weight, spec.conv2.bias = _weights(WIDTH, WIDTH, 3), _weights(WIDTH)
    spec.position_encodings.encodings = _weights(1500, WIDTH)
    _norm(spec.layer_norm)
    _attention(spec.layer[0].self_attention, own=True)
    _ffn(spec.layer[0].ffn)


def _decoder(spec: Any, vocabulary: int) -> None:
    spec.embeddings.weight = _weights(vocabulary, WIDTH)
    spec.position_encodings.encodings = _weights(448, WIDTH)
    _norm(spec.layer_norm)
    _attention(spec.layer[0].self_attention, own=True)
    _attention(spec.layer[0].attention, own=False)
    _ffn(spec.layer[0].ffn)
    spec.projection.weight = spec.embeddings.weight
