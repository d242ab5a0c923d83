"""What may go wrong with a database, told apart; no message quotes what was to be stored."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from assist.errors import StoreError


class StoreFullError(StoreError):
    """There is no room on the disk; the same may be tried again later."""


class StoreAwayError(StoreError):
    """The database does not answer, or is locked; the same may be tried again later."""


FULL = ("disk is full", "53100")
AWAY = (
    "database is locked",
    "database table is locked",
    "disk i/o error",
    "connection was closed",
    "connection is closed",
    "connectiondoesnotexist",
    "interfaceerror",
    "timeout",
)
"""Pieces of what SQLite says, and PostgreSQL's driver where the server itself says nothing …"""
AWAY_STATES = ("08", "25P03", "40", "53", "55P03", "57")
"""… and how its codes begin: connections, time limits, conflicts, resources, locks, shutdowns."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise what a database's driver raises as an error of the store.

    Raises:
        StoreFullError: there is no room.
        StoreAwayError: trying again may help.
        StoreError: it may not.
    """
    try:
        yield
    except DBAPIError as error:
        raise _kind(error) from error
    except NoConnectionError as error:
        raise StoreAwayError("the database has no free connection") from error
    except (OSError, TimeoutError) as error:
        raise StoreAwayError(f"the database does not answer ({type(error).__name__})") from error
    except Exception as error:
        # A server that is just starting refuses with an error that SQLAlchemy does not wrap.
        if not type(error).__module__.startswith("asyncpg"):
            raise
        raise StoreAwayError(f"the database does not answer ({type(error).__name__})") from error


def _kind(error: DBAPIError) -> StoreError:
    """Tell the kinds apart by what the driver says."""
    code = str(getattr(error.orig, "sqlstate", None) or "")
    said = f"{type(error.orig).__name__} {code or error.orig}".casefold()
    if any(piece in said for piece in FULL):
        return StoreFullError("the disk is full: nothing more can be stored")
    away = code.startswith(AWAY_STATES) if code else any(piece in said for piece in AWAY)
    if away or error.connection_invalidated:
        return StoreAwayError("the database does not answer, or is locked")
    return StoreError(f"the database refused ({_reason(error)})")


def _reason(error: DBAPIError) -> str:
    """Return what SQLite says, or PostgreSQL's code: its messages may quote what was given."""
    code = getattr(error.orig, "sqlstate", None)
    return f"SQLSTATE {code}" if code else str(error.orig).partition("\n")[0]
