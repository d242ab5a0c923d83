"""When a recogniser's answer is not to be believed; thresholds as in Whisper's own decoding.

`is_phantom` looks at the words together with the sound that they were heard in: what was hardly
speech, by another model's judgement, needs better words than what clearly was.
"""

import zlib
from collections.abc import Sequence

from assist.core.agreement import normal
from assist.events import Word

NO_SPEECH = 0.6
"""Above this probability of no speech, unsure words are silence (Whisper's own default)."""
LOG_PROBABILITY = -1.0
"""Mean log probability of a token below which words are doubtful (Whisper's own default)."""
COMPRESSION = 2.4
"""Text that compresses better than this repeats itself (Whisper's own default)."""
TOKENS_PER_SECOND = 8.0
"""Nobody speaks more tokens a second than this for long."""
WEAK = 0.65
"""Mean probability of speech below which it is doubtful that anybody spoke: just above the 0.5 at
which the gate opens. A single short word, well heard, reaches more than 0.7 with Silero."""
SHORTEST_SPEECH = 250
"""Silero's own functions drop speech shorter than this (`min_speech_duration_ms`). The gate does
not, for an answer may be as short; but most coughs and knocks are."""
UNSURE = 0.5
"""Words of a lower mean probability are likelier wrong than right."""
UNLIKELY = 0.4
"""Where it is doubtful that anybody spoke, the chance that somebody did and that the words are
right, as the product of both, must be this much: the less a voice, the surer the words."""
BRIEF = 1000
"""Nobody says a whole sentence in so few milliseconds of speech."""
STRETCHED = 2000
"""Speech for each word, in milliseconds, that no word fills: where Whisper itself begins to hold a
word for an anomaly (`word_anomaly_score` in openai/whisper, transcribe.py)."""
OF_VIDEOS = frozenset(
    normal(phrase)
    for phrase in (
        "Thank you for watching",
        "Thanks for watching",
        "Thank you so much for watching",
        "Thank you very much for watching",
        "Thank you for listening",
        "Please subscribe",
        "Please subscribe to my channel",
        "Like and subscribe",
        "Don't forget to subscribe",
        "See you in the next video",
        "I'll see you in the next video",
        "Subtitles by the Amara.org community",
        "Subtitles by Amara.org",
        "Transcription by CastingWords",
        "Untertitel der Amara.org-Community",
        "Untertitel im Auftrag des ZDF für funk",
        "Untertitelung des ZDF",
        "Untertitelung aufgrund der Amara.org-Community",
        "Untertitelung im Auftrag des ZDF",
        "Untertitel von Stephanie Geiges",
        "Copyright WDR",
        "SWR",
        "Vielen Dank fürs Zuschauen",
        "Danke fürs Zuschauen",
        "Vielen Dank für Ihre Aufmerksamkeit",
        "Bis zum nächsten Video",
    )
)
"""What Whisper hears in silence and noise, for it was taught with the subtitles of videos; gathered
from public reports of its users, such as openai/whisper's discussion 679. A year that follows a
credit ("ZDF, 2020") does not count."""
OF_SILENCE = frozenset(
    normal(phrase)
    for phrase in (
        "you",
        "thank you",
        "thank you very much",
        "bye",
        "danke",
        "vielen dank",
        "tschüss",
    )
)
"""The same, but people say it on the telephone as well."""
_SHORTEST = 1.0
"""Seconds below which the pace says nothing: one short word has a few tokens."""
_LOOP = 4
"""Repetitions of the same words in a row that no person utters."""
_SINGLE_LOOP = 7
"""The same for one word alone: "no, no, no, no, no" is said by people."""


def is_silence(*, no_speech: float, log_probability: float) -> bool:
    """Tell whether the recogniser holds its own words for silence."""
    return no_speech > NO_SPEECH and log_probability < LOG_PROBABILITY


def is_doubtful(text: str, *, log_probability: float, tokens: int, seconds: float) -> bool:
    """Tell whether the words deserve a second look with a longer window."""
    pace = tokens / max(seconds, _SHORTEST)
    return (
        log_probability < LOG_PROBABILITY
        or pace > TOKENS_PER_SECOND
        or compression(text) > COMPRESSION
    )


def compression(text: str) -> float:
    """Return how many times smaller the text becomes when compressed."""
    content = text.encode()
    return len(content) / len(zlib.compress(content))


def is_loop(words: Sequence[str]) -> bool:
    """Tell whether the same words come again and again without anything between."""
    folded = [normal(word) for word in words]
    return any(
        _repeats(folded, size) >= (_SINGLE_LOOP if size == 1 else _LOOP)
        for size in range(1, len(folded) // _LOOP + 1)
    )


def is_phantom(words: Sequence[Word], *, voice: float, stretches: Sequence[int]) -> bool:
    """Tell whether these, all the words of an utterance, were heard where nobody said them.

    Two of three doubts are enough: hardly a voice, hardly any speech, unsure words. One alone is
    not: a short "no" has to be heard, and so has a mumbled one.

    Args:
        words: of the utterance.
        voice: mean probability of speech while the gate was open.
        stretches: for which it was, in milliseconds.
    """
    if not words:
        return False
    text = normal("".join(word.text for word in words)).rstrip("0123456789")
    spoken = sum(stretches)
    probability = sum(word.probability for word in words) / len(words)
    weak, short, unsure = voice < WEAK, max(stretches) < SHORTEST_SPEECH, probability < UNSURE
    return (
        (weak and voice * probability < UNLIKELY)
        or (short and (weak or unsure))
        or (weak and text in OF_SILENCE)
        or (text in OF_VIDEOS and (weak or spoken < BRIEF))
        or (spoken >= STRETCHED * len(words) and (weak or unsure))
    )


def _repeats(words: Sequence[str], size: int) -> int:
    """Count how often at most some `size` words follow upon themselves."""
    longest = run = 0
    for i in range(size, len(words)):
        run = run + 1 if words[i] == words[i - size] else 0
        longest = max(longest, run)
    return longest // size + 1
