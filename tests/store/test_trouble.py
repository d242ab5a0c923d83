import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from assist.errors import StoreError
from assist.store.trouble import StoreAwayError, StoreFullError, translated


def raised(error: Exception) -> StoreError:
    with pytest.raises(StoreError) as caught, translated():
        raise error
    return caught.value


def sqlite(message: str) -> OperationalError:
    return OperationalError("INSERT secret", {"text": "secret"}, sqlite3.OperationalError(message))


class RefusedError(Exception):
    """What PostgreSQL's driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("a message that quotes secret")
        self.sqlstate = sqlstate


def postgres(code: str) -> OperationalError:
    return OperationalError("INSERT secret", {"text": "secret"}, RefusedError(code))


@pytest.mark.parametrize("error", [sqlite("database or disk is full"), postgres("53100")])
def test_a_full_disk_is_told_apart(error: Exception) -> None:
    assert isinstance(raised(error), StoreFullError)


@pytest.mark.parametrize("code", ["57P03", "57P01", "55P03", "40P01", "25P03", "08006", "53300"])
def test_a_server_that_may_come_back_is_told_apart(code: str) -> None:
    assert isinstance(raised(postgres(code)), StoreAwayError)


def test_a_server_that_says_no_is_quoted_by_its_code_alone() -> None:
    assert str(raised(postgres("23505"))) == "the database refused (SQLSTATE 23505)"


@pytest.mark.parametrize(
    "error",
    [
        sqlite("database is locked"),
        sqlite("disk I/O error"),
        ConnectionRefusedError("nobody there"),
        TimeoutError(),
        NoConnectionError("pool"),
    ],
)
def test_what_may_be_tried_again_is_told_apart(error: Exception) -> None:
    assert isinstance(raised(error), StoreAwayError)


def test_what_was_to_be_stored_is_not_told() -> None:
    error = IntegrityError("INSERT secret", {"text": "secret"}, sqlite3.IntegrityError("no such x"))

    assert str(raised(error)) == "the database refused (no such x)"
    assert "secret" not in str(raised(sqlite("near x: syntax error")))
