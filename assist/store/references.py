"""How a person is found again without being named: encrypted, and by a digest with a key."""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assist.errors import StoreError

KEY, NONCE = 32, 12
"""Bytes of the key, and of what makes each text differ."""


class References:
    """Hide and find the operator's own names of people.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        # Two purposes, two keys, both of the one that is kept.
        self._finding = hmac.digest(key, b"finding", "sha256")
        self._hiding = AESGCM(hmac.digest(key, b"hiding", "sha256"))

    def digest(self, reference: str) -> str:
        """Return what the same person always has; nobody without the key can tell whose it is."""
        return hmac.new(self._finding, reference.encode(), hashlib.sha256).hexdigest()

    def hide(self, reference: str) -> bytes:
        """Encrypt a reference."""
        nonce = os.urandom(NONCE)
        return nonce + self._hiding.encrypt(nonce, reference.encode(), None)

    def show(self, hidden: bytes) -> str:
        """Decrypt a reference.

        Raises:
            StoreError: another key hid it.
        """
        try:
            return self._hiding.decrypt(hidden[:NONCE], hidden[NONCE:], None).decode()
        except InvalidTag as error:
            raise StoreError("the key of the references has changed") from error


def load(file: Path) -> References:
    """Read the key, or make one where there is none.

    Raises:
        StoreError: the file cannot be read or written, or holds no key.
    """
    try:
        try:
            number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = file.read_bytes()
        else:
            key = os.urandom(KEY)
            with os.fdopen(number, "wb") as fresh:
                fresh.write(key)
                fresh.flush()
                os.fsync(number)
    except OSError as error:
        raise StoreError(f"{file}: the key of the references cannot be read") from error
    if len(key) != KEY:
        raise StoreError(f"{file} holds no key of {KEY} bytes")
    return References(key)
