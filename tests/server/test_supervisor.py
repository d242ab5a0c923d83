import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from assist.errors import ProtocolError
from assist.events import CallEnded, NudgeExpired, StageChanged, SupervisorNote, Tick
from assist.server.access import Users, Who
from assist.server.commands import NotJsonError
from assist.server.supervisor import NOTE, Follow, Note, Unfollow, read
from tests.server.watching import Watching, watching

SUE = Who("sue", roles=frozenset({"supervisor"}), teams=frozenset({"north"}))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "users.toml").touch()
    with watching(users=Users(tmp_path / "users.toml")) as running:
        yield running


@contextmanager
def visit(house: Watching, who: Who = SUE) -> Iterator[ClientConnection]:
    """Come in with a ticket, as a page does."""
    ticket, _ = house.access.ticket(house.log_in(who), origin=house.origin)
    with connect(house.feed, origin=Origin(house.origin), compression=None) as page:
        page.send(asks("hello", ticket=ticket))
        yield page


def hear(page: ClientConnection) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(page.recv(timeout=10))
    return told


def until(page: ClientConnection, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the first message that meets the condition."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        told = hear(page)
        if met(told):
            return told
    raise AssertionError("it was not told in ten seconds")


def close_code(page: ClientConnection) -> int:
    try:
        while True:
            page.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def asks(kind: str, **fields: object) -> str:
    return msgspec.json.encode({"type": kind, **fields}).decode()


def test_the_table_comes_first(house: Watching) -> None:
    house.begin("a", agent="anna")
    house.begin("b", agent="ben", team="south")
    with visit(house) as page:
        told = hear(page)

        assert told["type"] == "calls"
        assert [call["call_id"] for call in told["calls"]] == ["a"]


def test_a_line_is_told_when_its_stage_changes(house: Watching) -> None:
    house.begin("a")
    with visit(house) as page:
        hear(page)
        house.say("a", StageChanged(at=1000, stage="venting", rule="r"))

        told = hear(page)

        assert (told["type"], told["call"]["stage"]) == ("call", "venting")


def test_a_line_moves_on_by_itself(house: Watching) -> None:
    house.begin("a")
    with visit(house) as page:
        hear(page)
        house.say("a", Tick(at=500))

        assert until(page, lambda told: told["type"] == "call")["call"]["at"] == 500


def test_the_events_of_the_followed_call_come_as_they_are(house: Watching) -> None:
    house.begin("a")
    house.say("a", StageChanged(at=1000, stage="venting", rule="r"))
    with visit(house) as page:
        hear(page)
        page.send(asks("follow", call_id="a", since=1))

        missed = until(page, lambda told: told["type"] == "stage.changed")
        house.say("a", NudgeExpired(at=2000, id="n1"))
        new = until(page, lambda told: told["type"] == "nudge.expired")

        assert (missed["call_id"], missed["seq"]) == ("a", 2)
        assert (new["call_id"], new["seq"]) == ("a", 3)


def test_following_another_call_ends_the_first(house: Watching) -> None:
    house.begin("a")
    house.begin("b")
    with visit(house) as page:
        hear(page)
        page.send(asks("follow", call_id="a"))
        until(page, lambda told: told["type"] == "call.started" and told["call_id"] == "a")
        page.send(asks("follow", call_id="b"))
        until(page, lambda told: told["type"] == "call.started" and told["call_id"] == "b")
        house.say("a", NudgeExpired(at=2000, id="n1"))
        house.say("b", NudgeExpired(at=2000, id="n2"))

        told = until(page, lambda told: told["type"] == "nudge.expired")

        assert told["call_id"] == "b"


def test_looking_away_ends_the_events(house: Watching) -> None:
    house.begin("a")
    with visit(house) as page:
        hear(page)
        page.send(asks("follow", call_id="a"))
        until(page, lambda told: told["type"] == "call.started")
        page.send(asks("unfollow"))
        page.send(asks("note", call_id="a", text="done"))
        assert house.asked.wait(5)
        house.say("a", CallEnded(at=3000))

        told = hear(page)

        assert (told["type"], told["call"]["ended"]) == ("call", True)


def test_a_note_reaches_the_call_in_the_supervisors_name(house: Watching) -> None:
    house.begin("a")
    with visit(house) as page:
        hear(page)
        page.send(asks("note", call_id="a", text="  Offer the engineer’s visit.\n"))

        assert house.asked.wait(5)
    note = SupervisorNote(at=0, author="sue", text="Offer the engineer’s visit.")
    assert house.told == [("a", note)]


@pytest.mark.parametrize("call_id", ["b", "nowhere"])
@pytest.mark.parametrize("kind", ["follow", "note"])
def test_a_forbidden_call_is_as_good_as_none(house: Watching, kind: str, call_id: str) -> None:
    house.begin("b", team="south")
    with visit(house) as page:
        assert hear(page)["calls"] == []
        more = {"text": "hello"} if kind == "note" else {}
        page.send(asks(kind, call_id=call_id, **more))

        assert hear(page) == {"type": "gone", "call_id": call_id}
    assert house.told == []


def test_no_note_goes_to_a_call_that_ended(house: Watching) -> None:
    house.begin("a")
    house.say("a", CallEnded(at=3000))
    with visit(house) as page:
        hear(page)
        page.send(asks("note", call_id="a", text="hello"))

        assert until(page, lambda told: told["type"] == "call")["call"]["ended"]
    assert house.told == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("hello", 1007),
        ('{"type":"call.ended"}', 1008),
        ('{"type":"follow","call_id":"a","since":-1}', 1008),
        ('{"type":"follow","call_id":""}', 1008),
        ('{"type":"note","call_id":"a","text":"   "}', 1008),
        ('{"type":"note","call_id":"a","text":"' + "x" * (NOTE + 1) + '"}', 1008),
        (b"\x00\x01", 1003),
        ('{"type":"note","call_id":"a","text":"' + "x" * 20_000 + '"}', 1009),
    ],
)
def test_nonsense_ends_the_connection(
    house: Watching, sent: str | bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    house.begin("a")
    with visit(house) as page:
        page.send(sent)

        assert close_code(page) == code
    assert not caplog.records


def test_too_many_requests_end_the_connection(house: Watching) -> None:
    with visit(house) as page:
        for _ in range(40):
            page.send(asks("unfollow"))

        assert close_code(page) == 4429


def test_who_logs_out_is_sent_away(house: Watching) -> None:
    house.begin("a")
    with visit(house) as page:
        hear(page)
        house.log_out(SUE)
        page.send(asks("follow", call_id="a"))

        assert close_code(page) == 4403


def test_who_supervises_nobody_is_sent_away(house: Watching) -> None:
    house.begin("b")
    with visit(house, Who("ada", roles=frozenset({"admin", "agent"}))) as page:
        assert close_code(page) == 4403


def test_who_shows_no_ticket_is_told_nothing(house: Watching) -> None:
    with connect(house.feed, origin=Origin(house.origin), compression=None) as page:
        page.send(asks("hello", ticket="guessed"))

        assert close_code(page) == 4401


def test_in_local_mode_the_link_shows_all_teams() -> None:
    with watching() as house:
        house.begin("a")
        house.begin("b", team="")
        with connect(house.feed, compression=None) as page:
            page.send(asks("hello", token=house.access.token))

            assert [call["call_id"] for call in hear(page)["calls"]] == ["a", "b"]


def test_a_page_that_reads_the_followed_call_too_slowly_is_dropped(house: Watching) -> None:
    house.begin("a")
    with visit(house) as lazy:
        hear(lazy)
        lazy.send(asks("follow", call_id="a"))
        until(lazy, lambda told: told["type"] == "call.started")
        for number in range(20_000):
            house.say("a", NudgeExpired(at=number, id="n" * 400))

        assert close_code(lazy) == 4408


def test_what_a_page_may_ask_for_is_read() -> None:
    assert read('{"type":"follow","call_id":"a"}') == Follow("a")
    assert read('{"type":"unfollow"}') == Unfollow()
    assert read('{"type":"note","call_id":"a","text":"hi"}') == Note("a", "hi")


def test_what_is_no_request_is_said_to_be_none() -> None:
    with pytest.raises(NotJsonError, match="no JSON"):
        read("{")
    with pytest.raises(ProtocolError, match="cannot ask"):
        read('{"type":"follow","call_id":"a","more":1}')
