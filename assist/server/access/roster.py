"""Who is known today: people who are logged in, machines with their keys, and their rights.

The users file decides about those who stand in it, and is read again when it changes; an identity
provider decided, at log-in, about the others.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assist.errors import SettingsError
from assist.server.access.audit import Audit
from assist.server.access.sessions import Session, Sessions
from assist.server.access.users import Users
from assist.server.access.who import EVERYBODY, MACHINE, Clock, Who

LOOK_S = 1.0
"""The users file is looked at so often at most."""


class Roster:
    """Know everybody's rights of today.

    Args:
        users: the users file; None = there is none.
        sessions: who is logged in.
        audit: where a changed file is written down.
        clock: the time.
    """

    def __init__(
        self, users: Users | None, sessions: Sessions, *, audit: Audit, clock: Clock
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._looked = clock.steady()

    def today(self, who: Who) -> Who | None:
        """Return somebody with the rights of today; None when they are not let in any more."""
        if who.id.startswith(MACHINE):
            return self.machine(who.id.removeprefix(MACHINE), who.proof)
        return self.logged_in(who.proof)

    def machine(self, name: str, kid: str) -> Who | None:
        """Return a machine, as long as this key is one of its own."""
        self.look()
        return self._users.machine(name, kid) if self._users else None

    def key(self, name: str, kid: str) -> Ed25519PublicKey | None:
        """Return a public key of a machine."""
        self.look()
        return self._users.key(name, kid) if self._users else None

    def logged_in(self, proof: str) -> Who | None:
        """Return whose session this is."""
        self.look()
        found = self._sessions.find(proof, self._clock.steady())
        return self._with_rights(found) if found else None

    def team(self, agent: str) -> str:
        """Return an agent's team: the first in the users file, else the first by name."""
        self.look()
        listed = self._users.listed.people.get(agent) if self._users else None
        known = None if listed else self._sessions.of(agent)
        teams = listed.teams if listed else sorted(known.teams) if known else ()
        return next((team for team in teams if team != EVERYBODY), "")

    def look(self, *, at_once: bool = False) -> None:
        """Read the users file again if it has changed; a broken one changes nothing."""
        now = self._clock.steady()
        if self._users is None or (now - self._looked < LOOK_S and not at_once):
            return
        self._looked = now
        try:
            if self._users.reload(at_once=at_once):
                self._audit.record("users_changed")
        except SettingsError:
            self._audit.record("users_unreadable")  # what held before goes on to hold

    def _with_rights(self, session: Session) -> Who | None:
        if not session.word:
            return session.who
        name, proof = session.who.id, session.who.proof
        listed = self._users.person(name) if self._users else None
        if listed is None or self._users is None or self._users.password(name) != session.word:
            self._sessions.end(proof)  # removed, or has another password
            return None
        return Who(name, listed.roles, listed.teams, proof=proof)
