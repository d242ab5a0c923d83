"""How `assist serve` hears recordings that people bring in on the review page."""

from pathlib import Path

from assist.audio.files import Recording
from assist.errors import RecogniserError
from assist.events import CallSettings
from assist.replay import run
from assist.server.importing import SOURCE, Playing
from assist.server.review_import import Play, Wanted
from assist.settings import Settings
from assist.speech.patient import Patient
from assist.speech.pool import SpeechPool
from assist.speech.vad import Vad, VoiceDetector


def player(
    settings: Settings, pool: SpeechPool | None, *, vad: VoiceDetector | None = None
) -> Play:
    """Return what makes a call of a recording.

    Args:
        settings: of the operator.
        pool: where words are heard, for running calls, too; None = nowhere.
        vad: makes speech detectors; None = Silero.
    """

    def play(sound: Path, call_id: str, wanted: Wanted) -> Playing:
        if pool is None:
            raise RecogniserError("there is no speech model here that could hear the recording.")
        recording = Recording(sound)
        recording.broken = wanted.broken
        events = run(
            recording,
            vad=vad or Vad(),
            pool=Patient(pool),
            language=wanted.language,
            playbook=settings.playbook_for(wanted.language),
            show=CallSettings(praise=settings.praise, help_level=settings.help_level),
            second=bool(settings.second_model),
            call_id=call_id,
            agent=wanted.agent,
            source=SOURCE,
            secrets=settings.redaction.rules(),
        )
        return recording.duration, events

    return play
