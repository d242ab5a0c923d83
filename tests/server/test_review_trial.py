"""What another playbook would have shown."""

import pytest

from assist.errors import StoreError
from assist.events import encode
from assist.server.review_endpoint import BusyError
from assist.server.review_trial import TRYING, WAITING, Trial, tried
from tests.evaluate.reviewed import rough

LOG = b"".join(encode(event) + b"\n" for event in rough())


def test_the_same_playbook_changes_nothing() -> None:
    found = tried(LOG, "en/support", "en/support")

    assert (found.against, found.changes, found.names) == (found.playbook, (), ())


def test_another_playbook_tells_what_it_would_change() -> None:
    found = tried(LOG, "en/support", "de/support")

    assert found.changes
    assert {one.id for one in found.names} == {one.cue for one in found.changes}


@pytest.mark.anyio
async def test_only_so_many_wait() -> None:
    trial = Trial()
    trial._waiting = TRYING + WAITING

    with pytest.raises(BusyError):
        await trial.run(LOG, "en/support", "en/sales")


@pytest.mark.anyio
async def test_it_runs_in_a_process_of_its_own() -> None:
    found = await Trial().run(LOG, "en/support", "en/support")

    assert found.playbook.startswith("en/support")
    assert not isinstance(found, StoreError)
