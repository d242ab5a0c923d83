"""A small Whisper in PyTorch, with the extra heads that only training needs."""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    vocabulary: int
    phones: int
    mels: int = 80
    width: int = 192
    heads: int = 3
    encoder_layers: int = 4
    decoder_layers: int = 2
    frames: int = 1500
    """Encoder positions: 30 s in steps of 20 ms."""
    tokens: int = 448
    """Decoder positions; faster-whisper asks for as many."""

    asdict = asdict


# Heads that are taught where to look: in the last decoder layer at the word to be predicted, in
# the first at the word just given. The second is easy, and makes the first one findable.
GUIDED_HEADS = (0, 1)


class Attention(nn.Module):
    """Multi-head attention, on itself or on the encoder."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(
        self, x: Tensor, source: Tensor, *, causal: bool = False, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Attend; with `forced`, return the weights too.

        Args:
            x: [batch, length, width].
            source: [batch, frames, width].
            causal: whether each position sees only those before it.
            forced: [batch, length, frames], where the guided heads must look; a row of zeros
                leaves the choice to them.
        """
        query = self._split(self.query(x))
        key, value = (self._split(part) for part in self.key_value(source).chunk(2, dim=-1))
        weights = None
        if forced is not None:
            weights = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).softmax(-1)
            guided, free = weights.split([len(GUIDED_HEADS), self.heads - len(GUIDED_HEADS)], 1)
            guided = torch.where(forced.any(-1)[:, None, :, None], forced[:, None], guided)
            mixed = torch.cat([guided, free], 1) @ value
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=causal)
        return self.out(mixed.transpose(1, 2).flatten(2)), weights

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class Layer(nn.Module):
    """A pre-norm Transformer layer; a decoder's also attends to the encoder."""

    def __init__(self, shape: Shape, *, cross: bool) -> None:
        super().__init__()
        width = shape.width
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, shape.heads)
        if cross:
            self.cross_norm = nn.LayerNorm(width)
            self.cross = Attention(width, shape.heads)
        self.feed_norm = nn.LayerNorm(width)
        self.feed_in = nn.Linear(width, 4 * width)
        self.feed_out = nn.Linear(4 * width, width)

    def forward(
        self, x: Tensor, source: Tensor | None = None, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        weights = None
        normed = self.attention_norm(x)
        x = x + self.attention(normed, normed, causal=source is not None)[0]
        if source is not None:
            looked, weights = self.cross(self.cross_norm(x), source, forced=forced)
            x = x + looked
        return x + self.feed_out(F.gelu(self.feed_in(self.feed_norm(x)))), weights


class Encoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(shape.mels, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        for conv in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(conv.weight)
        # Whisper's are twice as loud and drown the sound in the first minutes of training.
        self.register_buffer("positions", sinusoids(shape.frames, shape.width) * 0.5)
        self.layers = nn.ModuleList(Layer(shape, cross=False) for _ in range(shape.encoder_layers))
        self.norm = nn.LayerNorm(shape.width)

    def forward(self, mel: Tensor) -> Tensor:
        """Encode [batch, mels, frames] as [batch, frames / 2, width]."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)[0]
        return self.norm(x)


class Decoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Parameter(sinusoids(shape.tokens, shape.width) * 0.1)
        self.layers = nn.ModuleList(Layer(shape, cross=True) for _ in range(shape.decoder_layers))
        self.norm = nn.LayerNorm(shape.width)

    def forward(
        self, tokens: Tensor, source: Tensor, keep: Tensor, forced: list[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the logits and each layer's attention to the encoder.

        Args:
            tokens: [batch, length].
            source: the encoder's output.
            keep: [batch, length], 0 where the token before is hidden from the decoder, so that
                it learns to listen rather than to guess.
            forced: for each layer, where its guided heads must look (see `Attention`).
        """
        x = self.embedding(tokens) * keep[..., None] + self.positions[: tokens.shape[1]]
        looks = []
        for layer, where in zip(self.layers, forced, strict=True):
            x, weights = layer(x, source, where)
            looks.append(weights)
        return F.linear(self.norm(x), self.embedding.weight), looks


class Network(nn.Module):
    """Encoder, decoder, and the two training heads: phones of frames, words of spans.

    The word head speaks in the decoder's embeddings: a word's sound and its token become alike,
    so that the decoder finds a given token in the sound, and the token of a sound, at once.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.phone_head = nn.Linear(shape.width, shape.phones)
        self.word_head = nn.Linear(shape.width, shape.width)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.04)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def words(self, spans: Tensor) -> Tensor:
        """Return the logits of the tokens of averaged spans."""
        return F.linear(self.word_head(spans), self.decoder.embedding.weight)


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed positions: sines, then cosines."""
    step = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
