"""What the operator may set about who may come in."""

from typing import Annotated

import msgspec

Hours = Annotated[float, msgspec.Meta(gt=0, le=24)]
Minutes = Annotated[float, msgspec.Meta(gt=0, le=1440)]
Connections = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Oidc(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Log-in by an identity provider (OpenID Connect)."""

    issuer: str = ""
    """Its address; empty = none."""
    client_id: str = ""
    """How the provider knows this service."""
    client_secret_file: str = ""
    """Holds the secret that the provider gave this service; empty = it gave none."""
    scopes: str = "openid profile"
    """What it is asked to tell."""
    id_claim: str = "sub"
    """Which claim is a person's id here: one that the provider makes unique and nobody can change
    for themselves."""
    groups_claim: str = "groups"
    """Which claim lists a person's groups."""
    roles: dict[str, str] = {}
    """Role by group."""
    teams: dict[str, str] = {}
    """Team by group."""


class Access(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may come in; without users the service is local: one link, this machine alone."""

    users_file: str = ""
    """TOML with the people, their roles and teams, and the keys of machines."""
    origins: tuple[str, ...] = ()
    """Origins of pages that may connect, besides the service's own."""
    audience: str = "call-assist"
    """What a machine's token must be meant for."""
    session_hours: Hours = 8.0
    """So long at most does a log-in last."""
    idle_minutes: Minutes = 30.0
    """A log-in ends after so long without a request or an open page."""
    connections_per_address: Connections = 50
    """Open connections of pages and desks from one address; telephone systems are not counted."""
    connections_per_user: Connections = 10
    """Open pages of one person."""
    supervisor_reads_finished: bool = False
    """Whether supervisors may read the finished calls of their teams."""
    oidc: Oidc = Oidc()
