"""One service to a data directory: a lock that ends with its process."""

import os
import sys
from pathlib import Path

from assist.errors import StoreError


class Lock:
    """Hold a data directory for one service.

    Args:
        file: the lock file; it stays behind, empty.

    Raises:
        StoreError: another process holds it.
    """

    def __init__(self, file: Path) -> None:
        self._number = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._number)
        except OSError as error:
            os.close(self._number)
            raise StoreError(f"another service already runs on {file.parent}") from error

    def release(self) -> None:
        """Let the next service in."""
        if self._number >= 0:
            os.close(self._number)
            self._number = -1


if sys.platform == "win32":
    import msvcrt

    def _take(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
