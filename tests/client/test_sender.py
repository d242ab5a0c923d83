from typing import Any

import pytest

from assist.client.returning import Return, Stay
from assist.client.sender import Sender
from assist.errors import ProtocolError
from assist.protocol import (
    FORMATS,
    Ack,
    End,
    Ended,
    Fault,
    Frame,
    Gap,
    Hello,
    Pause,
    PauseRequest,
    RefusedError,
    Resume,
    ResumeRequest,
    ServerMessage,
    Status,
    Welcome,
    read_client,
    unpack,
    write,
)

PCM = FORMATS["pcm16", 16_000]
SOUND = bytes(PCM.octets(100))


def sender(**options: Any) -> Sender:
    """Return a sender that has said and heard nothing."""
    return Sender("call-0001", **options)


def welcome(**changes: Any) -> Welcome:
    """Return a welcome of a new call in which some fields are others."""
    fields: dict[str, Any] = {"call_id": "call-0001", "epoch": 1, "resume_from": 1, "ack": 0}
    fields |= {"paused": False, "resume_key": "key", "server": "0.1.0"}
    return Welcome(**(fields | changes))


def tell(to: Sender, message: ServerMessage, now: int = 0) -> None:
    """Let a sender hear a message."""
    to.hear(write(message), now)


def connected(**options: Any) -> Sender:
    """Return a sender that was welcomed."""
    made = sender(**options)
    made.hello(0, "token")
    tell(made, welcome())
    return made


def record(to: Sender, frames: int = 1) -> None:
    """Let a sender take so many frames of the agent."""
    for _ in range(frames):
        to.audio("agent", SOUND, 100)


def said(by: Sender) -> list[Any]:
    """Return all that a sender has to send now."""
    found: list[Any] = []
    while (message := by.take()) is not None:
        is_text = isinstance(message, str)
        found.append(read_client(message) if is_text else unpack(message, PCM, 2))  # type: ignore[arg-type]  # as is_text says
    return found


def hello(by: Sender) -> Hello:
    """Return the hello that a sender begins a connection with."""
    message = read_client(by.hello(0, "token"))
    assert isinstance(message, Hello)
    return message


def seqs(items: list[Any]) -> list[int]:
    """Return the places of items."""
    return [item.seq for item in items]


# --- hello and welcome ----------------------------------------------------------------------------


def test_a_first_hello_shows_the_token_and_an_empty_ring() -> None:
    told = hello(sender(agent="anna", language="de", source="desk", metadata={"ticket": "7"}))

    assert told == Hello(
        token="token",
        call_id="call-0001",
        channels=("agent", "customer"),
        agent="anna",
        language="de",
        source="desk",
        metadata={"ticket": "7"},
        attempt=1,
    )


def test_every_hello_is_counted() -> None:
    made = sender()

    attempts = [hello(made).attempt for _ in range(3)]

    assert attempts == [1, 2, 3]


def test_nothing_is_sent_before_the_server_has_said_from_where() -> None:
    made = sender()
    record(made)
    made.hello(0, "token")

    assert made.take() is None
    assert not made.greeted


def test_a_welcome_lets_the_sound_out() -> None:
    made = connected()

    record(made, 2)

    assert said(made) == [Frame(1, 0, 100, SOUND), Frame(2, 0, 100, SOUND)]


def test_a_second_hello_shows_the_key_and_what_the_ring_holds() -> None:
    made = connected()
    record(made, 5)
    said(made)
    tell(made, Ack(seq=2, received=4))

    made.lost(1006, 0)
    told = hello(made)

    assert (told.token, told.resume_key, told.oldest, told.next) == ("", "key", 3, 6)


def test_a_client_goes_on_where_the_server_wants() -> None:
    made = connected()
    record(made, 5)
    said(made)
    made.lost(1006, 0)
    made.hello(0)

    tell(made, welcome(epoch=2, resume_from=4, ack=2))

    assert seqs(said(made)) == [4, 5]
    assert (made.epoch, made.acknowledged) == (2, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"call_id": "call-0002"},
        {"resume_from": 3},
        {"resume_from": 1, "ack": 1},
        {"resume_from": 2, "ack": 5},
    ],
    ids=str,
)
def test_a_welcome_that_cannot_be_true_is_refused(changes: dict[str, Any]) -> None:
    made = sender()
    record(made)
    made.hello(0, "token")

    with pytest.raises(RefusedError):
        tell(made, welcome(**changes))


