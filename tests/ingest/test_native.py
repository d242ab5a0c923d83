import av
import numpy as np
import pytest

from assist import protocol
from assist.events import CallEnded, CallPaused, CallResumed
from assist.ingest.items import (
    Audio,
    Close,
    End,
    Gap,
    Item,
    Mark,
    Pause,
    Resume,
    Send,
    Start,
    Trouble,
)
from assist.ingest.native import Admitted, NativeSession, Register
from assist.ingest.session import Unacceptable
from assist.protocol import Frame, Hello

CALL = "call-0001"


def hello(**fields: object) -> str:
    known = {"token": "t", "call_id": CALL, "channels": ("agent", "customer")} | fields
    return protocol.write(Hello(**known))  # type: ignore[arg-type]  # what tests say


def frame(seq: int, channel: int = 0, ms: int = 100, *, level: int = 1) -> bytes:
    pcm = np.full(ms * 16, level, "<i2").tobytes()
    return protocol.pack(Frame(seq, channel, ms, pcm))


class Source:
    """One connection to a register that later connections share."""

    def __init__(self, register: Register, *, now: int = 0) -> None:
        self.may = True
        self.session = NativeSession(
            register, lambda hello: Admitted(hello.agent or "anna", lambda: self.may), now=now
        )

    def say(self, text: str, *, now: int = 0) -> list[Item]:
        return list(self.session.text(text, now))

    def send(self, data: bytes, *, now: int = 0) -> list[Item]:
        return list(self.session.binary(data, now))

    def wait(self, now: int) -> list[Item]:
        return list(self.session.wait(now))


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def source(register: Register) -> Source:
    source = Source(register)
    source.say(hello())
    return source


def answers(items: list[Item]) -> list[protocol.ServerMessage]:
    return [protocol.read_server(str(item.data)) for item in items if isinstance(item, Send)]


def code(source: Source, text: str | bytes) -> int:
    with pytest.raises(Unacceptable) as caught:
        source.say(text) if isinstance(text, str) else source.send(text)
    return caught.value.code


def test_hello_starts_the_call_and_is_welcomed(register: Register) -> None:
    chosen = {"language": "de", "playbook": "sales", "help_level": 2}
    items = Source(register).say(hello(agent="bert", channels=("customer", "agent"), **chosen))

    assert items[0] == Start(
        CALL,
        agent="bert",
        channels=("agent", "customer"),
        language="de",
        playbook="sales",
        help_level=2,
        source="native",
    )
    (welcome,) = answers(items)
    assert isinstance(welcome, protocol.Welcome)
    assert (welcome.epoch, welcome.resume_from, welcome.ack, welcome.paused) == (1, 1, 0, False)
    assert len(welcome.resume_key) >= 22


def test_frames_become_sound_of_their_channel(source: Source) -> None:
    first, second = source.send(frame(1)), source.send(frame(2, 1, level=5))

    assert isinstance(first[0], Audio)
    assert first[0].channel == "agent"
    assert first[1] == Mark(1)
    assert isinstance(second[0], Audio)
    assert (second[0].channel, second[0].rate) == ("customer", 16_000)
    assert second[0].pcm.tolist() == [5] * 1600


def test_what_was_here_before_is_dropped(source: Source) -> None:
    source.send(frame(1))

    assert source.send(frame(1)) == []


def test_a_hole_ends_the_connection(source: Source) -> None:
    source.send(frame(1))

    assert code(source, frame(3)) == protocol.OUT_OF_ORDER


def test_gaps_pauses_and_the_end_take_their_places(source: Source) -> None:
    said: list[protocol.ClientMessage] = [
        protocol.Gap(seq=1, agent=300, customer=200, reason="device_lost"),
        protocol.Pause(seq=2, reason="privacy"),
        protocol.Resume(seq=3, skipped=40_000),
        protocol.End(seq=4, reason="hangup"),
    ]

    items = [item for one in said for item in source.say(protocol.write(one))]

    assert [item for item in items if not isinstance(item, Mark)] == [
        Gap("agent", 300, "device_lost"),
        Gap("customer", 200, "device_lost"),
        Pause("privacy", "source"),
        Resume(40_000),
        End("hangup"),
    ]


def test_one_gap_may_stand_for_many_items(source: Source) -> None:
    gap = protocol.Gap(seq=1, agent=6_000, customer=6_000, reason="ring_full", through=120)
    source.say(protocol.write(gap))

    assert source.send(frame(121))[1] == Mark(121)


