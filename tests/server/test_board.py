from dataclasses import dataclass, field

import msgspec

from assist.events import CallEnded, CallStarted, Event, StageChanged, Tick
from assist.server.board import EVERY_S, LINGERS_S, Board, Viewer, lexicons
from assist.server.rooms import Room, Rooms
from assist.server.summary import CallChanged, Calls, Gone

_told: msgspec.json.Decoder[Calls | CallChanged | Gone] = msgspec.json.Decoder(
    Calls | CallChanged | Gone
)


@dataclass
class Hall:
    """Rooms, their board, and a clock that a test moves."""

    now: float = 0.0
    rooms: Rooms = field(default_factory=Rooms)

    def __post_init__(self) -> None:
        self.board = Board(self.rooms, lexicons={}, clock=lambda: self.now)

    def open(self, call_id: str, *, team: str = "north") -> None:
        self.rooms.open(call_id, agent=f"desk-{call_id}", team=team)
        self.say(CallStarted(at=0, call_id=call_id, language="en"))

    def say(self, *events: Event) -> None:
        for event in events:
            self.rooms.publish(event)

    def join(self, *teams: str) -> Viewer:
        viewer = self.board.join(lambda room: room.team in (teams or ("north",)))
        self.board.snapshot(viewer)
        return viewer

    def take(self, viewer: Viewer) -> list[str]:
        """Return what a page is told: the calls' ids, with a minus when they are gone."""
        told = [_told.decode(text) for text in self.board.take(viewer)]
        return ["-" + t.call_id if isinstance(t, Gone) else call_of(t) for t in told]


def call_of(told: Calls | CallChanged | Gone) -> str:
    assert isinstance(told, CallChanged)
    return told.call.call_id


def tick(call_id: str, at: int = 500) -> Tick:
    return Tick(at=at, call_id=call_id)


def test_the_snapshot_holds_the_teams_calls_by_their_start() -> None:
    hall = Hall()
    for call_id, team in (("b", "north"), ("x", "south"), ("a", "north")):
        hall.open(call_id, team=team)
    viewer = hall.board.join(lambda room: room.team == "north")

    told = _told.decode(hall.board.snapshot(viewer))

    assert isinstance(told, Calls)
    assert [call.call_id for call in told.calls] == ["b", "a"]


def test_what_matters_is_owed_at_once() -> None:
    hall = Hall()
    hall.open("a")
    viewer = hall.join()

    hall.say(StageChanged(at=1, call_id="a", stage="venting", rule="r"))

    assert viewer.news.is_set()
    assert hall.take(viewer) == ["a"]


def test_what_moves_on_is_owed_once_a_second() -> None:
    hall = Hall()
    hall.open("a")
    viewer = hall.join()

    hall.say(tick("a"))
    hall.board.beat()
    assert hall.take(viewer) == []

    hall.now += EVERY_S
    hall.say(tick("a", 1000))
    hall.board.beat()
    hall.board.beat()
    assert hall.take(viewer) == ["a"]
    assert hall.take(viewer) == []


def test_a_page_that_reads_slowly_is_owed_each_call_once_and_gets_the_newest() -> None:
    hall = Hall()
    hall.open("a")
    viewer = hall.join()
    for second in range(100):
        hall.now = float(second)
        hall.say(tick("a", 1000 * second))
        hall.board.beat()

    (text,) = hall.board.take(viewer)

    told = _told.decode(text)
    assert isinstance(told, CallChanged)
    assert told.call.at == 99_000


def test_another_teams_call_is_not_told() -> None:
    hall = Hall()
    viewer = hall.join("south")

    hall.open("a")

    assert hall.take(viewer) == []


def test_an_ended_call_leaves_after_a_while() -> None:
    hall = Hall()
    hall.open("a")
    viewer = hall.join()
    hall.say(CallEnded(at=9000, call_id="a"))
    assert hall.take(viewer) == ["a"]
    hall.rooms.forget("a")

    hall.now = LINGERS_S - 0.1
    hall.board.beat()
    assert hall.take(viewer) == []

    hall.now = LINGERS_S
    hall.board.beat()
    assert hall.take(viewer) == ["-a"]


def test_a_call_whose_room_was_shut_without_an_end_leaves_at_once() -> None:
    hall = Hall()
    hall.open("a")
    viewer = hall.join()

    hall.rooms.forget("a")
    hall.board.beat()

    assert hall.take(viewer) == ["-a"]


def test_calls_that_ended_unseen_are_forgotten_when_the_next_begins() -> None:
    hall = Hall()
    for number in range(50):
        hall.now += LINGERS_S
        hall.open(str(number))
        hall.say(CallEnded(at=1, call_id=str(number)))

    assert len(hall.board._lines) == 1


def test_a_call_that_begins_again_has_a_fresh_line() -> None:
    hall = Hall()
    hall.open("a")
    hall.say(StageChanged(at=1, call_id="a", stage="venting", rule="r"))

    hall.open("a")

    told = _told.decode(hall.board.snapshot(hall.join()))
    assert isinstance(told, Calls)
    assert [call.stage for call in told.calls] == [None]


def test_who_asks_for_a_strange_call_learns_that_it_is_gone() -> None:
    hall = Hall()
    hall.open("x", team="south")
    viewer = hall.join()

    viewer.refuse("x")

    assert hall.take(viewer) == ["-x"]
    assert viewer.known == set()


def test_a_right_that_was_lost_counts_when_the_line_is_sent() -> None:
    hall = Hall()
    hall.open("a")
    teams = {"north"}
    viewer = hall.board.join(lambda room: room.team in teams)
    hall.board.snapshot(viewer)
    hall.say(StageChanged(at=1, call_id="a", stage="venting", rule="r"))

    teams.clear()

    assert hall.take(viewer) == ["-a"]


def test_a_page_that_left_is_owed_nothing() -> None:
    hall = Hall()
    viewer = hall.join()

    hall.board.leave(viewer)
    hall.open("a")

    assert hall.board.viewers == 0
    assert viewer.owed == {}


def test_the_words_of_every_language_are_read() -> None:
    assert set(lexicons()) == {"en", "de"}


def test_a_line_knows_its_room() -> None:
    hall = Hall()
    hall.open("a")

    (line,) = hall.board._lines.values()

    assert isinstance(line.room, Room)
    assert line.summary().agent == "desk-a"