def test_a_welcome_that_wants_what_is_gone_is_refused() -> None:
    made = connected()
    record(made, 5)
    said(made)
    tell(made, Ack(seq=3, received=5))
    made.hello(0)

    with pytest.raises(RefusedError):
        tell(made, welcome(resume_from=2))


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"channels": ("agent", "agent")}, "twice"),
        ({"language": "fr"}, "language"),
        ({"metadata": {"a": "x" * 3000}}, "metadata"),
    ],
    ids=str,
)
def test_a_call_that_cannot_be_announced_says_so_at_once(
    options: dict[str, Any], word: str
) -> None:
    with pytest.raises(ProtocolError, match=word):
        sender(**options)


def test_the_token_is_needed_until_there_is_a_key_and_after_it_was_refused() -> None:
    made = sender()
    assert made.needs_token
    made.hello(0, "token")
    tell(made, welcome())
    assert not made.needs_token

    made.lost(4401, 0)

    assert made.needs_token
    assert hello(made).token == "token"


# --- acknowledgements -----------------------------------------------------------------------------


def test_what_is_safe_is_forgotten() -> None:
    made = connected()
    record(made, 3)
    said(made)

    tell(made, Ack(seq=2, received=3))

    assert (made.waiting, made.acknowledged, made.received) == (1, 2, 3)


@pytest.mark.parametrize(("seq", "received"), [(4, 4), (3, 2), (0, 9)])
def test_an_acknowledgement_of_what_was_not_sent_is_refused(seq: int, received: int) -> None:
    made = connected()
    record(made, 3)
    said(made)

    with pytest.raises(RefusedError):
        tell(made, Ack(seq=seq, received=received))


def test_an_acknowledgement_before_the_welcome_is_refused() -> None:
    made = sender()
    made.hello(0, "token")

    with pytest.raises(RefusedError):
        tell(made, Ack(seq=0, received=0))


@pytest.mark.parametrize("text", ["", "{}", '{"type": "ack"}', '{"type": "hello"}'])
def test_nonsense_from_the_server_is_refused(text: str) -> None:
    made = connected()

    with pytest.raises(RefusedError):
        made.hear(text, 0)


# --- gaps, pauses and the end ---------------------------------------------------------------------


def test_a_gap_takes_its_place_among_the_sound() -> None:
    made = connected()

    record(made)
    made.gap("xrun", customer=1300)
    record(made)

    assert said(made)[1] == Gap(seq=2, customer=1300, reason="xrun")


def test_sound_that_left_a_full_ring_is_declared() -> None:
    made = sender(seconds=0.5)
    record(made, 13)
    made.hello(0, "token")
    tell(made, welcome())

    first, *rest = said(made)

    assert first == Gap(seq=1, agent=300, reason="ring_full", through=3)
    assert seqs(rest) == list(range(4, 14))
    assert made.dropped_ms == 300


def test_nothing_is_recorded_during_a_pause() -> None:
    made = connected()

    made.pause("privacy", 1_000)
    record(made)
    made.gap("xrun", agent=100)
    made.resume(42_200)

    assert said(made) == [Pause(seq=1, reason="privacy"), Resume(seq=2, skipped=41_200)]


def test_a_pause_that_the_server_asks_for_is_answered() -> None:
    made = connected()

    tell(made, PauseRequest(reason="card"), 1_000)
    record(made)
    tell(made, ResumeRequest(), 4_000)

    assert said(made) == [Pause(seq=1, reason="card"), Resume(seq=2, skipped=3_000)]


def test_a_pause_lasts_until_nobody_wants_it() -> None:
    made = connected()
    made.pause("privacy", 0)
    tell(made, PauseRequest(reason="agent"), 10)

    tell(made, ResumeRequest(), 20)
    assert made.paused
    made.resume(30)

    assert not made.paused
    assert said(made) == [Pause(seq=1, reason="privacy"), Resume(seq=2, skipped=30)]