def test_trouble_with_the_capture_takes_no_place(source: Source) -> None:
    items = source.say(protocol.write(protocol.Status(code="mic_silent", active=True)))

    assert items == [Trouble("mic_silent", "The microphone gives no sound.", True)]
    assert source.send(frame(1))[1] == Mark(1)


def test_the_same_trouble_again_and_again_is_told_once(source: Source) -> None:
    silent = protocol.write(protocol.Status(code="mic_silent", active=True))
    heard = protocol.write(protocol.Status(code="mic_silent", active=False))

    assert len(source.say(silent, now=100)) == 1
    assert source.say(silent, now=5_000) == []
    assert source.say(heard, now=5_000) == [
        Trouble("mic_silent", "The microphone gives no sound.", False)
    ]
    assert source.say(silent, now=5_500) == []


def test_a_source_that_comes_back_goes_on_where_it_was(register: Register, source: Source) -> None:
    for seq in range(1, 6):
        source.send(frame(seq, seq % 2))
    assert source.session.call
    again = Source(register)
    key = source.session.call.key
    (welcome,) = answers(again.say(hello(token="", resume_key=key, oldest=2, next=9)))

    assert isinstance(welcome, protocol.Welcome)
    assert (welcome.epoch, welcome.resume_from) == (2, 6)
    assert source.wait(10) == [Close(protocol.REPLACED, "A newer connection carries this call.")]
    assert code(source, frame(6)) == protocol.REPLACED
    assert again.send(frame(6))[1] == Mark(6)


def test_a_hello_that_was_slow_does_not_push_out_a_newer_one(register: Register) -> None:
    newer = Source(register)
    newer.say(hello(attempt=2))

    assert code(Source(register), hello(attempt=1)) == protocol.REPLACED
    assert code(Source(register), hello(attempt=2)) == protocol.REPLACED
    assert newer.send(frame(1))[1] == Mark(1)


def test_a_hello_that_is_not_counted_is_the_newest(register: Register) -> None:
    older, newer = Source(register), Source(register)
    older.say(hello(attempt=2))

    newer.say(hello())

    assert code(older, frame(1)) == protocol.REPLACED
    assert code(Source(register), hello(attempt=1)) == protocol.REPLACED


def test_a_server_that_knows_nothing_takes_what_the_ring_still_has(register: Register) -> None:
    (welcome,) = answers(Source(register).say(hello(oldest=41, next=90)))

    assert isinstance(welcome, protocol.Welcome)
    assert welcome.resume_from == 41


def test_what_fell_out_of_the_ring_is_declared_lost(register: Register, source: Source) -> None:
    source.send(frame(1))
    again = Source(register)
    items = again.say(hello(oldest=30, next=90))

    assert Trouble("audio_lost", "Sound was lost while the connection was down.") in items
    (welcome,) = answers(items)
    assert isinstance(welcome, protocol.Welcome)
    assert welcome.resume_from == 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", 1007),
        ('{"type":"hello"}', 4400),
        (hello(codec="mp3"), 4415),
        (hello(codec="opus", rate=16_000), 4415),
        (hello(token="", resume_key="guessed"), 4401),
        (protocol.write(protocol.End(seq=1, reason="hangup")), 4400),
        (frame(1), 4400),
    ],
)
def test_a_bad_beginning_is_refused(register: Register, text: str | bytes, expected: int) -> None:
    assert code(Source(register), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (hello(), 4400),
        (frame(1)[:-1], 1007),
        (frame(1, 2), 1007),
        (frame(1, ms=90)[:-2], 1007),
        (b"", 1007),
        (b"x" * 7_000, 1009),
        ('{"type":"pause","seq":0,"reason":"privacy"}', 4400),
        (f'{{"type":"end","seq":1,"reason":"{"x" * 9_000}"}}', 1009),
    ],
)
def test_a_broken_message_is_refused(source: Source, text: str | bytes, expected: int) -> None:
    assert code(source, text) == expected


def test_a_call_keeps_its_codec(register: Register, source: Source) -> None:
    assert code(Source(register), hello(codec="mulaw", rate=8_000)) == 4400


def test_a_call_that_is_over_stays_over(register: Register, source: Source) -> None:
    items = list(source.session.told(CallEnded(at=0, reason="hangup")))

    assert answers(items)[-1] == protocol.Ended(reason="hangup")
    assert items[-1] == Close(1000)
    assert code(Source(register), hello()) == protocol.OVER


def test_it_acknowledges_what_is_settled(source: Source) -> None:
    assert source.session.call
    source.session.call.settled = lambda: 1
    for seq in (1, 2, 3):
        source.send(frame(seq))

    assert answers(source.wait(499)) == []
    assert answers(source.wait(500)) == [protocol.Ack(seq=1, received=3)]
    assert answers(source.wait(1_100)) == []
    assert answers(source.wait(2_500)) == [protocol.Ack(seq=1, received=3)]


