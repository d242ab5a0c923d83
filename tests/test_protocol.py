import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.protocol import (
    BAD_FIELD,
    BINARY_LIMIT,
    BROKEN,
    CLOSE_CODES,
    FORMATS,
    METADATA_LIMIT,
    TEXT_LIMIT,
    TOO_LONG,
    UNKNOWN_CODEC,
    Ack,
    ClientMessage,
    End,
    Ended,
    Fault,
    Format,
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
    Then,
    Welcome,
    pack,
    read_client,
    read_server,
    unpack,
    write,
)

PCM = FORMATS["pcm16", 16_000]
HELLO: dict[str, Any] = {
    "type": "hello",
    "token": "t",
    "call_id": "call-0001",
    "channels": ["agent", "customer"],
}
CLIENT: list[ClientMessage] = [
    Hello(token="t", call_id="call-0001", channels=("agent",), metadata={"ticket": "Grüße 👋"}),
    Gap(seq=3, agent=100, reason="xrun"),
    Gap(seq=3, customer=100, reason="ring_full", through=9),
    Pause(seq=4, reason="privacy"),
    Resume(seq=5, skipped=41_200),
    End(seq=6, reason="hangup"),
    Status(code="mic_muted", active=True, detail="the headset's switch"),
]
SERVER: list[ServerMessage] = [
    Welcome(
        call_id="call-0001",
        epoch=1,
        resume_from=1,
        ack=0,
        paused=False,
        resume_key="k",
        server="0.1.0",
    ),
    Ack(seq=0, received=2),
    PauseRequest(reason="card", by="agent"),
    ResumeRequest(),
    Ended(reason="hangup"),
    Fault(code="full", text="No room.", retry_after=5.0),
]


def hello(**changes: Any) -> str:
    """Return a hello in which some fields are others."""
    return json.dumps(HELLO | changes)


def tried(read: Callable[..., Any], *given: Any) -> int:
    """Return the close code of what is refused; 0 = it is read."""
    try:
        read(*given)
    except RefusedError as refused:
        return refused.code
    return 0


@pytest.mark.parametrize("message", CLIENT, ids=lambda message: type(message).__name__)
def test_every_message_of_a_client_survives_the_round_trip(message: ClientMessage) -> None:
    assert read_client(write(message)) == message


@pytest.mark.parametrize("message", SERVER, ids=lambda message: type(message).__name__)
def test_every_message_of_a_server_survives_the_round_trip(message: ServerMessage) -> None:
    assert read_server(write(message)) == message


def test_every_message_is_tried_here() -> None:
    assert {type(message) for message in CLIENT} == set(get_args(ClientMessage))
    assert {type(message) for message in SERVER} == set(get_args(ServerMessage))


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": 1},
        {"protocol": 2},
        {"token": ""},
        {"resume_key": "k"},
        {"call_id": "short"},
        {"call_id": "call-0001\n"},
        {"call_id": "call.0001"},
        {"channels": []},
        {"channels": ["agent", "agent"]},
        {"channels": ["agent", "customer", "agent"]},
        {"channels": ["robot"]},
        {"oldest": 0},
        {"oldest": 3, "next": 2},
        {"next": 2**32},
        {"language": "fr"},
        {"metadata": {"a": 1}},
        {"metadata": {"a": "x" * METADATA_LIMIT}},
        {"rate": "16000"},
        {"type": "greeting"},
    ],
    ids=str,
)
def test_a_hello_with_a_wrong_field_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        read_client(hello(**changes))

    assert refused.value.code == BAD_FIELD


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "gap", "seq": 1, "reason": "xrun"}',
        '{"type": "gap", "seq": 5, "agent": 10, "reason": "ring_full", "through": 4}',
        '{"type": "gap", "seq": 1, "agent": -10, "reason": "xrun"}',
        '{"type": "pause", "seq": 0, "reason": "card"}',
        '{"type": "resume", "seq": 1, "skipped": 86400001}',
        '{"type": "end", "seq": 1, "reason": "bored"}',
        '{"type": "status", "code": "sad", "active": true}',
        '{"seq": 1}',
        "[]",
        "7",
    ],
)
def test_an_item_with_a_wrong_field_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_client(text)

    assert refused.value.code == BAD_FIELD