def test_a_pause_may_be_asked_for_while_the_link_is_down() -> None:
    made = connected()
    made.hello(0)

    tell(made, welcome(epoch=2, paused=True), 500)

    assert said(made) == [Pause(seq=1, reason="agent")]


def test_a_pause_that_was_lifted_while_the_link_was_down_is_over() -> None:
    made = connected()
    tell(made, PauseRequest(reason="card"), 0)
    made.hello(0)

    tell(made, welcome(epoch=2), 700)

    assert said(made) == [Pause(seq=1, reason="card"), Resume(seq=2, skipped=700)]


def test_pausing_twice_is_pausing_once() -> None:
    made = connected()

    made.pause("privacy", 0)
    made.pause("card", 10)

    assert said(made) == [Pause(seq=1, reason="privacy")]


def test_nothing_follows_the_end() -> None:
    made = connected()

    made.end("hangup")
    record(made)
    made.gap("xrun", agent=100)
    made.pause("privacy", 0)
    made.end("stopped")

    assert said(made) == [End(seq=1, reason="hangup")]


def test_trouble_is_told_again_on_every_connection_while_it_lasts() -> None:
    made = connected()
    made.status("mic_muted", active=True, detail="switch")
    assert said(made) == [Status(code="mic_muted", active=True, detail="switch")]

    made.hello(0)
    tell(made, welcome())

    assert said(made) == [Status(code="mic_muted", active=True, detail="switch")]


def test_trouble_that_is_over_is_told_once() -> None:
    made = connected()
    made.status("xrun", active=True)
    made.status("xrun", active=False)
    assert said(made) == [Status(code="xrun", active=False)]

    made.hello(0)
    tell(made, welcome())

    assert said(made) == []


@pytest.mark.parametrize(("octets", "ms"), [(3200, 99), (3199, 100), (0, 100), (320, 10)])
def test_sound_that_is_no_frame_is_refused(octets: int, ms: int) -> None:
    with pytest.raises(ValueError, match=r"ms"):
        connected().audio("agent", bytes(octets), ms)


# --- the end of connections -----------------------------------------------------------------------


def test_a_server_that_is_silent_for_six_seconds_is_dead() -> None:
    made = sender()
    made.hello(1_000, "token")
    tell(made, welcome(), 2_000)

    assert not made.dead(7_999)
    assert made.dead(8_000)


def test_a_call_that_has_ended_is_not_continued() -> None:
    made = connected()
    made.end("hangup")
    said(made)

    tell(made, Ack(seq=1, received=1))
    tell(made, Ended(reason="hangup"))

    assert made.lost(1006, 0) == Stay("")
    assert made.outcome == Stay("")


def test_the_end_of_a_call_that_ended_unheard_is_no_failure() -> None:
    made = connected()
    made.end("hangup")
    said(made)
    made.lost(1006, 0)

    assert made.lost(4410, 0) == Stay("")


def test_a_call_is_finished_when_its_end_is_safe() -> None:
    made = connected()
    made.end("hangup")
    said(made)
    assert not made.finished

    tell(made, Ack(seq=1, received=1))

    assert made.finished


def test_what_the_server_said_decides_when_to_come_back() -> None:
    made = connected()

    tell(made, Fault(code="full", text="No room.", retry_after=3))

    assert made.lost(1013, 0) == Return(3_000)


def test_a_fault_of_an_earlier_connection_is_forgotten() -> None:
    made = connected()
    tell(made, Fault(code="full", text="No room.", retry_after=3))
    made.lost(1013, 0)

    made.hello(0)

    assert made.lost(1013, 0) == Return(1_000)


def test_nothing_is_sent_after_a_connection_is_lost() -> None:
    made = connected()
    record(made)

    made.lost(1006, 0)

    assert made.take() is None


def test_a_call_that_is_never_stored_is_given_up_in_the_end() -> None:
    made = sender(form=FORMATS["mulaw", 8_000], seconds=0.02, channels=("agent",))

    for _ in range(72_001):
        made.audio("agent", bytes(160), 20)

    assert made.outcome == Stay("The server has stored nothing for too long.")
