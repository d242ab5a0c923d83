"""Log-in by an identity provider: OpenID Connect, code flow with PKCE, by Authlib.

The browser is sent to the provider with a state, a nonce and the hash of a verifier; what comes
back counts only in the browser that was sent (a cookie tells), once, and within ten minutes. The
provider says which groups somebody is in; the settings say what a group means here.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from assist.errors import SettingsError
from assist.server.access.exposure import is_loopback
from assist.server.access.tickets import hashed
from assist.server.access.users import NAME, TEAM
from assist.server.access.who import AWAY, FORBIDDEN, ROLES, SIGNED_OUT, Clock, Refusal, Who
from assist.settings.access import Oidc

BACK = "/login/oidc/back"
"""Where the provider sends the browser back to; it must know this address."""
SECONDS = 600
"""So long may somebody take to log in there."""
KEPT = 1_000
"""Log-ins under way."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""Signatures that are believed; whoever holds a shared secret could sign with the others."""
PATIENCE_S = 5.0
LEEWAY_S = 30
REFRESH_S = 60.0
"""The provider's keys are fetched anew so often at most."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A browser was sent to the provider."""

    cookie: str
    """Hashed."""
    nonce: str
    verifier: str
    until: float


class Provider:
    """One identity provider.

    Args:
        settings: `[access.oidc]`.
        public: how the world reaches this service.
        clock: the time.

    Raises:
        SettingsError: a setting is impossible.
    """

    def __init__(self, settings: Oidc, *, public: str, clock: Clock) -> None:
        self._settings = settings
        self._back = public.rstrip("/") + BACK
        self._clock = clock
        self._secret = _secret(settings.client_secret_file)
        self._asked: OrderedDict[str, _Asked] = OrderedDict()
        self._facts: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._tls = httpx2.create_ssl_context()  # once: it takes a tenth of a second
        if not settings.client_id:
            raise SettingsError("access.oidc.client_id is missing: the provider gives it")
        if not _is_safe(settings.issuer):
            raise SettingsError("access.oidc.issuer begins with https://")
        if unknown := set(settings.roles.values()) - set(ROLES):
            raise SettingsError(f"access.oidc.roles: {min(unknown)!r} is no role")
        if wrong := [team for team in settings.teams.values() if not TEAM.fullmatch(team)]:
            raise SettingsError(f"access.oidc.teams: {wrong[0]!r} is no team")

    async def begin(self) -> tuple[str, str] | Refusal:
        """Return where to send a browser, and what its cookie holds until it is back."""
        now = self._clock.steady()
        cookie, state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        try:
            facts = await self._known()
            async with self._client() as client:
                address, _ = client.create_authorization_url(
                    facts["authorization_endpoint"],
                    state=state,
                    nonce=nonce,
                    code_verifier=verifier,
                )
        except _TROUBLE:
            return Refusal(AWAY, "provider_away", retry_after=30)
        self._asked[hashed(state)] = _Asked(hashed(cookie), nonce, verifier, now + SECONDS)
        if len(self._asked) > KEPT:
            self._asked.popitem(last=False)
        return str(address), cookie

    async def finish(self, *, state: str, code: str, issuer: str, cookie: str) -> Who | Refusal:
        """Tell who came back from the provider.

        Args:
            state: what the provider returned.
            code: what it gave the browser for us.
            issuer: who it says it is; empty = it does not say (RFC 9207 lets it).
            cookie: of the browser.
        """
        asked = self._asked.pop(hashed(state), None)
        if asked is None or self._clock.steady() >= asked.until:
            return Refusal(SIGNED_OUT, "oidc_state")
        if not secrets.compare_digest(asked.cookie, hashed(cookie)):
            return Refusal(SIGNED_OUT, "oidc_other_browser")
        if not code or issuer not in ("", self._settings.issuer):
            return Refusal(SIGNED_OUT, "oidc_denied")
        try:
            claims = await self._claims(code, asked)
        except (JoseError, KeyError, TypeError, ValueError):
            return Refusal(SIGNED_OUT, "oidc_token")
        except _TROUBLE:
            return Refusal(SIGNED_OUT, "oidc_code")
        return self._who(claims)

    async def _claims(self, code: str, asked: _Asked) -> dict[str, Any]:
        """Trade the code for a token, and return what a good one says."""
        facts = await self._known()
        async with self._client() as client:
            given = await client.fetch_token(
                facts["token_endpoint"], code=code, code_verifier=asked.verifier
            )
        token = await self._verified(given["id_token"])
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": self._settings.issuer},
                "aud": {"essential": True, "value": self._settings.client_id},
            },
            {
                "nonce": asked.nonce,
                "client_id": self._settings.client_id,
                "access_token": given.get("access_token"),
            },
        )
        claims.validate(now=int(self._clock.wall()), leeway=LEEWAY_S)
        return dict(claims)

    async def _verified(self, text: str) -> jwt.Token:
        """Check the signature; with fresh keys where the key is not known yet."""
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(text, await self._key_set(), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(text, await self._key_set(fresh=True), registry=registry)

    def _who(self, claims: dict[str, Any]) -> Who | Refusal:
        """Return what the groups mean here."""
        name = claims.get(self._settings.id_claim)
        if not isinstance(name, str) or not NAME.fullmatch(name) or name == "local":
            return Refusal(FORBIDDEN, "oidc_name")
        said = claims.get(self._settings.groups_claim)
        groups = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
        roles = {self._settings.roles.get(group) for group in groups}
        found = frozenset(role for role in ROLES if role in roles)
        teams = {self._settings.teams.get(group, "") for group in groups} - {""}
        return Who(name, found, frozenset(teams)) if found else Refusal(FORBIDDEN, "oidc_no_role")

    # --- the provider -----------------------------------------------------------------------------

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            self._settings.client_id,
            self._secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            redirect_uri=self._back,
            scope=self._settings.scopes,
            code_challenge_method="S256",
            timeout=PATIENCE_S,
            verify=self._tls,
        )

    async def _known(self) -> dict[str, Any]:
        """Return what the provider says about itself; asked once."""
        if not self._facts:
            issuer = self._settings.issuer
            facts = await self._get(issuer.rstrip("/") + "/.well-known/openid-configuration")
            ends = [facts[f"{one}_endpoint"] for one in ("authorization", "token")]
            if facts["issuer"] != issuer or not all(map(_is_safe, [*ends, facts["jwks_uri"]])):
                raise ValueError("another issuer, or an address without TLS")
            self._facts = facts
        return self._facts

    async def _key_set(self, *, fresh: bool = False) -> KeySet:
        """Return the provider's keys; fresh ones once a minute at most."""
        now = self._clock.steady()
        if self._keys is None or (fresh and now - self._fetched >= REFRESH_S):
            self._fetched = now
            found: Any = await self._get((await self._known())["jwks_uri"])
            self._keys = KeySet.import_key_set(found)
        return self._keys

    async def _get(self, address: str) -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=PATIENCE_S, verify=self._tls) as client:
            answer = await client.get(address, headers={"accept": "application/json"})
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise TypeError("no object")
        return found


_TROUBLE = (httpx2.HTTPError, httpx2.InvalidURL, AuthlibBaseError, KeyError, TypeError, ValueError)


def _is_safe(address: object) -> bool:
    """Tell whether an address has TLS, or is on this machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    near = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or near)


def _secret(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: the provider's secret cannot be read") from error
