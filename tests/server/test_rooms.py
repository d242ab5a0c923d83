import asyncio

from assist.events import CallEnded, CallStarted, Event, Tick, encode
from assist.server.hub import Client, Message
from assist.server.rooms import Room, Rooms


def started(call_id: str, seq: int = 1) -> Event:
    return CallStarted(seq=seq, call_id=call_id, at=0, language="en")


def kept(rooms: Rooms, agent: str) -> list[int]:
    """Return what a page of the workplace would get now."""
    hub = rooms.desk(agent)
    client = hub.join()
    hub.leave(client)
    return [message.seq for message in asyncio.run(_backlog(client))]


def told(rooms: Rooms, agent: str) -> list[str]:
    """Return the last text that a page of the workplace would get now, in a list."""
    hub = rooms.desk(agent)
    client = hub.join()
    hub.leave(client)
    return [message.text for message in asyncio.run(_backlog(client))][-1:]


async def _backlog(client: Client) -> list[Message]:
    try:
        return await asyncio.wait_for(client.next(), 0.05)
    except TimeoutError:
        return []


def test_an_event_reaches_its_room_its_desk_and_who_watches() -> None:
    rooms, seen = Rooms(), list[tuple[Room, Event]]()
    rooms.watchers.add(lambda room, event: seen.append((room, event)))
    room = rooms.open("c1", agent="anna", team="blue")
    rooms.publish(started("c1"))

    assert room.hub.call_id == "c1"
    assert rooms.desk("anna").call_id == "c1"
    assert seen == [(room, started("c1"))]
    assert rooms.current("anna") is room


def test_an_event_of_an_unknown_call_goes_nowhere() -> None:
    rooms, seen = Rooms(), list[Event]()
    rooms.watchers.add(lambda room, event: seen.append(event))
    rooms.publish(started("c1"))

    assert seen == []


def test_a_desk_shows_the_newest_call_alone() -> None:
    rooms = Rooms()
    rooms.open("c1", agent="anna")
    rooms.publish(started("c1"))
    rooms.open("c2", agent="anna")
    rooms.publish(started("c2"))
    rooms.publish(Tick(seq=2, call_id="c1", at=500))

    assert rooms.desk("anna").call_id == "c2"
    assert kept(rooms, "anna") == [1]


def test_a_call_of_nobody_has_a_room_but_no_desk() -> None:
    rooms = Rooms()
    rooms.open("c1")
    rooms.publish(started("c1"))

    assert rooms.current("") is None
    assert [room.call_id for room in rooms] == ["c1"]


def test_a_call_that_ended_is_known_to_have_ended() -> None:
    rooms = Rooms()
    room = rooms.open("c1")
    rooms.publish(CallEnded(seq=2, call_id="c1", at=900))

    assert room.ended


def test_a_forgotten_call_leaves_nothing_behind() -> None:
    rooms = Rooms()
    rooms.open("c1", agent="anna")
    rooms.publish(started("c1"))
    rooms.forget("c1")

    assert rooms.get("c1") is None
    assert rooms.current("anna") is None
    assert kept(rooms, "anna") == []


def test_a_page_that_waits_keeps_its_desk() -> None:
    rooms = Rooms()
    hub = rooms.desk("anna")
    client = hub.join()
    rooms.tidy("anna")
    waiting = rooms.desk("anna")
    hub.leave(client)
    rooms.tidy("anna")

    assert waiting is hub
    assert rooms.desk("anna") is not hub


def test_all_clients_are_counted() -> None:
    rooms = Rooms()
    rooms.open("c1", agent="anna").hub.join()
    rooms.desk("anna").join()

    assert rooms.clients == 2


def test_an_agent_learns_who_has_the_call_open_and_that_they_left() -> None:
    rooms = Rooms()
    room = rooms.open("c1", agent="anna")
    rooms.publish(started("c1"))
    client = room.hub.join()
    during = told(rooms, "anna")
    room.hub.leave(client)

    assert during == ['{"type":"call.watched","call_id":"c1","count":1}']
    assert told(rooms, "anna") == [encode(started("c1")).decode()]


def test_who_had_the_call_open_before_it_began_is_told_with_it() -> None:
    rooms = Rooms()
    rooms.open("c1", agent="anna").hub.join()
    rooms.publish(started("c1"))

    assert told(rooms, "anna") == ['{"type":"call.watched","call_id":"c1","count":1}']


def test_an_agent_learns_nothing_of_a_call_that_the_desk_no_longer_shows() -> None:
    rooms = Rooms()
    old = rooms.open("c1", agent="anna")
    rooms.publish(started("c1"))
    rooms.open("c2", agent="anna")
    rooms.publish(started("c2"))
    old.hub.join()

    assert kept(rooms, "anna") == [1]