def test_who_never_says_hello_is_sent_away(register: Register) -> None:
    silent = Source(register, now=1_000)

    assert silent.wait(3_900) == []
    assert silent.wait(4_000) == [Close(protocol.TOO_SLOW, "No hello came.")]


def test_who_falls_silent_is_sent_away_unless_paused(source: Source) -> None:
    source.send(frame(1), now=100)
    late = source.wait(10_100)
    source.say(protocol.write(protocol.Pause(seq=2, reason="privacy")), now=10_100)

    assert late == [Close(protocol.TOO_SLOW, "Nothing came.")]
    assert not any(isinstance(item, Close) for item in source.wait(60_000))


def test_nobody_takes_over_somebody_elses_call(register: Register, source: Source) -> None:
    assert code(Source(register), hello(agent="bert")) == protocol.NOT_YOURS


def test_who_loses_the_right_is_sent_away_and_cannot_come_back(
    register: Register, source: Source
) -> None:
    assert source.session.call
    key = source.session.call.key
    source.send(frame(1), now=100)
    source.may = False

    assert source.wait(3_100) == [
        Close(protocol.NOT_YOURS, "The right to send this call was lost.")
    ]
    assert code(Source(register), hello(token="", resume_key=key)) == protocol.NOT_YOURS


def test_a_pause_of_the_agents_is_asked_for_and_its_end(source: Source) -> None:
    asked = answers(list(source.session.told(CallPaused(at=0, reason="privacy", by="agent"))))
    over = answers(list(source.session.told(CallResumed(at=0, skipped=9))))

    assert asked == [protocol.PauseRequest(reason="privacy", by="agent")]
    assert over == [protocol.ResumeRequest()]


def test_a_pause_of_its_own_is_not_asked_for(source: Source) -> None:
    source.say(protocol.write(protocol.Pause(seq=1, reason="privacy")))

    assert list(source.session.told(CallPaused(at=0, reason="privacy", by="source"))) == []


def test_there_may_be_no_room(source: Source) -> None:
    items = list(source.session.busy("The machine is full.", 5.0))

    assert answers(items) == [
        protocol.Fault(code="full", text="The machine is full.", retry_after=5.0)
    ]
    assert items[-1] == Close(protocol.FULL)


def test_calls_that_are_over_give_way_to_new_ones() -> None:
    register = Register(most=2)
    first, second = Source(register), Source(register)
    first.say(hello(call_id="call-first"))
    second.say(hello(call_id="call-second"))

    assert code(Source(register), hello(call_id="call-third")) == protocol.FULL
    list(first.session.told(CallEnded(at=0)))
    assert Source(register).say(hello(call_id="call-third"))


def test_mu_law_is_sound_of_8_kilohertz(register: Register) -> None:
    source = Source(register)
    source.say(hello(codec="mulaw", rate=8_000))
    (sound, _) = source.send(protocol.pack(Frame(1, 0, 20, b"\xff" * 80 + b"\x00" * 80)))

    assert isinstance(sound, Audio)
    assert (sound.rate, sound.pcm.tolist()) == (8_000, [0] * 80 + [-32_124] * 80)


def opus_packets(pcm: np.ndarray) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.format, encoder.layout = 48_000, "s16", "mono"
    encoder.open()
    packets = []
    for at in range(0, len(pcm), encoder.frame_size):
        piece = av.AudioFrame.from_ndarray(pcm[None, at : at + encoder.frame_size], "s16", "mono")
        piece.sample_rate = 48_000
        packets += [bytes(packet) for packet in encoder.encode(piece)]
    return packets


def test_opus_is_decoded_and_a_broken_packet_is_a_gap(register: Register) -> None:
    tone = (8_000 * np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000)).astype(np.int16)
    source = Source(register)
    source.say(hello(codec="opus", rate=48_000))
    packets = opus_packets(tone)
    found = [
        source.send(protocol.pack(Frame(seq, 0, 20, packet)))[0]
        for seq, packet in enumerate(packets, 1)
    ]
    (broken, _) = source.send(protocol.pack(Frame(len(packets) + 1, 0, 20, b"\xff\xff\xff\xff")))

    sound = np.concatenate([one.pcm for one in found if isinstance(one, Audio)])
    assert len(sound) == len(packets) * 960
    assert 5_000 < np.std(sound[10_000:40_000]) < 6_500
    assert broken == Gap("agent", 20, "broken")
