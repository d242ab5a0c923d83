"""A recording that nobody can hear without its key: AES-256-GCM, record by record, as it comes.

After a head follow records: the length of what they hold, four bytes, and the sealed bytes with
their tag. Each is sealed for itself, so that whatever the process dies of, all whole records can be
opened, and a stretch can be read without the rest. A file has a key of its own, made of the call's
key and the salt in its head (HKDF, RFC 5869); so the number of a record is nonce enough.
"""

import os
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assist.errors import AudioError

SEALED = ".sealed"
"""The ending of such a file."""
KEY, SALT, TAG, NONCE, LENGTH = 32, 16, 16, 12, 4
"""Bytes of the call's key, of a file's salt, of a record's tag, its nonce and its length."""
MAGIC = b"assist 1"
HEAD = len(MAGIC) + SALT
LARGEST = 64 * 1024
"""Bytes in one record."""


class Sealer:
    """Seal the bytes of one new file, in order.

    Args:
        key: of the call.
    """

    def __init__(self, key: bytes) -> None:
        self.head = MAGIC + os.urandom(SALT)
        """Stands before the first record."""
        self._cipher = _cipher(key, self.head)
        self._count = 0

    def seal(self, content: bytes) -> bytes:
        """Return the records that hold some bytes."""
        parts = [content[at : at + LARGEST] for at in range(0, len(content), LARGEST)]
        return b"".join(map(self._record, parts))

    def _record(self, part: bytes) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._count), part, self.head)
        self._count += 1
        return len(part).to_bytes(LENGTH, "big") + sealed


class Sealed:
    """A sealed file as if it were open; a last record that was cut off is left out.

    Args:
        path: of the file.
        key: of the call.

    Raises:
        AudioError: it is no such file.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        with path.open("rb") as file:
            self._head = file.read(HEAD)
            if len(self._head) < HEAD or not self._head.startswith(MAGIC):
                raise AudioError(f"{path} is no sealed recording.")
            self._starts, self._places = _index(file, path.stat().st_size)
        self._cipher = _cipher(key, self._head)

    @property
    def size(self) -> int:
        """How many bytes it holds, opened."""
        return self._starts[-1]

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the opened bytes from one place up to another.

        Raises:
            AudioError: the key is another one, or the file was changed.
        """
        until = self.size if end is None else min(end, self.size)
        with self.path.open("rb") as file:
            first = max(bisect_right(self._starts, start) - 1, 0)
            for number in range(first, len(self._places)):
                begin = self._starts[number]
                if begin >= until:
                    return
                opened = self._open(file, number)
                yield opened[max(start - begin, 0) : until - begin]

    def _open(self, file: BinaryIO, number: int) -> bytes:
        length = self._starts[number + 1] - self._starts[number]
        file.seek(self._places[number])
        try:
            return self._cipher.decrypt(_nonce(number), file.read(length + TAG), self._head)
        except InvalidTag as error:
            raise AudioError(f"{self.path} cannot be opened with this key.") from error


def _index(file: BinaryIO, size: int) -> tuple[list[int], list[int]]:
    """Return where each whole record begins: opened, with the end of the last, and in the file."""
    starts, places, at = [0], list[int](), HEAD
    while at + LENGTH + TAG < size:
        file.seek(at)
        length = int.from_bytes(file.read(LENGTH), "big")
        ends = at + LENGTH + length + TAG
        if not 0 < length <= LARGEST or ends > size:
            break  # it was being written when the process died
        starts.append(starts[-1] + length)
        places.append(at + LENGTH)
        at = ends
    return starts, places


def _cipher(key: bytes, head: bytes) -> AESGCM:
    salt = head[len(MAGIC) :]
    return AESGCM(HKDF(SHA256(), KEY, salt=salt, info=b"recording").derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE, "big")
