import asyncio

from assist.events import (
    CallStarted,
    Event,
    NudgeExpired,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    decode,
)
from assist.server.hub import KEPT, WAITING, WAITING_BYTES, Client, Hub, Message, Outbox, message


def started(call_id: str = "c") -> Event:
    return CallStarted(seq=1, call_id=call_id, at=0, language="en")


def shown(seq: int, call_id: str = "c") -> Event:
    return NudgeExpired(seq=seq, call_id=call_id, at=seq, id=f"n{seq}")


def received(client: Client) -> list[int]:
    """Take what waits for a client, which must be something."""
    return [one.seq for one in asyncio.run(asyncio.wait_for(client.next(), 1))]


def tick(seq: int) -> Event:
    return Tick(seq=seq, call_id="c", at=seq)


def partial(seq: int, utterance: str = "u") -> Event:
    return TranscriptPartial(
        seq=seq, call_id="c", at=seq, utterance=utterance, channel="agent", revision=seq, words=()
    )


def final(seq: int, utterance: str = "u") -> Event:
    return TranscriptFinal(
        seq=seq, call_id="c", at=seq, utterance=utterance, channel="agent", revision=seq, words=()
    )


def test_a_message_is_the_event_as_one_json_text() -> None:
    assert decode(message(shown(3)).text) == shown(3)


def test_only_the_newest_tick_is_kept() -> None:
    hub = Hub()
    for event in (started(), tick(2), shown(3), tick(4)):
        hub.publish(event)

    assert received(hub.join()) == [1, 3, 4]


def test_a_final_takes_the_place_of_its_partials_and_of_no_others() -> None:
    hub = Hub()
    for event in (started(), partial(2), partial(3, "v"), partial(4), final(5)):
        hub.publish(event)

    assert received(hub.join()) == [1, 3, 5]


def test_who_comes_back_gets_what_is_new() -> None:
    hub = Hub()
    for event in (started(), shown(2), shown(3)):
        hub.publish(event)

    assert received(hub.join("c", 2)) == [3]


def test_who_comes_back_to_another_call_gets_all_of_it() -> None:
    hub = Hub()
    for event in (started("d"), shown(2, "d"), shown(3, "d")):
        hub.publish(event)

    assert received(hub.join("c", 2)) == [1, 2, 3]


def test_who_has_read_more_than_there_is_gets_all_of_it() -> None:
    hub = Hub()
    hub.publish(started())

    assert received(hub.join("c", 500)) == [1]


def test_a_new_call_begins_a_new_log() -> None:
    hub = Hub()
    for event in (started(), shown(2), started("d")):
        hub.publish(event)

    assert hub.call_id == "d"
    assert received(hub.join()) == [1]


def test_a_very_long_call_keeps_its_beginning_and_its_end() -> None:
    hub = Hub()
    hub.publish(started())
    for seq in range(2, KEPT + 10):
        hub.publish(shown(seq))

    kept = received(hub.join())

    assert len(kept) == KEPT
    assert kept[:2] == [1, 11]
    assert kept[-1] == KEPT + 9


def test_a_client_gets_each_new_event_once() -> None:
    hub = Hub()
    hub.publish(started())
    client = hub.join()

    hub.publish(shown(2))

    assert received(client) == [1]
    assert received(client) == [2]


def test_a_client_that_does_not_read_is_dropped_and_others_stay() -> None:
    hub = Hub()
    lost: list[str] = []
    hub.join(lost=lambda: lost.append("slow"))
    quick = hub.join(lost=lambda: lost.append("quick"))
    for seq in range(1, WAITING + 4):
        hub.publish(shown(seq))
        received(quick)

    assert hub.clients == 1
    assert lost == ["slow"]


def test_ticks_and_partials_never_fill_a_slow_client() -> None:
    hub = Hub()
    client = hub.join()
    for seq in range(1, 10 * WAITING):
        hub.publish(tick(seq) if seq % 2 else partial(seq))

    assert hub.clients == 1
    assert len(received(client)) == 2


def test_a_client_is_dropped_by_the_bytes_that_wait_for_it() -> None:
    outbox = Outbox(messages=10, octets=WAITING_BYTES)

    assert outbox.put(Message("a", 1, "x" * WAITING_BYTES))
    assert not outbox.put(Message("b", 2, "x"))


def test_replaced_messages_give_their_bytes_back() -> None:
    outbox = Outbox(messages=10, octets=100)

    assert all(outbox.put(Message("a", seq, "x" * 100)) for seq in range(5))


def test_who_left_is_not_counted() -> None:
    hub = Hub()
    hub.leave(hub.join())

    assert hub.clients == 0


def texts(client: Client) -> list[str]:
    return [one.text for one in asyncio.run(asyncio.wait_for(client.next(), 1))]


def test_who_follows_learns_how_many_look_on_and_so_does_who_comes_later() -> None:
    hub = Hub()
    hub.publish(started())
    first = hub.join()
    hub.watched(2)

    assert texts(first)[-1] == message(started()).text
    assert texts(first) == ['{"type":"call.watched","call_id":"c","count":2}']
    assert texts(hub.join("c", 1)) == ['{"type":"call.watched","call_id":"c","count":2}']


def test_when_nobody_looks_on_any_more_that_is_said_once() -> None:
    hub = Hub()
    hub.publish(started())
    client = hub.join("c", 1)
    hub.watched(1)
    hub.watched(0)

    assert texts(client) == ['{"type":"call.watched","call_id":"c","count":0}']
    assert texts(hub.join()) == [message(started()).text]


def test_nobody_looks_on_when_a_call_begins() -> None:
    hub = Hub()
    hub.publish(started())
    hub.watched(1)
    hub.publish(started("d"))

    assert texts(hub.join()) == [message(started("d")).text]


def test_a_hub_counts_who_follows() -> None:
    counts = list[int]()
    hub = Hub(counted=counts.append)
    first, second = hub.join(), hub.join()
    hub.leave(first)
    hub.leave(first)
    hub.leave(second)

    assert counts == [1, 2, 1, 0]


def test_a_client_that_is_dropped_no_longer_counts() -> None:
    counts = list[int]()
    hub = Hub(counted=counts.append)
    hub.join()
    for seq in range(1, WAITING + 4):
        hub.publish(shown(seq))

    assert counts == [1, 0]
