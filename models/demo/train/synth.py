"""Speech with true times: espeak-ng and flite, in process, every word and phone with its span.

Needs the Debian packages espeak-ng, libespeak-ng1 and libflite1.
"""

import ctypes
import functools
import re
from ctypes import POINTER, c_char_p, c_float, c_int, c_short, c_uint, c_void_p
from dataclasses import dataclass

import numpy as np
import soxr

SAMPLE_RATE = 16_000
LEVEL = 0.08  # root mean square of every utterance
TAIL_MS = 60  # silence kept after the last phone


@dataclass(frozen=True)
class Speech:
    """One utterance; words are the written ones, punctuation included."""

    samples: np.ndarray
    """float32, 16 kHz, mono."""
    words: list[tuple[str, int, int]]
    """(word, start, end) in milliseconds."""
    phones: list[tuple[str, int, int]]
    """(IPA phone, start, end) in milliseconds; pauses are left out."""


@dataclass(frozen=True)
class Voice:
    """Where a voice comes from and how it speaks at rate 1 and pitch 1."""

    engine: str
    language: str
    name: str
    """espeak: `file+variant`; flite: the voice's short name."""
    speed: float = 170.0
    """espeak: words a minute."""
    pitch: float = 50.0
    """espeak: 0 to 99."""


DEMO_VOICES = {
    "en-agent": Voice("flite", "en", "slt"),
    "en-customer": Voice("espeak", "en", "gmw/en-US+m3", 160, 42),
    "de-agent": Voice("espeak", "de", "gmw/de+f2", 160, 52),
    "de-customer": Voice("espeak", "de", "gmw/de+m3", 160, 40),
}

OTHER_VOICES = {
    "en-f2": Voice("espeak", "en", "gmw/en-US+f2", 165, 55),
    "en-f4": Voice("espeak", "en", "gmw/en-US+f4", 165, 48),
    "en-m1": Voice("espeak", "en", "gmw/en-US+m1", 165, 45),
    "en-plain": Voice("espeak", "en", "gmw/en-US", 165, 50),
    "en-gb": Voice("espeak", "en", "gmw/en+m7", 165, 45),
    "en-rms": Voice("flite", "en", "rms"),
    "de-f4": Voice("espeak", "de", "gmw/de+f4", 165, 48),
    "de-f1": Voice("espeak", "de", "gmw/de+f1", 165, 55),
    "de-m1": Voice("espeak", "de", "gmw/de+m1", 165, 45),
    "de-m7": Voice("espeak", "de", "gmw/de+m7", 165, 45),
    "de-plain": Voice("espeak", "de", "gmw/de", 165, 50),
}

VOICES = DEMO_VOICES | OTHER_VOICES


