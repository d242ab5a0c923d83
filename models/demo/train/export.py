"""Write a trained network as an int8 CTranslate2 model that faster-whisper loads.

python export.py /tmp/run ..
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import tokens
import torch
from ctranslate2.specs import WhisperSpec
from network import GUIDED_HEADS, Attention, Layer, Network, Shape
from torch import nn


def specification(network: Network) -> WhisperSpec:
    shape = network.shape
    layers = shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads
    spec = WhisperSpec(*layers)
    for half, module in ((spec.encoder, network.encoder), (spec.decoder, network.decoder)):
        half.position_encodings.encodings = array(module.positions)
        _norm(half.layer_norm, module.norm)
        for target, layer in zip(half.layer, module.layers, strict=True):
            _layer(target, layer)
    _weights(spec.encoder.conv1, network.encoder.conv1)
    _weights(spec.encoder.conv2, network.encoder.conv2)
    spec.decoder.embeddings.weight = array(network.decoder.embedding.weight)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    return spec


def array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().contiguous().numpy()


def _weights(spec, module: nn.Module) -> None:
    spec.weight, spec.bias = array(module.weight), array(module.bias)


def _norm(spec, module: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = array(module.weight), array(module.bias)


def _layer(spec, layer: Layer) -> None:
    _attention(spec.self_attention, layer.attention, layer.attention_norm, fused=True)
    if hasattr(layer, "cross"):
        _attention(spec.attention, layer.cross, layer.cross_norm, fused=False)
    _weights(spec.ffn.linear_0, layer.feed_in)
    _weights(spec.ffn.linear_1, layer.feed_out)
    _norm(spec.ffn.layer_norm, layer.feed_norm)


def _attention(spec, attention: Attention, norm: nn.LayerNorm, *, fused: bool) -> None:
    parts = attention.query, attention.key_value
    if fused:
        spec.linear[0].weight = np.concatenate([array(part.weight) for part in parts])
        spec.linear[0].bias = np.concatenate([array(part.bias) for part in parts])
    else:
        for target, part in zip(spec.linear, parts, strict=False):
            _weights(target, part)
    _weights(spec.linear[-1], attention.out)
    _norm(spec.layer_norm, norm)


def load(run: Path) -> Network:
    state = torch.load(run / "last.pt", map_location="cpu")
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["network"])
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    network, tokenizer = load(options.run), tokens.load(options.run)
    spec = specification(network)
    last = network.shape.decoder_layers - 1
    spec.config.alignment_heads = [(last, head) for head in GUIDED_HEADS]
    spec.config.lang_ids = [tokenizer.token_to_id(f"<|{code}|>") for code in ("en", "de")]
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokenizer.token_to_id("Ġ")]  # silence may end at once
    spec.register_vocabulary(tokens.vocabulary(tokenizer))
    spec.validate()
    spec.optimize(quantization="int8")
    options.model.mkdir(parents=True, exist_ok=True)
    spec.save(str(options.model))
    shutil.copy(options.run / "tokenizer.json", options.model)
    extractor = {"feature_size": network.shape.mels}
    (options.model / "preprocessor_config.json").write_text(json.dumps(extractor) + "\n")
    for path in sorted(options.model.iterdir()):
        if path.is_file():
            print(f"{path.stat().st_size:>10,} {path.name}")


if __name__ == "__main__":
    main()
