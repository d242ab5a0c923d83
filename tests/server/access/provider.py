"""A small identity provider on this machine, for tests: it says what the test tells it to."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from assist.server.access.who import Clock
from assist.server.local import bind, server

SECRET = "a secret of the provider and the service"
CLIENT = "call-assist"
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"})
CURVE = OKPKey.generate_key("Ed25519", {"kid": "curve", "use": "sig", "alg": "Ed25519"})
THIEF = RSAKey.generate_key(2048, {"kid": "rsa"})


@dataclass
class Provider:
    """What the provider is to say, and what it was asked."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Of whoever logs in; they replace the right ones."""
    key: Any = field(default_factory=lambda: RSA)
    """Signs."""
    alg: str = "RS256"
    secret: bytes | None = None
    """Signs instead, by hand."""
    shown: list[Any] = field(default_factory=lambda: [RSA, CURVE])
    """Keys that everybody may fetch."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Of the discovery; they replace the right ones."""
    fetched: int = 0
    """How often the keys were fetched."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def discovery(self, request: Request) -> Response:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        ends = {name: f"{self.issuer}/{path}" for name, path in names.items()}
        facts = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ends}
        return JSONResponse(facts | self.facts)

    async def keys(self, request: Request) -> Response:
        self.fetched += 1
        return JSONResponse(KeySet(self.shown).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """Ask nobody anything: whoever comes is logged in."""
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def token(self, request: Request) -> Response:
        """Trade a code for a token, once, with the verifier and the secret that belong to it."""
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form["code"], None)
        verifier = form["code_verifier"].encode()
        challenge = _coded(hashlib.sha256(verifier).digest())
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
            or request.headers.get("authorization") != f"Basic {known}"
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        return JSONResponse(answer | {"id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(Clock().wall())
        right = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": "olga"}
        right |= {"nonce": asked["nonce"], "groups": ["agents", "team-north"]}
        claims = {key: value for key, value in (right | self.claims).items() if value is not None}
        header = {"alg": self.alg, "kid": self.key.kid}
        if self.secret is not None:
            return by_hand(header, claims, self.secret)
        return str(jwt.encode(header, claims, self.key, algorithms=[self.alg]))


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """Return a token that no honest library makes: signed with HMAC, or without a secret not."""
    body = f"{_coded(json.dumps(header).encode())}.{_coded(json.dumps(claims).encode())}"
    digest = hmac.digest(secret, body.encode(), "sha256") if secret else b""
    return f"{body}.{_coded(digest)}"


def _coded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider until the block ends."""
    listening = bind(0)
    here = Provider(issuer=f"http://127.0.0.1:{listening.getsockname()[1]}")
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", here.discovery),
            Route("/keys", here.keys),
            Route("/authorize", here.authorize),
            Route("/token", here.token, methods=["POST"]),
        ]
    )
    running: uvicorn.Server = server(app)
    ready = threading.Event()

    async def run() -> None:
        asyncio.get_running_loop().call_soon(ready.set)
        await running.serve(sockets=[listening])

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield here
    finally:
        running.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
