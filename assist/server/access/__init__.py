"""Who may come in, and what they may do.

`Access` is all that the rest of the server needs:

* `entering` (in `entry`) lets a page or machine into a WebSocket: limits and Origin before the
  handshake, then its first message `{"type":"hello","ticket":…}` or `{"type":"hello","token":…}`.
* `who` tells who sends an HTTP request; `admits` whether its Origin may.
* `may` reads the table of rights with the rights of *today*; ask it at each subscription and
  command. `still` tells whether a connection keeps what it came in with.

Without users and identity provider the service is *local*: one token, this machine alone, and
whoever holds the token may do everything. docs/security.md is the manual.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from assist.errors import SettingsError
from assist.server.access import limits
from assist.server.access.audit import Audit, Kind
from assist.server.access.exposure import check_exposure, is_local, is_secure
from assist.server.access.origins import Origins, normal
from assist.server.access.roles import About, Action, allowed, reaches
from assist.server.access.roster import Roster
from assist.server.access.sessions import Sessions
from assist.server.access.tickets import SECONDS, Tickets, hashed
from assist.server.access.tokens import Tokens
from assist.server.access.users import Users
from assist.server.access.who import (
    CLOCK,
    FORBIDDEN,
    LOCAL,
    MACHINE,
    SIGNED_OUT,
    TOO_MANY,
    Clock,
    Credential,
    Refusal,
    Role,
    Who,
)
from assist.settings import access as settings_access

__all__ = [
    "About",
    "Access",
    "Action",
    "Audit",
    "Clock",
    "Credential",
    "Refusal",
    "Role",
    "Users",
    "Who",
    "check_exposure",
    "is_local",
    "is_secure",
]

LOCAL_CONNECTIONS = 10_000
"""In local mode all come from one address and are one user."""

_NO_SETTINGS = settings_access.Access()


class Access:
    """Let in who may come in, and say what they may do.

    Args:
        settings: `[access]`.
        users: the users file; None = there is none.
        audit: where refusals and log-ins are written.
        secure: whether browsers come by TLS.
        public: how the world reaches the service, like `https://assist.example.org`; empty = on
            this machine alone, by any port.
        clock: the time.
        refused: hears of each refusal by its kind, for the metrics.
    """

    def __init__(
        self,
        settings: settings_access.Access = _NO_SETTINGS,
        *,
        users: Users | None = None,
        audit: Audit,
        secure: bool = False,
        public: str = "",
        clock: Clock = CLOCK,
        refused: Callable[[str], None] = lambda kind: None,
    ) -> None:
        self.settings = settings
        self.users = users
        self.audit = audit
        self.secure = secure
        self.public = public
        self.clock = clock
        self.local = users is None and is_local(settings)
        self.token = secrets.token_urlsafe(18)
        """Of local mode; of no use in any other."""
        self.origins = Origins(public=public, others=settings.origins)
        self.sessions = Sessions(
            longest=settings.session_hours * 3600, idle=settings.idle_minutes * 60
        )
        self._refused = refused
        self._tickets = Tickets()
        self._roster = Roster(users, self.sessions, audit=audit, clock=clock)
        find = self._roster.key
        self._tokens = Tokens(audience=settings.audience, find=find, wall=clock.wall)
        each, own = settings.connections_per_address, settings.connections_per_user
        self._addresses = limits.Connections(limit=LOCAL_CONNECTIONS if self.local else each)
        self._users_open = limits.Connections(limit=LOCAL_CONNECTIONS if self.local else own)

    @property
    def hosts(self) -> list[str]:
        """Host names under which the service answers, for the middleware that checks `Host`."""
        return self.origins.hosts

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes of log-in and tickets."""
        from assist.server.access.login import login_routes  # they need this class
        from assist.server.access.routes import routes

        return [*login_routes(self), *routes(self)]

    def link(self, page: str) -> str:
        """Return the path of a page; in local mode with the token, which no log ever sees."""
        return f"{page}#token={self.token}" if self.local else page

    def keep_token(self, file: Path) -> None:
        """Write the token of local mode where programs of this user, and no others, find it.

        Raises:
            SettingsError: the file cannot be written.
        """
        beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.touch(0o600, exist_ok=False)
            beside.write_text(self.token)
            beside.replace(file)
        except OSError as error:
            raise SettingsError(f"{file}: the token cannot be written") from error

    # --- coming in --------------------------------------------------------------------------------

    def admits(self, connection: HTTPConnection, *, page: bool = False) -> Refusal | None:
        """Check the Origin of an upgrade or a POST.

        Args:
            connection: what came in.
            page: whether only a page may ask: programs that are no browser name no origin.
        """
        origin = connection.headers.get("origin")
        if origin is None and not page:
            return None
        if self.origins.knows(origin or "", host=connection.headers.get("host", "")):
            return None
        refusal = Refusal(FORBIDDEN, "origin")
        return self.refuse("origin_refused", refusal, address=address(connection))

    def redeem(
        self, credential: Credential, *, origin: str = "", address: str = ""
    ) -> Who | Refusal:
        """Tell who shows a ticket or token; a ticket, and a machine's token, is used up by it."""
        if credential.ticket:
            return self._redeem_ticket(credential.ticket, origin, address)
        if self.local:
            if self.is_token(credential.token):
                return LOCAL
            refusal = Refusal(SIGNED_OUT, "token_wrong")
            return self.refuse("token_refused", refusal, address=address)
        found = self._tokens.check(credential.token) if self.users else "token_key_unknown"
        who = self._roster.machine(*found) if isinstance(found, tuple) else None
        if who is not None:
            return who
        word = found if isinstance(found, str) else "token_key_unknown"
        return self.refuse("token_refused", Refusal(SIGNED_OUT, word), address=address)

    def is_token(self, offered: str) -> bool:
        """Tell whether this is the token of local mode."""
        return self.local and secrets.compare_digest(offered.encode(), self.token.encode())

    def session(self, connection: HTTPConnection) -> Who | None:
        """Tell who sends a request with the cookie of a session."""
        cookie = connection.cookies.get(self.cookie, "")
        return self._roster.logged_in(hashed(cookie)) if cookie else None

    def who(self, connection: HTTPConnection) -> Who | None:
        """Tell who sends a request: by its cookie, or by a token in `Authorization: Bearer`."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found = self.redeem(Credential(token=token.strip()), address=address(connection))
            return found if isinstance(found, Who) else None
        return self.session(connection)

    def ticket(self, who: Who, *, origin: str) -> tuple[str, int]:
        """Return a new ticket for pages of this origin, and for how many seconds it is good."""
        issued = self._tickets.issue(who, origin=normal(origin), now=self.clock.steady())
        return issued, int(SECONDS)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; the prefix makes browsers insist on its guards."""
        return "__Host-assist" if self.secure else "assist"

    # --- rights -----------------------------------------------------------------------------------

    def may(
        self,
        who: Who,
        action: Action,
        *,
        agent: str = "",
        team: str = "",
        finished: bool = False,
        sampled: bool = False,
        reason: str = "",
    ) -> bool:
        """Tell whether somebody may do something, by the rights of today.

        Args:
            who: who asks.
            action: what for.
            agent: whose call it is.
            team: the call's.
            finished: whether the call is over.
            sampled: whether the call was assigned to this reviewer.
            reason: why a reviewer reads it.
        """
        today = self._today(who)
        if today is None or self.local:
            return today is not None
        about = About(agent, team, finished, sampled, reason)
        return allowed(
            today,
            action,
            about,
            supervisors_read_finished=self.settings.supervisor_reads_finished,
        )

    def demand(
        self, who: Who, action: Action, *, call: str = "", agent: str = "", team: str = ""
    ) -> bool:
        """Tell whether somebody may do something with a running call; write it down when not."""
        if self.may(who, action, agent=agent, team=team):
            return True
        self.refuse("call_refused", Refusal(FORBIDDEN, action), who=who.id, call=call)
        return False

    def holds(self, who: Who, action: Action) -> bool:
        """Tell whether somebody has a right over any call at all."""
        today = self._today(who)
        return today is not None and (self.local or bool(reaches(today.roles, action)))

    def still(self, who: Who) -> bool:
        """Tell whether somebody has all the rights with which they came in."""
        today = self._today(who)
        return (
            today is not None
            and who.roles <= today.roles
            and who.teams <= today.teams
            and who.agents <= today.agents
        )

    def team(self, agent: str) -> str:
        """Return the team whose supervisors see an agent's calls; empty = none."""
        return self._roster.team(agent)

    def reload(self) -> None:
        """Read the users file again, as after SIGHUP; a broken one changes nothing."""
        self._roster.look(at_once=True)

    # --- limits and record ------------------------------------------------------------------------

    @contextmanager
    def connection(self, address: str) -> Iterator[Refusal | None]:
        """Count a connection while it is open; yield the refusal where its address has too many."""
        key = limits.neighbourhood(address)
        with self._counted(self._addresses, key, address=address) as refusal:
            yield refusal

    @contextmanager
    def presence(self, who: Who) -> Iterator[Refusal | None]:
        """Count a user's connection while it is open; yield the refusal where there are too many.

        Machines have no limit of their own: one of them may bring all calls.
        """
        if who.id.startswith(MACHINE):
            yield None
            return
        with self._counted(self._users_open, who.id, who=who.id) as refusal:
            yield refusal

    def refuse(
        self, kind: Kind, refusal: Refusal, *, who: str = "", call: str = "", address: str = ""
    ) -> Refusal:
        """Write down a refusal and return it."""
        self._refused(kind)
        self.audit.record(kind, who=who, call=call, code=refusal.reason, address=address)
        return refusal

    # --- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _counted(
        self, counter: limits.Connections, key: str, *, who: str = "", address: str = ""
    ) -> Iterator[Refusal | None]:
        if not counter.enter(key):
            refusal = Refusal(TOO_MANY, "too_many_connections", retry_after=10)
            yield self.refuse("connection_refused", refusal, who=who, address=address)
            return
        try:
            yield None
        finally:
            counter.leave(key)

    def _redeem_ticket(self, ticket: str, origin: str, address: str) -> Who | Refusal:
        found = self._tickets.redeem(ticket, origin=normal(origin), now=self.clock.steady())
        if isinstance(found, Who):
            if who := self._today(found):
                return who
            found = "session_over"
        return self.refuse("ticket_refused", Refusal(SIGNED_OUT, found), address=address)

    def _today(self, who: Who) -> Who | None:
        """Return somebody with the rights of today; None when they are not let in any more."""
        if self.local:
            return LOCAL if who.id == LOCAL.id else None
        return self._roster.today(who)


def address(connection: HTTPConnection) -> str:
    """Return where a connection comes from."""
    return connection.client.host if connection.client else ""
