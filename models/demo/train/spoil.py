"""Spoil clean speech, on its log-mel features: tilt, noise, another voice, a telephone's band."""

import numpy as np


def spoil(
    mel: np.ndarray,
    draw: np.random.Generator,
    *,
    strength: float,
    noise: np.ndarray,
    voice: np.ndarray,
) -> np.ndarray:
    """Return a window as Whisper normalises it, now and then with something added or missing.

    Args:
        mel: log10 power, [frames, 80].
        draw: where the chance comes from.
        strength: 0 to 1, how often.
        noise: features of a sound that may be mixed in.
        voice: features of a quieter speaker who may be mixed in.
    """
    loud = float(mel.max())
    if draw.random() < 0.3:
        mel = mel + np.linspace(-1, 1, 80, dtype=np.float32) * draw.normal(0, 0.3)
    if draw.random() < strength * 0.35:
        mel = add(mel, _hiss(mel.shape, loud - draw.uniform(1.5, 5.5), draw))
    if draw.random() < strength * 0.1:
        mel = _add_somewhere(mel, noise - noise.max() + loud - draw.uniform(1.2, 3), draw)
    if draw.random() < strength * 0.1:  # 12 to 22 dB below: the text is the louder one's
        mel = _add_somewhere(mel, voice - voice.max() + loud - draw.uniform(1.2, 2.2), draw)
    if draw.random() < strength * 0.15:
        mel = _telephone(mel, loud, draw)
    louder = draw.uniform(0, 1) if draw.random() < 0.2 else 0
    mel = normal(mel + np.float32(draw.uniform(-1.2, 1.0)), louder)
    return _masked(mel, draw) if draw.random() < strength * 0.25 else mel


def normal(mel: np.ndarray, louder: float = 0) -> np.ndarray:
    """Normalise as Whisper does, as if the rest of the file were louder by so much (log10)."""
    return ((np.maximum(mel, mel.max() + louder - 8) + 4) / 4).astype(np.float32)


def add(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Add two log powers."""
    high, low = np.maximum(one, other), np.minimum(one, other)
    return high + np.log10(1 + 10 ** (low - high))


def _hiss(shape: tuple[int, ...], level: float, draw: np.random.Generator) -> np.ndarray:
    """Noise of a random spectrum: the power of a noisy band is exponentially distributed."""
    spectrum = np.interp(np.arange(80), [0, 25, 50, 79], draw.normal(0, 0.5, 4))
    grain = np.log10(draw.exponential(size=shape) + 1e-6)
    return (level + spectrum + grain).astype(np.float32)


def _add_somewhere(mel: np.ndarray, sound: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    at = int(draw.integers(0, len(mel)))
    size = min(len(sound), len(mel) - at)
    mel = mel.copy()
    mel[at : at + size] = add(mel[at : at + size], sound[:size])
    return mel


def _telephone(mel: np.ndarray, loud: float, draw: np.random.Generator) -> np.ndarray:
    """Keep 300 to 3400 Hz: about the mel bands 8 to 53."""
    mel = mel.copy()
    mel[:, : draw.integers(4, 10)] -= draw.uniform(1, 3)
    mel[:, draw.integers(52, 60) :] = loud - draw.uniform(6, 9)
    return mel


def _masked(mel: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Blank out some bands and moments (SpecAugment, Park et al. 2019)."""
    mean = mel.mean()
    for _ in range(draw.integers(1, 3)):
        low = draw.integers(0, 70)
        mel[:, low : low + draw.integers(1, 11)] = mean
    for _ in range(max(1, len(mel) // 200)):
        at = draw.integers(0, len(mel))
        mel[at : at + draw.integers(1, 11)] = mean
    return mel