@pytest.mark.parametrize("text", ["", "{", "hello", '{"type": "end"', "\udcff", "[" * 8000])
def test_text_that_is_no_json_is_broken(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_client(text)

    assert refused.value.code in (BROKEN, BAD_FIELD)


def test_text_beyond_its_limit_is_refused_unread() -> None:
    with pytest.raises(RefusedError) as refused:
        read_client(" " * TEXT_LIMIT + "{}")

    assert refused.value.code == TOO_LONG


def test_a_server_refuses_what_only_servers_say() -> None:
    with pytest.raises(RefusedError):
        read_client(write(Ack(seq=0, received=0)))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert tried(read_client, text) in (0, *CLOSE_CODES)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_value_in_a_field_is_read_or_refused(value: Any) -> None:
    for name in Hello.__struct_fields__:
        assert tried(read_client, hello(**{name: value})) in (0, BAD_FIELD)


@pytest.mark.parametrize(("codec", "rate"), [("pcm16", 44_100), ("mp3", 16_000), ("opus", 8_000)])
def test_an_unknown_codec_has_a_code_of_its_own(codec: str, rate: int) -> None:
    said = read_client(hello(codec=codec, rate=rate))
    assert isinstance(said, Hello)

    with pytest.raises(RefusedError) as refused:
        _ = said.format

    assert refused.value.code == UNKNOWN_CODEC


@pytest.mark.parametrize(
    ("key", "ms", "octets"),
    [
        (("pcm16", 16_000), 100, 3200),
        (("pcm16", 8_000), 200, 3200),
        (("mulaw", 8_000), 20, 160),
        (("mulaw", 8_000), 33, 264),
        (("opus", 48_000), 60, 77),
    ],
    ids=str,
)
def test_a_frame_survives_the_round_trip(key: tuple[str, int], ms: int, octets: int) -> None:
    frame = Frame(7, 1, ms, bytes(octets))

    assert unpack(pack(frame), FORMATS[key], 2) == frame


def test_a_frame_is_little_endian() -> None:
    data = pack(Frame(0x04030201, 1, 20, b"\xff" * 640))

    assert data[:8] == bytes([1, 2, 3, 4, 1, 0, 20, 0])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pack(Frame(1, 0, 100, b"")),
        pack(Frame(0, 0, 100, bytes(3200))),
        pack(Frame(1, 2, 100, bytes(3200))),
        pack(Frame(1, 0, 100, bytes(3199))),
        pack(Frame(1, 0, 10, bytes(320))),
        pack(Frame(1, 0, 25, bytes(800))),
        b"\1\0\0\0\0\1\x14\0" + bytes(640),
    ],
    ids=range(8),
)
def test_a_frame_that_does_not_fit_its_header_is_broken(data: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        unpack(data, PCM, 2)

    assert refused.value.code == BROKEN


def test_a_frame_beyond_the_limit_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        unpack(bytes(BINARY_LIMIT + 1), PCM, 2)

    assert refused.value.code == TOO_LONG


@pytest.mark.parametrize("form", FORMATS.values(), ids=str)
@given(data=st.binary(max_size=BINARY_LIMIT + 2))
def test_any_bytes_are_read_or_refused(form: Format, data: bytes) -> None:
    assert tried(unpack, data, form, 1) in (0, *CLOSE_CODES)


def test_the_longest_frame_is_just_within_the_limit() -> None:
    assert max(form.octets(form.durations[-1]) for form in FORMATS.values()) + 8 == BINARY_LIMIT


def test_every_close_code_says_what_a_client_does() -> None:
    assert {code.then for code in CLOSE_CODES.values()} == set(get_args(Then))


def test_the_document_is_current() -> None:
    script = Path(__file__).parent.parent / "docs" / "generate_protocol.py"
    expected: dict[Path, str] = runpy.run_path(str(script))["files"]()

    stale = [path.name for path, text in expected.items() if path.read_text("utf-8") != text]

    assert stale == [], "run docs/generate_protocol.py"


@pytest.mark.parametrize("kind", [*get_args(ClientMessage), *get_args(ServerMessage)])
def test_every_field_of_a_message_is_explained(kind: type[msgspec.Struct]) -> None:
    page = Path(__file__).parent.parent / "docs" / "protocol.md"
    sections = page.read_text("utf-8").split("### ")
    mine = "".join(one for one in sections if one.startswith(f"`{kind.__struct_config__.tag}`"))
    empty = [name for name in kind.__struct_fields__ if f"| `{name}` |" not in mine]

    assert mine
    assert empty == []
    assert "|  |\n" not in mine