def say(text: str, voice: str, *, rate: float = 1.0, pitch: float = 1.0) -> Speech:
    """Speak a text in one of the `VOICES`."""
    chosen = VOICES[voice]
    speak = {"espeak": _espeak, "flite": _flite}[chosen.engine]
    wave, source_rate, word_starts, phones = speak(text, chosen, rate, pitch)
    samples = soxr.resample(wave.astype(np.float32) / 32768, source_rate, SAMPLE_RATE)
    end_ms = phones[-1][2] + TAIL_MS
    samples = samples[: end_ms * SAMPLE_RATE // 1000]
    level = np.sqrt(np.mean(samples**2)) + 1e-9
    return Speech(samples * np.float32(LEVEL / level), _word_spans(word_starts, phones), phones)


def _word_spans(
    starts: list[tuple[str, int]], phones: list[tuple[str, int, int]]
) -> list[tuple[str, int, int]]:
    """Let each word last from the start of its first phone to the end of its last one.

    Word events may come a little before the phone that they announce.
    """
    begins = [min((at for _, at, _ in phones if at >= start), default=start) for _, start in starts]
    bounds = [*begins[1:], 1 << 30]
    spans = []
    for (word, _), start, bound in zip(starts, begins, bounds, strict=True):
        ends = [end for _, begin, end in phones if start <= begin < bound]
        spans += _split(word, start, max(ends, default=min(start + 20, bound)))
    return spans


def _split(words: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Part words that espeak ran together ("was a") by their letters."""
    parts, letters, at, spans = words.split(), len(words.replace(" ", "")), 0, []
    for part in parts:
        begin, at = at, at + len(part)
        length = end - start
        spans.append((part, start + length * begin // letters, start + length * at // letters))
    return spans


# ---- espeak-ng ---------------------------------------------------------------------------------


class _Event(ctypes.Structure):
    class _Id(ctypes.Union):
        _fields_ = [("number", c_int), ("name", c_char_p), ("string", ctypes.c_char * 8)]

    _fields_ = [
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _Id),
    ]


_END, _WORD, _PHONEME = 0, 1, 7  # espeak_EVENT_TYPE
_SYNCHRONOUS, _WORDS_AND_PHONEMES = 2, 1 | 2
_RATE, _PITCH = 1, 3  # espeak_PARAMETER
_UTF8 = 1


class _Espeak:
    """The library, loaded once a process; the callback collects what it sends."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.sample_rate = self.library.espeak_Initialize(
            _SYNCHRONOUS, 0, None, _WORDS_AND_PHONEMES
        )
        kind = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))
        self.callback = kind(self._receive)  # kept: the library holds only the pointer
        self.library.espeak_SetSynthCallback(self.callback)

    def speak(self, text: str, name: str, speed: int, pitch: int) -> None:
        self.audio: list[np.ndarray] = []
        self.words: list[tuple[int, int]] = []
        self.phones: list[tuple[str, int]] = []
        # Names are files (gmw/en): an unknown name fails and KEEPS the voice before.
        if self.library.espeak_SetVoiceByName(name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {name}")
        self.library.espeak_SetParameter(_RATE, speed, 0)
        self.library.espeak_SetParameter(_PITCH, pitch, 0)
        raw = text.encode()
        self.library.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, _UTF8, None, None)

    def _receive(self, wave, count, events) -> int:
        if wave and count > 0:
            self.audio.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        for event in _until_end(events):
            if event.type == _WORD:
                self.words.append((event.text_position - 1, event.audio_position))
            elif event.type == _PHONEME:
                name = ctypes.string_at(ctypes.addressof(event.id), 8).split(b"\0")[0]
                self.phones.append((name.decode(errors="ignore"), event.audio_position))
        return 0


def _until_end(events):
    index = 0
    while events[index].type != _END:
        yield events[index]
        index += 1


_espeak_library = functools.cache(_Espeak)


def _espeak(text: str, voice: Voice, rate: float, pitch: float):
    engine = _espeak_library()
    engine.speak(text, voice.name, round(voice.speed * rate), round(voice.pitch * pitch))
    wave = np.concatenate(engine.audio)
    total_ms = len(wave) * 1000 // engine.sample_rate
    bounds = [at for _, at in engine.phones[1:]] + [total_ms]
    phones = [
        (_plain(name), start, end)
        for (name, start), end in zip(engine.phones, bounds, strict=True)
        if _plain(name) and start < end
    ]
    return wave, engine.sample_rate, _written_words(text, engine.words), phones


def _written_words(text: str, events: list[tuple[int, int]]) -> list[tuple[str, int]]:
    """Give each written word the start of the first spoken word inside it."""
    found = []
    for match in re.finditer(r"\S+", text):
        starts = [at for position, at in events if match.start() <= position < match.end()]
        if starts:
            found.append((match.group(), min(starts)))
        elif found:  # a dash of its own, or a word espeak ran together with the one before
            found[-1] = (f"{found[-1][0]} {match.group()}", found[-1][1])
    return found


def _plain(phone: str) -> str:
    """Drop stress, length and pause marks, and the notes of a change of language: `(en)`."""
    if phone.startswith("("):
        return ""
    return re.sub(r"[ˈˌː_:|\s\d'-]|\u0361|\u0329|\u032f|\u0303", "", phone)


# ---- flite -------------------------------------------------------------------------------------

_ARPABET = dict(
    pair.split("=")
    for pair in (
        "aa=ɑ ae=æ ah=ʌ ao=ɔ aw=aʊ ax=ə ay=aɪ b=b ch=tʃ d=d dh=ð eh=ɛ er=ɜ ey=eɪ f=f g=ɡ hh=h ih=ɪ"
        " iy=i jh=dʒ k=k l=l m=m n=n ng=ŋ ow=oʊ oy=ɔɪ p=p r=ɹ s=s sh=ʃ t=t th=θ uh=ʊ uw=u v=v w=w"
        " y=j z=z zh=ʒ"
    ).split()
)


