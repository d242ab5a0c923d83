import pytest

from assist.errors import ProtocolError
from assist.events import NudgeDismissed, NudgeFeedback
from assist.server.commands import NotJsonError, read


def test_a_dismissed_nudge() -> None:
    assert read('{"type":"nudge.dismissed","id":"n1"}') == NudgeDismissed(at=0, id="n1")


def test_a_verdict() -> None:
    command = read('{"type":"nudge.feedback","id":"n1","verdict":"wrong"}')

    assert command == NudgeFeedback(at=0, id="n1", verdict="wrong")


@pytest.mark.parametrize("text", ["", "hello", '{"type":'])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(NotJsonError):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"type":"call.ended","at":1}',
        '{"type":"nudge.dismissed"}',
        '{"type":"nudge.dismissed","id":7}',
        '{"type":"nudge.dismissed","id":"n","at":5}',
        '{"type":"nudge.feedback","id":"n","verdict":"great"}',
    ],
)
def test_what_is_no_command(text: str) -> None:
    with pytest.raises(ProtocolError, match="no command"):
        read(text)
