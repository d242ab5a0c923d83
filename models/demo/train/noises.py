"""Sounds without speech, which the model must answer with nothing."""

import numpy as np

RATE = 16_000


def clip(draw: np.random.Generator) -> np.ndarray:
    """Draw one clip of two to four seconds, float32, 16 kHz."""
    length = int(draw.integers(2 * RATE, 4 * RATE))
    kind = draw.choice([silence, white, coloured, hum, clicks, music, breath, hum, clicks, music])
    sound = kind(length, draw)
    level = 10 ** draw.uniform(-3.2, -0.4)
    peak = np.abs(sound).max() + 1e-9
    floor = draw.normal(size=length) * 10 ** draw.uniform(-6, -4) * (draw.random() < 0.5)
    return (sound / peak * level + floor).astype(np.float32)


def silence(length: int, draw: np.random.Generator) -> np.ndarray:
    return np.zeros(length)


def white(length: int, draw: np.random.Generator) -> np.ndarray:
    return draw.normal(size=length)


def coloured(length: int, draw: np.random.Generator) -> np.ndarray:
    spectrum = np.fft.rfft(draw.normal(size=length))
    tilt = np.arange(1, len(spectrum) + 1) ** -draw.uniform(0.2, 1.2)
    return np.fft.irfft(spectrum * tilt, length)


def hum(length: int, draw: np.random.Generator) -> np.ndarray:
    """A tone of 50 to 400 Hz, often mains, with some harmonics."""
    base = draw.choice([50.0, 60.0, 100.0, 120.0, draw.uniform(50, 400)])
    time = np.arange(length) / RATE
    harmonics = range(1, int(draw.integers(2, 9)))
    return sum(
        draw.uniform(0.05, 1) / number * np.sin(2 * np.pi * (base * number * time + draw.random()))
        for number in harmonics
    )


def clicks(length: int, draw: np.random.Generator) -> np.ndarray:
    """Taps and key presses: short bursts of noise or single samples."""
    sound = np.zeros(length)
    for _ in range(draw.integers(1, 12)):
        size = int(draw.integers(1, 480))
        at = int(draw.integers(0, length - size))
        burst = draw.normal(size=size) if size > 3 else np.ones(size)
        sound[at : at + size] += (
            burst * np.exp(-np.arange(size) / (size / 3)) * draw.uniform(0.2, 1)
        )
    return sound


def music(length: int, draw: np.random.Generator) -> np.ndarray:
    """Chords of sines with a soft or a plucked envelope, as hold music has."""
    sound, at = np.zeros(length), 0
    root = draw.uniform(100, 500)
    while at < length:
        size = min(int(draw.integers(RATE // 8, RATE)), length - at)
        time = np.arange(size) / RATE
        decay = np.exp(-time * draw.choice([1.0, 6.0])) * np.minimum(1, time / 0.01)
        for _ in range(draw.integers(1, 4)):
            pitch = root * 2 ** (draw.choice([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
            for overtone in range(1, int(draw.integers(2, 6))):
                wave = np.sin(2 * np.pi * pitch * overtone * time)
                sound[at : at + size] += wave * decay / overtone**1.5
        at += size
    return sound


def breath(length: int, draw: np.random.Generator) -> np.ndarray:
    sound = coloured(length, draw)
    swell = np.sin(np.pi * np.arange(length) / RATE * draw.uniform(0.4, 1.5)) ** 2
    return sound * swell
