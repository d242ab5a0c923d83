import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from websockets.sync.client import ClientConnection, connect

from assist import protocol
from assist.events import CallStarted
from assist.settings.keeping import Consent
from assist.store.opening import open_store
from tests.server.running import QUIET, Running, running

GRANT = {
    "call_id": "call-0001",
    "channel": "customer",
    "purpose": "record",
    "state": "granted",
    "basis": "spoken",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    async def opening():  # type: ignore[no-untyped-def]  # a store
        return await open_store("", tmp_path, serving=True, durable=False)

    told = Consent(basis="contract", announced=("assist", "record"))
    with running(replace(QUIET, consent=told), opening=opening) as here:
        yield here


@contextmanager
def call(house: Running) -> Iterator[ClientConnection]:
    """Open a call, and wait until it has begun."""
    hello = protocol.Hello(
        token=house.access.token, call_id="call-0001", channels=("agent", "customer")
    )
    with connect(f"{house.base}/ingest/audio", compression=None, close_timeout=1) as wire:
        wire.send(protocol.write(hello))
        house.until(lambda events: any(isinstance(event, CallStarted) for event in events))
        yield wire


def tell(house: Running, body: object, *, token: str = "") -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{house.port}/api/consent",
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {token or house.access.token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_what_a_side_agrees_to_is_kept_step_by_step(house: Running) -> None:
    with call(house):
        granted = tell(house, GRANT)[0]
        again, answer = tell(house, GRANT | {"state": "informed"})
        store = house.service._store
        assert store is not None
        kept = asyncio.run_coroutine_threadsafe(store.consents("call-0001"), house.loop).result(30)

    assert (granted, again) == (201, 400)
    assert "cannot go from granted to informed" in answer["error"]
    assert kept.of("customer", "record") == "granted"
    assert not kept.may("record")  # the agent has not agreed


def test_a_stranger_tells_nothing(house: Running) -> None:
    with call(house):
        assert tell(house, GRANT, token="guessed")[0] == 401


def test_an_unknown_call_is_not_there(house: Running) -> None:
    assert tell(house, GRANT)[0] == 404


@pytest.mark.parametrize(
    "body",
    [b"{", b" " * 9_000, GRANT | {"basis": "guess"}, GRANT | {"state": "maybe"}, GRANT | {"x": 1}],
)
def test_a_bad_body_is_refused_in_one_sentence(house: Running, body: object) -> None:
    status, answer = tell(house, body)

    assert status == 400
    assert set(answer) == {"error"}
