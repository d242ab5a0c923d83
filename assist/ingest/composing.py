"""Puts a live call together from what the door said and what the operator set."""

from collections.abc import Callable

from msgspec.structs import replace

from assist.call import Call
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import CallSettings
from assist.ingest.items import Start
from assist.settings import LANGUAGES, Settings, load_playbook
from assist.speech.scheduler import Scheduler
from assist.speech.vad import VoiceDetector


class Composer:
    """Make calls.

    Args:
        settings: of the operator.
        vad: makes speech detectors.
        scheduler: where words are heard; None = timing only.
        shown: what calls show, by agent.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        vad: VoiceDetector,
        scheduler: Scheduler | None,
        shown: Callable[[str], CallSettings] = lambda agent: CallSettings(),
    ) -> None:
        self._settings = settings
        self._vad = vad
        self._scheduler = scheduler
        self._shown = shown

    def compose(self, start: Start) -> Call:
        """Put a call together.

        Raises:
            CapacityError: the recogniser has no room for another call.
            AssistError: its playbook cannot be read.
        """
        asked = start.language or self._settings.language
        language = asked if asked in LANGUAGES else LANGUAGES[0]
        book = load_playbook(self._playbook(language, start.playbook))
        if self._scheduler is not None:
            self._scheduler.admit(start.call_id)
        return Call(
            start.call_id,
            Engine(call_id=start.call_id, playbook=book, table=TABLE),
            vad=self._vad,
            pool=self._scheduler,
            channels=start.channels,
            language=language,
            hear="" if asked in LANGUAGES else "auto",
            source=start.source,
            agent=start.agent,
            settings=self._call_settings(start, book.reference),
            second=bool(self._settings.second_model),
            secrets=self._settings.redaction.rules(),
        )

    def warm(self) -> None:
        """Read the playbooks and make their lexicons: a second of work, before the first call."""
        for language in LANGUAGES:
            Engine(call_id="", playbook=load_playbook(self._playbook(language)), table=TABLE)

    def release(self, call_id: str) -> None:
        """Give a call's room back."""
        if self._scheduler is not None:
            self._scheduler.release(call_id)

    def _playbook(self, language: str, chosen: str = "") -> str:
        """Return what was chosen for the call, else the operator's where it fits its language."""
        if chosen:
            return f"{language}/{chosen}"
        return self._settings.playbook_for(language)

    def _call_settings(self, start: Start, reference: str) -> CallSettings:
        asked = self._settings
        by_file = asked.playbook.endswith(".toml") and not start.playbook
        return replace(
            self._shown(start.agent),
            playbook=asked.playbook if by_file else reference,
            praise=asked.praise,
            help_level=start.help_level or asked.help_level,
        )
