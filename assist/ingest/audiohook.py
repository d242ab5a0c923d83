"""Genesys AudioHook, version 2, monitor mode: a conversation comes in, finals may go back.

No sound is ever sent. Where sound is missing the client says so; see docs/audiohook.md. Who may
come in is for `assist.ingest.signature` to say; who may not is told so when it opens.
"""

import logging
from collections.abc import Callable, Iterator
from enum import Enum, auto

from assist.events import (
    CHANNELS,
    CallEnded,
    CallPaused,
    CallResumed,
    Channel,
    Event,
    SpeechEnded,
    SpeechStarted,
    TranscriptFinal,
)
from assist.ingest import audiohook_messages as messages
from assist.ingest.audiohook_hearing import Hearing, choose
from assist.ingest.audiohook_messages import Envelope, ImpossibleError, Media, Open
from assist.ingest.audiohook_words import Transcripts
from assist.ingest.items import Close, End, Item, Send, Split, Start
from assist.ingest.session import Unacceptable
from assist.settings import LANGUAGES
from assist.settings.doors import AudioHookDoor

logger = logging.getLogger("assist.audiohook")

SKEW_MS = 400
OPEN_MS = 5_000
"""The client opens within this time."""
SILENT_MS = 30_000
"""A client says something at least so often: it pings every 5 s."""
LEAVE_MS = 3_000
"""It closes so soon after we have disconnected it."""
LAST_WORDS_MS = 9_000
"""It waits 10 s for `closed`."""
REASONS = {"end": "hangup", "error": "error", "disconnect": "stopped", "reconnect": "stopped"}
"""Why the call ended, by the reason of `close`."""
UNDERSTOOD = (
    *("en-US", "en-GB", "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-ZA"),
    *("de-DE", "de-AT", "de-CH"),
)


class State(Enum):
    """Where a session stands."""

    NEW = auto()
    """The client has to open."""
    OPEN = auto()
    PROBE = auto()
    """Open, and nobody is there."""
    LEAVING = auto()
    """We have disconnected; the client has to close."""
    CLOSING = auto()
    """The client has closed; the last words are on their way."""
    DONE = auto()


OPENED = (State.OPEN, State.PROBE)


