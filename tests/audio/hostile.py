"""Sound that holds no words: what a telephone carries when nobody speaks.

Every clip is synthesised from a seed, so that it is the same on every machine. `KINDS` is the
table; each kind is told its loudness by `hostile`, and `telephone` sends any sound through 8 kHz
and eight bits of mu-law.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assist.core.audio import RATE, Samples

Wave = NDArray[np.float64]
"""Sound of shape (n,), 16 kHz, of any loudness."""
Random = np.random.Generator
Maker = Callable[[int, Random], Wave]
"""Makes so many samples of a kind."""

LEVELS = (-50, -35, -20)
"""Loudness of the clips in dB of full scale (root mean square while it sounds): hardly to be heard,
background, and as loud as speech."""
LONGEST = 12
"""Seconds of a clip; the shortest have five."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Some seconds of one kind."""

    kind: str
    level: int
    """In dB of full scale."""
    narrow: bool
    """Whether it went through a telephone."""
    pcm: Samples


def hostile(
    kinds: Sequence[str] = (), *, levels: Sequence[int] = LEVELS, seeds: int = 2
) -> Iterator[Clip]:
    """Yield the clips of some kinds, of all when none is named: each wide and as by telephone."""
    for kind in kinds or KINDS:
        for level in levels:
            for seed in range(seeds):
                random = np.random.default_rng([seed, level + 100, *kind.encode()])
                size = int(random.integers(5, LONGEST + 1)) * RATE
                wave = loud(KINDS[kind](size, random), level)
                yield Clip(kind, level, narrow=False, pcm=to_pcm(wave))
                yield Clip(kind, level, narrow=True, pcm=to_pcm(telephone(wave)))


