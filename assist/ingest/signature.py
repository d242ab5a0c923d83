"""The signature of an upgrade to AudioHook: an HTTP message signature with a shared secret; pure.

The draft is draft-ietf-httpbis-message-signatures; AudioHook uses HMAC-SHA-256 and one label.
"""

import base64
import hashlib
import hmac
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from assist.errors import ProtocolError

SIGNED = (
    "@request-target",
    "@authority",
    "audiohook-organization-id",
    "audiohook-session-id",
    "audiohook-correlation-id",
    "x-api-key",
)
"""What a signature must cover; more headers may be signed, too."""
OLDEST_S = 10
"""A signature may be so old."""
SKEW_S = 3
"""The sender's clock may be so far ahead of ours, or behind it."""
REMEMBERED_S = 15
"""So long a nonce may not come again: longer than age and skew together."""
SHORTEST_NONCE, LONGEST_NONCE = 22, 256
LONGEST_INPUT = 4_096

_NAME = r"[a-z*][a-z0-9_.*-]*"
_INPUT = re.compile(rf"({_NAME})=(\(([^()]*)\)(;.*)?)")
_COMPONENT = re.compile(r'"(@?[a-z0-9-]+)"')
_PARAMETER = re.compile(rf'; *({_NAME})=(?:"([^"\\]*)"|(\d{{1,15}}))')
_VALUE = re.compile(rf"({_NAME})=:([A-Za-z0-9+/]{{1,128}}={{0,2}}):")


class Nonces:
    """The nonces of the last seconds, so that no request can be sent again.

    Args:
        most: kept at a time; only signatures that are genuine count.
    """

    def __init__(self, *, most: int = 10_000) -> None:
        self._most = most
        self._seen: set[str] = set()
        self._order: deque[tuple[float, str]] = deque()

    def take(self, nonce: str, now_s: float) -> bool:
        """Remember a nonce; false when it is known already, or when there is no room for it."""
        while self._order and now_s - self._order[0][0] >= REMEMBERED_S:
            self._seen.discard(self._order.popleft()[1])
        if nonce in self._seen or len(self._seen) >= self._most:
            return False
        self._seen.add(nonce)
        self._order.append((now_s, nonce))
        return True


@dataclass(frozen=True, slots=True)
class _Signature:
    """What the two headers of a signature say."""

    components: tuple[str, ...]
    parameters: Mapping[str, str | int]
    text: str
    """The components and parameters exactly as they came: they are signed as well."""
    value: bytes


def check(
    headers: Mapping[str, str],
    *,
    target: str,
    authority: str,
    keys: Mapping[str, str],
    now_s: float,
    nonces: Nonces,
) -> str:
    """Return why an upgrade may not come in; empty = it may.

    Args:
        headers: of the request, their names in lower case or found whatever their case.
        target: path and query, exactly as they were asked for.
        authority: the host as the world knows it, with its port unless that is the usual one.
        keys: client secret in base64 by API key; one with an empty secret need not sign.
        now_s: seconds since 1970.
        nonces: of all requests to this door.
    """
    for name in SIGNED[2:]:
        if not headers.get(name):
            return f"the header {name} is missing"
    key = headers["x-api-key"]
    if "signature" not in headers and "signature-input" not in headers:
        return "" if keys.get(key) == "" else "the request is not signed"
    try:
        signature = _read(headers)
        _require_all(signature, key=key)
        _require_fresh(signature.parameters, now_s)
        base = _base(signature, headers, target=target, authority=authority)
    except ProtocolError as error:
        return str(error)
    if not _is_genuine(signature.value, base, keys.get(key)):
        return "the signature is wrong, or the key unknown"
    if not nonces.take(f"{key} {signature.parameters['nonce']}", now_s):
        return "the nonce was used before"
    return ""


def _read(headers: Mapping[str, str]) -> _Signature:
    written = headers.get("signature-input", "").strip()
    found = _INPUT.fullmatch(written) if len(written) <= LONGEST_INPUT else None
    value = _VALUE.fullmatch(headers.get("signature", "").strip())
    if not found or not value or found[1] != value[1]:
        raise ProtocolError("the headers of the signature cannot be read")
    names, parameters = found[3].split(), found[4] or ""
    components = [match[1] for name in names if (match := _COMPONENT.fullmatch(name))]
    if len(components) != len(names) or _PARAMETER.sub("", parameters).strip():
        raise ProtocolError("the headers of the signature cannot be read")
    return _Signature(
        tuple(components),
        {
            match[1]: int(match[3]) if match[3] else match[2]
            for match in _PARAMETER.finditer(parameters)
        },
        found[2],
        _decoded(value[2]),
    )


def _require_all(signature: _Signature, *, key: str) -> None:
    """Refuse a signature that covers too little, or is another's."""
    missing = [name for name in SIGNED if name not in signature.components]
    if missing:
        raise ProtocolError(f"{missing[0]} is not signed")
    if len(set(signature.components)) != len(signature.components):
        raise ProtocolError("something is signed twice")
    nonce = signature.parameters.get("nonce")
    if not isinstance(nonce, str) or not SHORTEST_NONCE <= len(nonce) <= LONGEST_NONCE:
        raise ProtocolError("the nonce is missing or too short")
    if signature.parameters.get("alg", "hmac-sha256") != "hmac-sha256":
        raise ProtocolError("the algorithm is not hmac-sha256")
    if signature.parameters.get("keyid") != key:
        raise ProtocolError("keyid is not the API key")


def _require_fresh(parameters: Mapping[str, str | int], now_s: float) -> None:
    created, expires = parameters.get("created"), parameters.get("expires", None)
    if not isinstance(created, int):
        raise ProtocolError("the time of the signature is missing")
    if created - now_s > SKEW_S:
        raise ProtocolError("the signature comes from the future")
    if now_s - created > OLDEST_S:
        raise ProtocolError("the signature is too old")
    if expires is not None and not (isinstance(expires, int) and now_s - expires <= SKEW_S):
        raise ProtocolError("the signature has expired")


def _base(
    signature: _Signature, headers: Mapping[str, str], *, target: str, authority: str
) -> bytes:
    """Return what was signed."""
    derived = {"@request-target": target, "@authority": _host(authority)}
    lines = []
    for name in signature.components:
        value = derived.get(name) if name.startswith("@") else headers.get(name)
        if value is None:
            raise ProtocolError("something is signed that did not come")
        lines.append(f'"{name}": {value.strip()}')
    lines.append(f'"@signature-params": {signature.text}')
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _host(authority: str) -> str:
    """Return a host in lower case, without a port that goes without saying."""
    host = authority.strip().lower()
    return host.removesuffix(":443").removesuffix(":80")


def _is_genuine(value: bytes, base: bytes, secret: str | None) -> bool:
    """Compare in constant time; an unknown key takes as long as a known one."""
    key = _decoded(secret) if secret else b""
    expected = hmac.new(key or b"nobody", base, hashlib.sha256).digest()
    return hmac.compare_digest(expected, value) and bool(key)


def _decoded(text: str) -> bytes:
    """Read base64, whose padding some leave out; nothing where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""
