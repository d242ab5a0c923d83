"""Who may read and assign which finished call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.server.access import Access, Audit, Who
from assist.server.access.who import LOCAL
from assist.server.review_asks import Open
from assist.server.review_endpoint import UnknownError
from assist.server.review_rights import Rights
from assist.store.commands import Actor, Assigned
from assist.store.opening import open_store
from assist.store.reading import Reach
from assist.store.store import Store
from tests.evaluate.reviewed import rough
from tests.server.access.house import House, house
from tests.server.reviewing import keep

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path / "data", upgrading=True, durable=False)
    await keep(opened, rough("c1"), team="north")
    await keep(opened, rough("c2", agent="bob"), team="south", agreed=False)
    await opened.record(Assigned(call_id="c2", reviewer="rita"), Actor("root", "admin"))
    yield opened
    await opened.close()


def person(here: House, name: str) -> Who:
    found = here.access.users.person(name) if here.access.users else None
    assert found is not None
    return here.access._roster.today(found) or found


async def test_the_reach_of_every_role(tmp_path: Path, store: Store) -> None:
    here = house(tmp_path, supervisor_reads_finished=True)
    rights = Rights(store, here.access)

    found = {name: rights.reach(person(here, name)) for name in ("anna", "sue", "rita", "root")}

    assert found == {
        "anna": Reach(agents=("anna",), teams=[]),
        "sue": Reach(teams=["north"]),
        "rita": Reach(teams=[], reviewer="rita"),
        "root": Reach(teams=[]),
    }


async def test_who_assigns_calls_has_them_listed(tmp_path: Path, store: Store) -> None:
    here = house(tmp_path)
    rights = Rights(store, here.access)

    assert rights.reach(person(here, "sue")) == Reach(teams=[])
    assert rights.listed(person(here, "sue")) == Reach(teams=["north"])
    assert rights.listed(person(here, "root")).all
    assert rights.listed(person(here, "anna")) == Reach(agents=("anna",), teams=[])


async def test_on_one_machine_everything_is_read_and_nothing_assigned(store: Store) -> None:
    rights = Rights(store, Access(audit=Audit(None)))
    stored = await rights.stored(LOCAL, Open(call="c1"))

    assert rights.reach(LOCAL).all
    assert not rights.may_assign(LOCAL, stored.call)


async def test_a_call_whose_review_was_refused_is_read_and_not_judged(store: Store) -> None:
    rights = Rights(store, Access(audit=Audit(None)))

    assert (await rights.stored(LOCAL, Open(call="c2"))).call["id"] == "c2"
    with pytest.raises(StoreError, match="did not agree"):
        await rights.agreed(LOCAL, Open(call="c2"))


async def test_a_call_that_is_not_there_is_unknown(store: Store) -> None:
    with pytest.raises(UnknownError):
        await Rights(store, Access(audit=Audit(None))).found("c9")