def loud(wave: Wave, level: float) -> Wave:
    """Bring what sounds in a wave to a level in dB of full scale; pauses do not count."""
    blocks = np.sqrt(np.mean(wave[: len(wave) // 320 * 320].reshape(-1, 320) ** 2, axis=1))
    sounding = blocks[blocks > blocks.max(initial=0.0) / 10]
    if not len(sounding):
        return wave
    return np.asarray(wave * 10 ** (level / 20) / np.sqrt(np.mean(sounding**2)))


def telephone(wave: Wave) -> Wave:
    """Return the sound as a telephone carries it: 300 to 3400 Hz, mu-law (ITU-T G.711)."""
    narrow = np.fft.irfft(np.fft.rfft(band(wave, 300, 3400))[: len(wave) // 4 + 1]) / 2
    small = np.clip(narrow, -1, 1)
    code = np.round(np.sign(small) * np.log1p(255 * np.abs(small)) / np.log(256) * 127) / 127
    coded = np.sign(code) * np.expm1(np.abs(code) * np.log(256)) / 255
    spectrum = np.zeros(len(wave) // 2 + 1, complex)
    spectrum[: len(coded) // 2 + 1] = np.fft.rfft(coded)
    return np.asarray(np.fft.irfft(spectrum, len(wave)) * 2)


def band(wave: Wave, low: float, high: float) -> Wave:
    """Keep what lies between two frequencies in Hz, with slopes of 100 Hz."""
    frequency = np.fft.rfftfreq(len(wave), 1 / RATE)
    gain = np.clip((frequency - low) / 100 + 1, 0, 1) * np.clip((high - frequency) / 100 + 1, 0, 1)
    return np.fft.irfft(np.fft.rfft(wave) * gain, len(wave))


def leak(pcm: Samples, decibels: float, *, delay: int = 60) -> Samples:
    """Return what of one channel is heard in the other: quieter, later (ms), without its bass."""
    late = np.concatenate([np.zeros(delay * RATE // 1000), pcm / 32768])[: len(pcm)]
    return to_pcm(band(late, 300, 3400) * 10 ** (-decibels / 20))


def to_pcm(wave: Wave) -> Samples:
    """Round to 16 bits; what is too loud is clipped."""
    return np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)


# --- building stones ------------------------------------------------------------------------------


def _tone(size: int, *frequencies: float) -> Wave:
    t = np.arange(size) / RATE
    return np.asarray(np.sum([np.sin(2 * np.pi * f * t) for f in frequencies], axis=0))


def _noise(size: int, random: Random, *, slope: float = 0.0) -> Wave:
    """Return noise that falls by so many dB an octave."""
    frequency = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20.0)
    spectrum = np.fft.rfft(random.standard_normal(size)) * frequency ** (-slope / 6.02)
    wave = np.fft.irfft(spectrum, size)
    return wave / np.std(wave)


def _cadence(wave: Wave, on: float, off: float) -> Wave:
    """Let a sound be heard and not, in turns of so many seconds."""
    t = np.arange(len(wave)) / RATE
    return wave * (t % (on + off) < on)


def _mix_in(wave: Wave, at: int, sound: Wave) -> None:
    room = wave[at : at + len(sound)]
    room += sound[: len(room)]


def _decay(size: int, seconds: float) -> Wave:
    return np.exp(-np.arange(size) / RATE / seconds)


def _hill(size: int) -> Wave:
    """Rise and fall again."""
    return np.sin(np.pi * np.arange(size) / size) ** 2


def _times(size: int, random: Random, a_second: float) -> Iterator[int]:
    """Yield places in the sound, so many a second, at random."""
    at = 0.0
    while (at := at + random.exponential(RATE / a_second)) < size:
        yield int(at)


# --- the kinds ------------------------------------------------------------------------------------


def _silence(size: int, random: Random) -> Wave:
    return np.zeros(size)


def _comfort_noise(size: int, random: Random) -> Wave:
    return _noise(size, random, slope=4)


def _line_noise(size: int, random: Random) -> Wave:
    """Hiss, mains hum with its overtones, and crackle."""
    mains = float(random.choice([50, 60]))
    wave = 0.5 * _noise(size, random)
    for overtone in (1, 2, 3, 5, 7):
        wave += _tone(size, mains * overtone) / overtone
    for at in _times(size, random, 3):
        _mix_in(wave, at, random.normal(0, 8) * _decay(80, 0.001))
    return wave


def _hold_music(size: int, random: Random) -> Wave:
    """Broken chords and a tune, on something between a piano and an organ."""
    beat = int(RATE * random.uniform(0.22, 0.4))
    root, held = random.uniform(110, 220), random.uniform(0.2, 1.2)
    wave = np.zeros(size)
    for i, at in enumerate(range(0, size, beat)):
        chord = (0, 5, 7, 0)[i // 8 % 4]
        for step, part in ((chord + (0, 4, 7, 12)[i % 4], 0.6), (_tune(random) + chord + 12, 1.0)):
            _mix_in(wave, at, part * _note(root * 2 ** (step / 12), held))
        _mix_in(wave, at, 0.3 * _noise(beat // 4, random) * _decay(beat // 4, 0.02))
    return wave


def _tune(random: Random) -> int:
    return int(random.choice([0, 2, 4, 7, 9]))


def _note(frequency: float, held: float) -> Wave:
    size = int(RATE * 2 * held)
    tones = [_tone(size, frequency * k) / k**1.5 for k in range(1, 7)]
    return np.asarray(np.sum(tones, axis=0) * _decay(size, held))


def _strings(size: int, random: Random) -> Wave:
    """Long bowed notes with vibrato: the music that is most like a voice."""
    wave = np.zeros(size)
    length = int(RATE * random.uniform(0.8, 1.6))
    t = np.arange(length) / RATE
    for at in range(0, size, length):
        for octave in (0.5, 1.0):
            pitch = octave * 220 * 2 ** (_tune(random) / 12)
            phase = 2 * np.pi * pitch * t + 0.8 * np.sin(2 * np.pi * 5.5 * t)
            bowed = np.sum([np.sin(k * phase) / k for k in range(1, 12)], axis=0)
            _mix_in(wave, at, bowed * _hill(length) ** 0.3)
    return wave


def _dtmf(size: int, random: Random) -> Wave:
    """Keys of the dial (ITU-T Q.23)."""
    wave = np.zeros(size)
    for at in range(RATE // 4, size, int(RATE * random.uniform(0.15, 0.35))):
        key = random.choice([697, 770, 852, 941]), random.choice([1209, 1336, 1477])
        _mix_in(wave, at, _tone(int(RATE * 0.09), *map(float, key)))
    return wave


def _ring_back(size: int, random: Random) -> Wave:
    """The other side's telephone rings: Germany, the United States, the United Kingdom (E.180)."""
    country = random.integers(3)
    if country == 0:
        return _cadence(_tone(size, 425), 1, 4)
    if country == 1:
        return _cadence(_tone(size, 440, 480), 2, 4)
    return _cadence(_cadence(_tone(size, 400, 450), 0.4, 0.2), 1.0, 2.0)


def _busy(size: int, random: Random) -> Wave:
    """Busy, congestion, and the three tones before "no connection"."""
    wave = _cadence(_tone(size, 425), 0.48, 0.48) if random.integers(2) else np.zeros(size)
    for i, frequency in enumerate((950, 1400, 1800)):
        _mix_in(wave, size // 2 + int(i * 0.33 * RATE), 1.5 * _tone(int(0.33 * RATE), frequency))
    return wave


def _fax(size: int, random: Random) -> Wave:
    """A fax machine calls, and another answers (ITU-T T.30)."""
    wave = _cadence(_tone(size, 1100), 0.5, 3)
    _mix_in(wave, size // 2, _tone(size // 3, 2100))
    return wave


def _keyboard(size: int, random: Random) -> Wave:
    wave = np.zeros(size)
    for at in _times(size, random, 7):
        for later, part in ((0, 1.0), (int(RATE * random.uniform(0.05, 0.1)), 0.5)):
            click = _noise(800, random) * _decay(800, random.uniform(0.004, 0.012))
            body = _tone(800, random.uniform(300, 1200)) * _decay(800, 0.01)
            _mix_in(wave, at + later, part * random.uniform(0.4, 1) * (click + body))
    return wave


def _breath(size: int, random: Random) -> Wave:
    """Somebody breathes into the microphone; noise through an open mouth."""
    wave = 0.01 * _noise(size, random)
    at = 0
    while at < size:
        length = int(RATE * random.uniform(0.5, 1.4))
        air = _noise(length, random, slope=3)
        mouth = random.uniform(500, 1500)
        _mix_in(wave, at, (air + 2 * band(air, mouth, mouth + 400)) * _hill(length))
        at += length + int(RATE * random.uniform(0.4, 1.5))
    return wave


def _clicks(size: int, random: Random) -> Wave:
    """Plugs, switches, lost packets."""
    wave = np.zeros(size)
    for at in _times(size, random, 2):
        _mix_in(wave, at, random.choice([-1, 1]) * _decay(400, random.uniform(0.0002, 0.01)))
    return wave


def _handling(size: int, random: Random) -> Wave:
    """A headset is moved about: thumps and rubbing."""
    wave = np.zeros(size)
    for at in _times(size, random, 1.5):
        length = int(RATE * random.uniform(0.1, 0.7))
        rub = _noise(length, random, slope=2) * np.abs(_noise(length, random, slope=12))
        thump = 3 * _tone(length, random.uniform(40, 110)) * _decay(length, 0.05)
        _mix_in(wave, at, rub * _hill(length) + thump)
    return wave


def _fan(size: int, random: Random) -> Wave:
    """A fan or the road: noise that swells and ebbs."""
    slow = 1 + 0.5 * np.sin(2 * np.pi * random.uniform(0.3, 4) * np.arange(size) / RATE)
    return slow * (_noise(size, random, slope=6) + 0.3 * _tone(size, random.uniform(90, 240)))


def _chime(size: int, random: Random) -> Wave:
    """A message arrives, a mobile telephone rings."""
    wave = np.zeros(size)
    for at in _times(size, random, 1):
        pitch = random.uniform(500, 1500)
        for i, ratio in enumerate((1, 1.25, 1.5)):
            bell = _tone(RATE // 2, pitch * ratio, pitch * ratio * 2.76)
            _mix_in(wave, at + i * RATE // 8, bell * _decay(RATE // 2, 0.15))
    return wave


def _choir(size: int, random: Random) -> Wave:
    """Voices that hold an "ah" or "oo": music that is a voice, without words."""
    wave = np.zeros(size)
    length = int(RATE * random.uniform(0.8, 1.6))
    mouth = _VOWELS[random.integers(len(_VOWELS))]
    for at in range(0, size, length):
        for detuned in random.normal(1, 0.006, 4):
            pitch = 180 * 2 ** (_tune(random) / 12) * detuned
            _mix_in(wave, at, _voice(length, pitch, mouth, random) * _hill(length) ** 0.3)
    return wave


def _humming(size: int, random: Random) -> Wave:
    """Somebody hums a tune while the system is slow."""
    wave = np.zeros(size)
    at = 0
    while at < size:
        length = int(RATE * random.uniform(0.25, 0.8))
        pitch = 120 * 2 ** (_tune(random) / 12)
        _mix_in(wave, at, _voice(length, pitch, (250, 1000, 2200), random) * _hill(length) ** 0.3)
        at += length + int(RATE * random.choice([0.02, 0.3]))
    return wave


def _cough(size: int, random: Random) -> Wave:
    """Coughs and cleared throats: a burst of air, then a short rough sound."""
    wave = np.zeros(size)
    for at in _times(size, random, 0.8):
        length = int(RATE * random.uniform(0.15, 0.35))
        burst = band(_noise(length, random), 600, 3500) * _decay(length, 0.05)
        rough = _voice(length, random.uniform(90, 200), (600, 1300, 2500), random)
        _mix_in(wave, at, burst + 0.4 * rough * _hill(length))
    return wave


_VOWELS = ((700, 1150, 2600), (350, 800, 2300), (500, 1750, 2450))
"""Resonances of the mouth in Hz for "ah", "oo" and "eh"."""


def _voice(size: int, pitch: float, mouth: tuple[int, ...], random: Random) -> Wave:
    """Return a sung vowel: a buzz with vibrato through the resonances of a mouth."""
    t = np.arange(size) / RATE
    phase = 2 * np.pi * pitch * t + 0.5 * np.sin(2 * np.pi * 5.5 * t + random.uniform(0, 6))
    buzz = np.sum([np.sin(k * phase) / k for k in range(1, int(5000 / pitch))], axis=0)
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    gain = np.sum([1 / (1 + ((frequency - f) / 80) ** 2) for f in mouth], axis=0)
    wave = np.fft.irfft(np.fft.rfft(buzz) * gain, size)
    return wave / np.std(wave)


KINDS: dict[str, Maker] = {
    "silence": _silence,
    "comfort noise": _comfort_noise,
    "line noise": _line_noise,
    "hold music": _hold_music,
    "strings": _strings,
    "dtmf": _dtmf,
    "ring-back": _ring_back,
    "busy": _busy,
    "fax": _fax,
    "keyboard": _keyboard,
    "breath": _breath,
    "clicks": _clicks,
    "handling": _handling,
    "fan": _fan,
    "chime": _chime,
    "choir": _choir,
    "humming": _humming,
    "cough": _cough,
}
