"""What is kept: the settings as the store and the consents understand them."""

from pathlib import Path

import msgspec
import pytest

from assist.settings.keeping import (
    Consent,
    Retention,
    Store,
    data_directory,
    first_consents,
    limits,
)
from assist.store.limits import Limits


def test_by_default_the_ages_are_those_of_the_store() -> None:
    assert limits(Retention(), Consent()) == Limits()
    assert limits(Retention(), Consent(basis="contract")) == Limits(basis=True)


def test_ages_may_be_parts_of_a_day() -> None:
    assert limits(Retention(words_days=0.5), Consent()).words == 12 * 60 * 60 * 1000


def test_announcements_count_only_with_a_basis() -> None:
    announced = Consent(basis="contract", announced=("assist", "record"))

    assert first_consents(announced).of("customer", "record") == "informed"
    assert first_consents(Consent(announced=("record",))).of("customer", "record") == "refused"


def test_the_data_directory_is_the_users_own_unless_one_is_named() -> None:
    assert data_directory("/srv/calls") == Path("/srv/calls")
    assert data_directory("~/calls") == Path.home() / "calls"
    assert data_directory("").name == "call-assist"


@pytest.mark.parametrize("ms", [19, 251])
def test_the_pace_of_commits_has_its_bounds(ms: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"commit_ms": ms}, Store)
