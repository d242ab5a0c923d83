"""Passwords as scrypt hashes (RFC 7914); slow on purpose, so never on the event loop."""

import base64
import hashlib
import hmac
import secrets

LOG_N, BLOCK, LANES = 15, 8, 3
"""OWASP's advice for 32 MiB a hash (Password Storage Cheat Sheet: N = 2^15, r = 8, p = 3)."""
SHORTEST, LONGEST = 12, 256
"""Characters."""
_MEMORY = 256 * 1024 * 1024


def hash_password(password: str, *, log_n: int = LOG_N, lanes: int = LANES) -> str:
    """Return what the users file keeps of a password."""
    salt = secrets.token_bytes(16)
    digest = _hash(password, salt, log_n, BLOCK, lanes)
    return f"scrypt:{log_n}:{BLOCK}:{lanes}:{_text(salt)}:{_text(digest)}"


def matches(password: str, kept: str) -> bool:
    """Tell whether this is the password; false also for what is no hash."""
    try:
        name, log_n, block, lanes, salt, digest = kept.split(":")
        costs = int(log_n), int(block), int(lanes)
        known, salted = base64.b64decode(digest), base64.b64decode(salt)
        found = _hash(password, salted, *costs) if name == "scrypt" else b""
    except (ValueError, MemoryError):
        return False
    return bool(known) and hmac.compare_digest(found, known)


def unusable(password: str) -> str:
    """Say what is wrong with a new password; empty = nothing."""
    if len(password) < SHORTEST:
        return f"a password has at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    return ""


def _hash(password: str, salt: bytes, log_n: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        password.encode(errors="surrogatepass"),
        salt=salt,
        n=2**log_n,
        r=block,
        p=lanes,
        maxmem=_MEMORY,
        dklen=32,
    )


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
