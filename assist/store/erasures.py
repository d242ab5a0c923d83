"""The list of erased calls, outside the database: no backup brings them back."""

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from assist.errors import StoreError
from assist.store.trouble import StoreFullError

_LINE = re.compile(r"[0-9a-f]{64}")


def digest(call_id: str) -> str:
    """Return what is remembered of an erased call."""
    return hashlib.sha256(call_id.encode()).hexdigest()


def remember(file: Path, digests: Iterable[str]) -> None:
    """Add to the list; it is on the disk when this returns.

    Raises:
        StoreFullError: there is no room for it.
        StoreError: the list cannot be written.
    """
    try:
        number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(number, "w") as stream:
            stream.writelines(f"{one}\n" for one in digests)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        kind = StoreFullError if error.errno == errno.ENOSPC else StoreError
        raise kind(f"{file}: the list of erased calls cannot be written") from error


def remembered(file: Path) -> set[str]:
    """Return the list; empty where there is none.

    Raises:
        StoreError: the list cannot be read.
    """
    try:
        return set(_LINE.findall(file.read_text(encoding="ascii")))
    except FileNotFoundError:
        return set()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{file}: the list of erased calls cannot be read") from error
