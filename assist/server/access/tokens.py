"""Tokens of machines: a JWT signed with Ed25519, good for five minutes and for one connection.

The header names the key (`kid`); the claims are `iss` (the machine), `aud`, `iat`, `exp` and `jti`.
Rights never stand in a token: they stand in the users file.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assist.errors import SettingsError

ALGORITHMS = ["EdDSA"]
LONGEST_S = 300
"""Seconds between `iat` and `exp`."""
LEEWAY_S = 10
"""Seconds by which clocks may differ."""
LONGEST = 4096
"""Characters of a token."""
KEPT = 100_000
"""So many used tokens are remembered; when so many are still good, new ones are refused."""
_CLAIMS = ["exp", "iat", "aud", "iss", "jti"]

FindKey = Callable[[str, str], Ed25519PublicKey | None]
"""Returns a machine's key by the names of both."""


class Tokens:
    """Check tokens, each once.

    Args:
        audience: what they must be meant for.
        find: knows the keys.
        wall: seconds since 1970.
    """

    def __init__(self, *, audience: str, find: FindKey, wall: Callable[[], float]) -> None:
        self._audience = audience
        self._find = find
        self._wall = wall
        self._used: OrderedDict[str, float] = OrderedDict()

    def check(self, token: str) -> tuple[str, str] | str:
        """Return machine and key of a good token, or the word for why it is refused."""
        if not token.isascii() or not 0 < len(token) <= LONGEST:
            return "token_malformed"
        try:
            machine, kid = _named(token)
            key = self._find(machine, kid)
            if key is None:
                return "token_key_unknown"
            return self._once(self._decode(token, key, machine)) or (machine, kid)
        except jwt.ExpiredSignatureError:
            return "token_expired"
        except jwt.InvalidAudienceError:
            return "token_for_another"
        except jwt.InvalidAlgorithmError:
            return "token_algorithm"
        except jwt.InvalidSignatureError:
            return "token_forged"
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError):  # times may be anything
            return "token_malformed"

    def _decode(self, token: str, key: Ed25519PublicKey, machine: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=self._audience,
            issuer=machine,
            leeway=LEEWAY_S,
            options={"require": _CLAIMS, "strict_aud": True},
        )

    def _once(self, claims: dict[str, Any]) -> str:
        """Remember a token; return the word for why it is refused after all."""
        until, one = float(claims["exp"]), claims["jti"]
        if not 0 < until - float(claims["iat"]) <= LONGEST_S:
            return "token_too_long"
        if not isinstance(one, str) or not 0 < len(one) <= 64:
            return "token_malformed"
        now = self._wall()
        while self._used and now > next(iter(self._used.values())) + LEEWAY_S:
            self._used.popitem(last=False)
        name = f"{claims['iss']} {one}"
        if name in self._used:
            return "token_used"
        if len(self._used) >= KEPT:
            return "tokens_too_many"
        self._used[name] = until
        return ""


def _named(token: str) -> tuple[str, str]:
    """Return which machine and key a token says it is from; nothing of it is checked yet."""
    kid = jwt.get_unverified_header(token).get("kid", "")
    claims = jwt.decode(token, options={"verify_signature": False})
    machine = claims.get("iss", "")
    if not isinstance(kid, str) or not isinstance(machine, str):
        raise jwt.DecodeError("kid and iss are texts")
    return machine, kid


def mint(
    private: Ed25519PrivateKey, *, machine: str, audience: str, now: float, seconds: int = LONGEST_S
) -> str:
    """Return a new token of a machine."""
    claims = {
        "iss": machine,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + seconds,
        "jti": secrets.token_urlsafe(16),
    }
    kid = key_id(private.public_key())
    return jwt.encode(claims, private, algorithm=ALGORITHMS[0], headers={"kid": kid})


def key_id(public: Ed25519PublicKey) -> str:
    """Return the id of a key: it follows from the key, so nobody has to look it up."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def write_public(public: Ed25519PublicKey) -> str:
    """Return a public key as base64."""
    return base64.b64encode(public.public_bytes_raw()).decode()


def read_public(text: str) -> Ed25519PublicKey | None:
    """Read a public key from base64; None where it is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        return None


def write_private(private: Ed25519PrivateKey, file: Path) -> None:
    """Write a private key for its owner's eyes alone; never over another file.

    Raises:
        SettingsError: there is such a file, or it cannot be written.
    """
    octets = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        place = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SettingsError(f"{file} exists; name another file with --key") from error
    except OSError as error:
        raise SettingsError(f"{file}: the key cannot be written") from error
    with os.fdopen(place, "wb") as out:
        out.write(octets)


def read_private(file: Path) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        SettingsError: the file holds none.
    """
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(f"{file}: no private key can be read here") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{file}: this is no Ed25519 key")
    return key