class AudioHook:
    """One session of a Genesys client.

    Args:
        door: its settings.
        session: the id that every message has to carry.
        organisation: the id that `open` has to name.
        authorised: whether the upgrade was signed as it must be.
        now: when the connection was made, in milliseconds.
    """

    LONGEST_TEXT = 4 * messages.LONGEST_TEXT
    LONGEST_BINARY = 64_000
    """Four seconds of two channels of PCMU."""

    def __init__(
        self, door: AudioHookDoor, *, session: str, organisation: str, authorised: bool, now: int
    ) -> None:
        self._door = door
        self._authorised = authorised and messages.is_uuid(session)
        self._id = session if messages.is_uuid(session) else ""
        self._organisation = organisation
        self._state = State.NEW
        self._seq = self._clientseq = 0
        self._heard_at = now
        self._until: int | None = None
        """When we leave by ourselves; not yet known in a state that began between two messages."""
        self._live = self._ended = False
        """Whether the call runs, and whether its end was told to it."""
        self._hearing: Hearing | None = None
        """What is heard, once something is."""
        self._transcripts: Transcripts | None = None

    # ---- what comes ----------------------------------------------------------------------------

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Take a message."""
        envelope = messages.read(data)
        if self._state is State.DONE:
            return
        self._hear_of(now)
        try:
            yield from self._take(envelope)
        except ImpossibleError as error:
            yield from self._disconnect("error", f"{error}.")

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        """Take sound; what comes when none should is dropped."""
        self._hear_of(now)
        if len(data) > self.LONGEST_BINARY:
            raise Unacceptable(messages.TOO_LONG, "The sound is too long.")
        if self._state is State.NEW:
            yield from self._disconnect("error", "Sound came before anything was opened.")
        if self._state is State.OPEN and self._hearing:
            yield from self._hearing.sound(data)

    def wait(self, now: int) -> Iterator[Item]:
        """Lose patience with a client that does not open, says nothing, or does not close."""
        if self._state is State.NEW and now - self._heard_at >= OPEN_MS:
            yield from self._disconnect("error", "Nothing was opened.")
        elif self._state in OPENED and now - self._heard_at >= SILENT_MS:
            yield from self._disconnect("error", "Nothing came any more.", why="lost")
        elif self._state in (State.LEAVING, State.CLOSING):
            limit = LEAVE_MS if self._state is State.LEAVING else LAST_WORDS_MS
            self._until = now + limit if self._until is None else self._until
            if now >= self._until:
                yield from self._close()

    def told(self, event: Event) -> Iterator[Item]:
        """Send what was said, ask for pauses, and close when the call is over."""
        match event:
            case SpeechStarted() | SpeechEnded() if self._transcripts:
                self._transcripts.follow(event)
            case TranscriptFinal() if self._transcripts:
                yield from self._transcribe(self._transcripts, event)
            case CallPaused() if self._hearing and self._state is State.OPEN:
                if self._hearing.stop(event.by):
                    yield self._said("pause")
            case CallResumed() if self._hearing and self._state is State.OPEN:
                if self._hearing.go_on(event.at):
                    yield self._said("resume")
            case CallEnded():
                self._live, self._ended = False, True
                if self._state is State.CLOSING:
                    yield from self._close()
                elif self._state is State.OPEN:
                    yield from self._disconnect("completed")
            case _:
                pass

    def lost(self, now: int) -> Iterator[Item]:
        """End the call: a client does not come back to its session."""
        self._state = State.DONE
        yield from self._end("lost")

    def busy(self, text: str, retry_after: float) -> Iterator[Item]:
        """Say that there is no room now."""
        self._live, self._ended = False, True
        yield from self._disconnect("error", text)

    # ---- one by one ----------------------------------------------------------------------------

    def _hear_of(self, now: int) -> None:
        if self._state is not State.NEW:  # whatever comes before it opens wins it no time
            self._heard_at = now

    def _take(self, envelope: Envelope) -> Iterator[Item]:
        if not self._id and messages.is_uuid(envelope.id):
            self._id = envelope.id
        if envelope.id != self._id:
            raise ImpossibleError("the id is not that of the session")
        expected, self._clientseq = self._clientseq + 1, envelope.seq
        if envelope.seq != expected:
            self._clientseq = max(0, min(envelope.seq, 2**53))
            raise ImpossibleError(f"seq {expected} was expected")
        if not 0 <= envelope.serverseq <= self._seq:
            raise ImpossibleError("serverseq names a message that was never sent")
        position = messages.milliseconds(envelope.position)
        if self._state is State.NEW and envelope.type not in ("open", "close", "error"):
            raise ImpossibleError("open comes first")
        if self._state in (State.LEAVING, State.CLOSING) and envelope.type != "close":
            return
        if handle := _HANDLERS.get(envelope.type):
            yield from handle(self, envelope, position)

    def _open(self, envelope: Envelope, position: float) -> Iterator[Item]:
        if self._state is not State.NEW:
            raise ImpossibleError("open comes once a session")
        opening = messages.said(envelope, Open)
        if not self._authorised or opening.organization_id != self._organisation:
            yield from self._disconnect("unauthorized")
            return
        if not messages.is_uuid(opening.conversation_id):
            raise ImpossibleError("conversationId is no UUID")
        chosen = choose(opening.media)
        if opening.is_probe:
            self._state = State.PROBE
        elif chosen is None:
            raise ImpossibleError("PCMU or L16 at 8000 Hz is needed, of one channel or of both")
        else:
            self._state = State.OPEN
            yield self._begin(opening, chosen[1], position)
        parameters: dict[str, object] = {"media": [chosen[0]] if chosen else []}
        if opening.supported_languages:
            parameters["supportedLanguages"] = UNDERSTOOD
        yield self._said("opened", **parameters)

    def _begin(self, opening: Open, media: Media, position: float) -> Start:
        roles: dict[str, Channel] = {
            "external": self._door.external,
            "internal": self._door.internal,
        }
        order = tuple(roles[name] for name in media.channels)
        self._hearing = Hearing(
            order, form=media.format, order=self._door.l16_byte_order, position=position
        )
        self._live = True
        if self._door.send_transcripts:
            self._transcripts = Transcripts(self._id, order, self._hearing.place)
            self._transcripts.language = _named(opening.language)
        return Start(
            opening.conversation_id,
            agent=opening.agent or _agent(opening, self._door),
            channels=tuple(channel for channel in CHANNELS if channel in order),
            language=_language(opening.language),
            source="audiohook",
            spare=self._id,
            skew_ms=SKEW_MS,
        )

    def _ping(self, envelope: Envelope, position: float) -> Iterator[Item]:
        yield self._said("pong")
        yield from self._follow(position)

    def _follow(self, position: float) -> Iterator[Item]:
        if self._hearing:
            yield from self._hearing.follow(position)

    def _pause(self, envelope: Envelope, position: float) -> Iterator[Item]:
        if self._hearing:
            yield from self._hearing.pause(position)

    def _resume(self, envelope: Envelope, position: float) -> Iterator[Item]:
        said = messages.said(envelope, messages.Discarded)
        skipped = messages.whole(messages.milliseconds(said.discarded))
        if self._hearing:
            yield from self._hearing.resume(skipped, position)
            if self._hearing.pausing:
                yield self._said("pause")

    def _discard(self, envelope: Envelope, position: float) -> Iterator[Item]:
        said = messages.said(envelope, messages.Discarded)
        length = messages.whole(messages.milliseconds(said.discarded))
        if self._hearing:
            yield from self._hearing.discard(length, position)

    def _update(self, envelope: Envelope, position: float) -> Iterator[Item]:
        said = messages.said(envelope, messages.Update)
        yield from self._follow(position)
        if self._transcripts:
            self._transcripts.language = _named(said.language)
        if self._hearing:
            yield Split(_language(said.language))
        yield self._said("updated")

    def _fail(self, envelope: Envelope, position: float) -> Iterator[Item]:
        code = messages.said(envelope, messages.Failure).code
        logger.warning("audiohook_error", extra={"source": "audiohook", "code": str(code)})
        yield from self._follow(position)

    def _hang_up(self, envelope: Envelope, position: float) -> Iterator[Item]:
        reason = messages.said(envelope, messages.Closing).reason
        if self._state is State.CLOSING:
            raise ImpossibleError("close comes once a session")
        self._state, self._until = State.CLOSING, None
        yield from self._end(REASONS.get(reason, "hangup"))
        if not self._live:
            yield from self._close()

    # ---- what goes back ------------------------------------------------------------------------

    def _transcribe(self, transcripts: Transcripts, event: TranscriptFinal) -> Iterator[Item]:
        if self._state in (State.OPEN, State.CLOSING):
            entity = transcripts.entity(event)
            if entity:
                yield self._said("event", entities=[entity])

    def _disconnect(self, reason: str, text: str = "", *, why: str = "error") -> Iterator[Item]:
        """Ask the client to close; the call ends at once."""
        if self._state in (State.LEAVING, State.CLOSING, State.DONE):
            return
        self._state, self._until = State.LEAVING, None
        yield self._said("disconnect", reason=reason, **({"info": text[:500]} if text else {}))
        yield from self._end(why)

    def _end(self, reason: str) -> Iterator[Item]:
        if self._live and not self._ended:
            self._ended = True
            yield End(reason)

    def _close(self) -> Iterator[Item]:
        if self._state is State.CLOSING:
            yield self._said("closed")
        self._state = State.DONE
        yield Close(1000)

    def _said(self, kind: str, **parameters: object) -> Send:
        self._seq += 1
        return Send(
            messages.write(
                kind,
                session=self._id or messages.NOBODY,
                seq=self._seq,
                clientseq=self._clientseq,
                parameters=parameters,
            )
        )


_HANDLERS: dict[str, Callable[[AudioHook, Envelope, float], Iterator[Item]]] = {
    "open": AudioHook._open,
    "ping": AudioHook._ping,
    "paused": AudioHook._pause,
    "resumed": AudioHook._resume,
    "discarded": AudioHook._discard,
    "update": AudioHook._update,
    "error": AudioHook._fail,
    "close": AudioHook._hang_up,
}
"""What is done by type; other types, digits among them, are passed over."""


def _agent(opening: Open, door: AudioHookDoor) -> str:
    """Return whose overlay shows the call, by the settings."""
    person, number = opening.participant.id, opening.participant.dnis
    agents = door.agents
    return agents.get(person) or agents.get(number) or agents.get(number.removeprefix("tel:"), "")


def _named(language: str | None) -> str:
    return language if language and messages.is_language(language) else ""


def _language(named: str | None) -> str:
    """Return a language of ours for `en-US`; nothing where it is none."""
    code = (named or "").partition("-")[0].lower()
    return code if code in LANGUAGES else ""
