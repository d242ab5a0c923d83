"""The keys of recordings: one a call, wrapped by a master key that lies elsewhere.

Without a call's key nobody can hear what was recorded of it, whatever copy of the sound there is:
who destroys the key has erased the sound.
"""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.errors import StoreError
from assist.store.tables import CALLS, SOUND_KEYS

KEY, NONCE = 32, 12
"""Bytes of every key, and of what makes each wrapping differ."""


class Master:
    """Wrap and unwrap the keys of calls.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.id = hashlib.sha256(b"recordings" + key).hexdigest()[:16]
        """Names it, and tells nothing of it."""

    def wrap(self, key: bytes, call_id: str) -> bytes:
        """Return a call's key as it may be stored."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, key, call_id.encode())

    def unwrap(self, wrapped: bytes, call_id: str) -> bytes:
        """Return a call's key.

        Raises:
            StoreError: another master key wrapped it.
        """
        try:
            return self._cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], call_id.encode())
        except InvalidTag as error:
            raise StoreError("the recordings were sealed with another key") from error


def load(file: Path) -> Master:
    """Read the master key.

    Raises:
        StoreError: the file cannot be read, others may read it, or it holds no key.
    """
    try:
        open_to = file.stat().st_mode & 0o077 if os.name == "posix" else 0
        key = file.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{file}: the key of the recordings cannot be read; make one: assist store key {file}"
        ) from error
    if open_to:
        raise StoreError(f"{file}: others may read the key of the recordings: chmod 600 {file}")
    if len(key) != KEY:
        raise StoreError(f"{file} holds no key of {KEY} bytes")
    return Master(key)


def make(file: Path) -> None:
    """Write a new master key where no file is yet.

    Raises:
        StoreError: there is one, or it cannot be written.
    """
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as fresh:
            fresh.write(os.urandom(KEY))
            fresh.flush()
            os.fsync(number)
    except OSError as error:
        raise StoreError(f"{file}: a key cannot be written there: {error.strerror}") from error


async def key_of(connection: AsyncConnection, call_id: str, master: Master) -> bytes | None:
    """Return the key of a call's recordings; None = it has none, or it was destroyed.

    Raises:
        StoreError: another master key wrapped it.
    """
    mine = select(SOUND_KEYS.c.wrapped).where(SOUND_KEYS.c.call_id == call_id)
    wrapped = (await connection.execute(mine)).scalar()
    return None if wrapped is None else master.unwrap(bytes(wrapped), call_id)


async def taken(connection: AsyncConnection, call_id: str, master: Master) -> bytes | None:
    """Return the key of a call's recordings, made where there is none; None = no such call.

    Raises:
        StoreError: another master key wrapped it.
    """
    # PostgreSQL: two nodes must not make two; on SQLite the transaction alone sees to it.
    locked = select(CALLS.c.id).where(CALLS.c.id == call_id).with_for_update(key_share=True)
    if (await connection.execute(locked)).first() is None:
        return None
    if (key := await key_of(connection, call_id, master)) is not None:
        return key
    fresh = os.urandom(KEY)
    row = {"call_id": call_id, "master": master.id, "wrapped": master.wrap(fresh, call_id)}
    await connection.execute(insert(SOUND_KEYS).values(**row))
    return fresh
