"""Where a store stands: one SQLite file beneath the data directory, or a PostgreSQL server."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from assist.errors import StoreError

FILE = "calls.db"
ERASED = "erased.txt"
"""The digests of erased calls' ids, outside the database: a backup must not bring them back."""
REFERENCES = "references.key"


@dataclass(frozen=True, slots=True)
class Place:
    """A database, and the directory where everything else of the store lies."""

    url: URL
    data: Path

    @property
    def file(self) -> Path | None:
        """The SQLite file; nothing on PostgreSQL."""
        database = self.url.database
        return Path(database) if self.url.get_backend_name() == "sqlite" and database else None

    def files(self) -> list[Path]:
        """Return the files that SQLite keeps, those that exist."""
        if self.file is None:
            return []
        names = (self.file.name + ending for ending in ("", "-wal", "-shm", "-journal"))
        return [path for name in names if (path := self.file.with_name(name)).is_file()]

    @property
    def lock(self) -> Path:
        """The file that one service at a time holds."""
        return self.data / "lock"

    def prepare(self) -> None:
        """Make the directory and the file, readable by nobody else.

        Raises:
            StoreError: they cannot be made.
        """
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.file is not None:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError(f"cannot store calls in {self.data}: {error.strerror}") from error


def find(url: str, data: Path) -> Place:
    """Read the address of a store.

    Args:
        url: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`; empty = a file in the directory.
        data: the data directory.

    Raises:
        StoreError: the address is neither.
    """
    try:
        read = make_url(url) if url else URL.create("sqlite", database=str(data / FILE))
    except ArgumentError as error:
        raise StoreError("store.url is no address of a database") from error
    match read.get_backend_name():
        case "sqlite" if read.database and read.database != ":memory:":
            return Place(read.set(drivername="sqlite+aiosqlite"), data)
        case "postgresql":
            return Place(read.set(drivername="postgresql+asyncpg"), data)
        case _:
            raise StoreError("store.url names neither a SQLite file nor a PostgreSQL database")
