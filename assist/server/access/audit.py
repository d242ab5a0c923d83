"""The record of who came in, who was refused and who touched what; each line vouches for the last.

A line is a JSON object that holds the SHA-256 of the line before it, so a line that is changed,
removed or put in breaks the chain from there on. (Removing the newest lines leaves a shorter chain
that is whole: keep the number and hash of `head` elsewhere to notice that.) Only ids are written:
no word, no name, no token.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Literal

import msgspec

from assist.errors import SettingsError, StoreError
from assist.server.access.limits import Bucket
from assist.server.access.who import CLOCK, Clock

Kind = Literal[
    "login",
    "login_failed",
    "logout",
    "ticket_refused",
    "token_refused",
    "origin_refused",
    "session_refused",
    "call_refused",
    "connection_refused",
    "right_lost",
    "users_changed",
    "users_unreadable",
    "call_read",
    "export",
    "consent",
    "pause",
    "erase",
    "hold",
    "playbook_changed",
    "settings_changed",
    "torn",
]
REFUSALS: frozenset[Kind] = frozenset(
    {
        "login_failed",
        "ticket_refused",
        "token_refused",
        "origin_refused",
        "session_refused",
        "call_refused",
        "connection_refused",
    }
)
"""What strangers can cause; above a certain rate it is only counted."""
FIRST = "0" * 64
"""Stands for the line before the first."""
NAME = "audit.jsonl"
LARGEST = 16 * 1024 * 1024
"""Bytes of a file before the next is begun."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line."""

    number: int
    time: str
    """UTC."""
    kind: Kind
    who: str = ""
    """An id that is known; a stranger's word never stands here."""
    call: str = ""
    code: str = ""
    """A fixed word that says more."""
    address: str = ""
    """Of the one who was refused."""
    reason: str = ""
    """Of a reviewer, in words; at most 200 characters."""
    unwritten: int = 0
    """So many before this one were only counted: refusals by the hundred, or a full disk."""
    before: str = FIRST


class Audit:
    """Write the record into a directory; several threads may.

    Args:
        directory: of the files; None = keep nothing, for a service that serves this machine alone.
        clock: says when.
        largest: bytes of a file before the next is begun.
    """

    def __init__(
        self, directory: Path | None, *, clock: Clock = CLOCK, largest: int = LARGEST
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._largest = largest
        self._lock = Lock()
        self._refusals = Bucket(rate=1.0, burst=200)
        self._unwritten = 0
        self._torn = False
        self.head: tuple[int, str] = (0, FIRST)
        """Number and hash of the newest line."""
        if directory is not None:
            self._open(directory)

    def record(
        self,
        kind: Kind,
        *,
        who: str = "",
        call: str = "",
        code: str = "",
        address: str = "",
        reason: str = "",
    ) -> None:
        """Write one line; the system has it when this returns."""
        with self._lock:
            if kind in REFUSALS and not self._refusals.take(self._clock.steady()):
                self._unwritten += 1
                return
            self._append(
                Entry(
                    number=self.head[0] + 1,
                    time=_utc(self._clock.wall()),
                    kind=kind,
                    who=who[:80],
                    call=call[:80],
                    code=code[:80],
                    address=address[:64],
                    reason=reason[:200],
                    unwritten=self._unwritten,
                    before=self.head[1],
                )
            )

    def _open(self, directory: Path) -> None:
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            torn = _mend(directory / NAME)
            self.head = _last(directory)
            _write(directory / NAME, b"")
        except OSError as error:
            raise SettingsError(f"the audit log in {directory} cannot be written") from error
        if torn:
            self.record("torn", code=f"{torn} bytes")

    def _append(self, entry: Entry) -> None:
        """Write a line; where the disk refuses it, count it: the service goes on."""
        line = msgspec.json.encode(entry)
        try:
            if self._directory is not None:
                self._keep(self._directory, entry.number, line)
        except OSError:
            self._unwritten += 1
            self._torn = True
        else:
            self._unwritten = 0
            self.head = (entry.number, _hash(line))

    def _keep(self, directory: Path, number: int, line: bytes) -> None:
        file = directory / NAME
        if self._torn:
            _mend(file)
            self._torn = False
        if file.exists() and file.stat().st_size > self._largest:
            file.rename(directory / f"audit-{number - 1:012}.jsonl")
        _write(file, line + b"\n")


def entries(directory: Path) -> Iterator[Entry]:
    """Yield the lines of all files, oldest first, and check that each vouches for the last.

    Raises:
        StoreError: the chain is broken, or a line is none; says where.
    """
    number, before = 0, FIRST
    for file, count, line in _lines(directory):
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise StoreError(f"{file.name}, line {count}: this is no line of an audit") from error
        if (entry.number, entry.before) != (number + 1, before):
            raise StoreError(f"{file.name}, line {count}: the chain of the audit is broken here")
        number, before = entry.number, _hash(line)
        yield entry


def verify(directory: Path) -> int:
    """Return how many lines there are, all in one whole chain.

    Raises:
        StoreError: the chain is broken; says where.
    """
    return sum(1 for _ in entries(directory))


def _lines(directory: Path) -> Iterator[tuple[Path, int, bytes]]:
    for file in [*sorted(directory.glob("audit-*.jsonl")), directory / NAME]:
        if file.is_file():
            with file.open("rb") as stream:
                for count, line in enumerate(stream, 1):
                    yield file, count, line.rstrip(b"\n")


def _last(directory: Path) -> tuple[int, str]:
    """Return number and hash of the newest line, without reading all."""
    newest = [directory / NAME, *sorted(directory.glob("audit-*.jsonl"), reverse=True)]
    for file in newest:
        if line := _tail(file):
            try:
                return msgspec.json.decode(line, type=Entry).number, _hash(line)
            except (msgspec.DecodeError, msgspec.ValidationError) as error:
                raise SettingsError(f"{file}: its last line is none of an audit") from error
    return 0, FIRST


def _tail(file: Path, window: int = 8192) -> bytes:
    """Return the last whole line; empty where there is none."""
    if not file.is_file():
        return b""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - window))
        return stream.read().rstrip(b"\n").rpartition(b"\n")[2]


def _mend(file: Path) -> int:
    """Cut off a line that was never finished; return its bytes."""
    if not file.is_file() or not (size := file.stat().st_size):
        return 0
    with file.open("rb+") as stream:
        stream.seek(max(0, size - 8192))
        end = stream.read()
        torn = len(end) - (end.rfind(b"\n") + 1)
        if torn:
            stream.truncate(size - torn)
    return torn


def _write(file: Path, octets: bytes) -> None:
    place = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(place, "ab") as out:
        out.write(octets)


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