class _Wave(ctypes.Structure):
    _fields_ = [
        ("type", c_char_p),
        ("sample_rate", c_int),
        ("num_samples", c_int),
        ("num_channels", c_int),
        ("samples", POINTER(c_short)),
    ]


@functools.cache
def _flite_library():
    flite = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
    for name in ("cmulex", "usenglish"):
        ctypes.CDLL(f"libflite_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
    for name, result, *arguments in (
        ("flite_synth_text", c_void_p, c_char_p, c_void_p),
        ("utt_wave", POINTER(_Wave), c_void_p),
        ("utt_relation", c_void_p, c_void_p, c_char_p),
        ("relation_head", c_void_p, c_void_p),
        ("item_next", c_void_p, c_void_p),
        ("flite_ffeature_string", c_char_p, c_void_p, c_char_p),
        ("flite_ffeature_float", c_float, c_void_p, c_char_p),
        ("delete_utterance", None, c_void_p),
        ("feat_set_float", None, c_void_p, c_char_p, c_float),
    ):
        function = getattr(flite, name)
        function.restype, function.argtypes = result, arguments
    flite.flite_init()
    return flite


@functools.cache
def _flite_voice(name: str):
    _flite_library()
    library = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1")
    register = getattr(library, f"register_cmu_us_{name}")
    register.restype, register.argtypes = c_void_p, [c_char_p]
    return register(None)


def _items(flite, utterance, relation: bytes):
    item = flite.relation_head(flite.utt_relation(utterance, relation))
    while item:
        yield item
        item = flite.item_next(item)


def _flite(text: str, voice: Voice, rate: float, pitch: float):
    flite, speaker = _flite_library(), _flite_voice(voice.name)
    features = ctypes.cast(speaker + _FEATURES_OFFSET, POINTER(c_void_p))[0]
    flite.feat_set_float(features, b"duration_stretch", 1 / rate)
    flite.feat_set_float(features, b"int_f0_target_mean", _F0[voice.name] * pitch)
    utterance = flite.flite_synth_text(text.encode("ascii", "ignore"), speaker)
    wave = flite.utt_wave(utterance).contents
    samples = np.ctypeslib.as_array(wave.samples, shape=(wave.num_samples,)).copy()
    phones, before = [], 0.0
    for item in _items(flite, utterance, b"Segment"):
        end = flite.flite_ffeature_float(item, b"end")
        name = flite.flite_ffeature_string(item, b"name").decode()
        if name in _ARPABET:
            phones.append((_ARPABET[name], round(before * 1000), round(end * 1000)))
        before = end
    starts = _flite_words(flite, utterance, text)
    result = samples, wave.sample_rate, starts, phones
    flite.delete_utterance(utterance)
    return result


_FEATURES_OFFSET = ctypes.sizeof(c_void_p)  # cst_voice: const char *name; cst_features *features
_F0 = {"slt": 167.0, "rms": 100.0}


def _flite_words(flite, utterance, text: str) -> list[tuple[str, int]]:
    """Pair flite's tokens, in order, with the written words; the first phone tells the start."""
    written = text.split()
    starts: dict[int, int] = {}
    tokens: dict[float, int] = {}
    for item in _items(flite, utterance, b"Word"):
        start = flite.flite_ffeature_float(
            item, b"R:SylStructure.daughter1.daughter1.R:Segment.p.end"
        )
        position = flite.flite_ffeature_float(item, b"R:Token.parent.file_pos")
        index = tokens.setdefault(position, len(tokens))
        starts.setdefault(index, round(start * 1000))
    if len(tokens) != len(written):
        raise ValueError(f"flite reads {len(tokens)} tokens in {text!r}")
    return [(written[index], start) for index, start in starts.items()]


# ---- by hand -----------------------------------------------------------------------------------

if __name__ == "__main__":
    import sys
    import wave as wave_file

    speech = say(sys.argv[2], sys.argv[1])
    with wave_file.open(sys.argv[3], "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes((speech.samples * 32767).clip(-32768, 32767).astype("<i2").tobytes())
    sys.stdout.write(f"{speech.words}\n{speech.phones}\n")
