"""People, machines, a clock that stands, and the service's way in, for tests."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assist.server.access import Access, Audit, Clock, Users
from assist.server.access.audit import Entry, entries
from assist.server.access.passwords import hash_password
from assist.server.access.tokens import key_id, mint, write_public
from assist.server.access.users import Listed, Machine, Person, write
from assist.settings import access as settings

PUBLIC = "https://assist.example.org"
PASSWORD = "correct horse battery"
KEYS = {name: Ed25519PrivateKey.generate() for name in ("desk-7", "pbx", "prometheus")}


@dataclass
class Hands:
    """A clock whose hands the test moves."""

    at: float = 1_000.0
    date: float | None = None
    """Seconds since 1970; None = as it is, which the tokens of a library need."""

    def clock(self) -> Clock:
        wall = Clock().wall
        return Clock(lambda: self.at, lambda: wall() if self.date is None else self.date)


def person(*roles: str, teams: tuple[str, ...] = ()) -> Person:
    return Person(password=QUICK, roles=roles, teams=teams)  # type: ignore[arg-type]  # of Role


def machine(name: str, *roles: str, agents: tuple[str, ...] = ()) -> Machine:
    public = KEYS[name].public_key()
    keys = {key_id(public): write_public(public)}
    return Machine(roles=roles, agents=agents, keys=keys)  # type: ignore[arg-type]  # of Role


QUICK = hash_password(PASSWORD, log_n=4, lanes=1)
"""Weak on purpose: tests log in often."""
LISTED = Listed(
    people={
        "anna": person("agent", teams=("north",)),
        "bob": person("agent", teams=("south",)),
        "sue": person("supervisor", teams=("north",)),
        "rita": person("reviewer"),
        "root": person("admin"),
        "desk": person("agent", "ingest", teams=("north",)),
    },
    machines={
        "desk-7": machine("desk-7", "ingest", agents=("anna", "amy")),
        "pbx": machine("pbx", "ingest", agents=("*",)),
        "prometheus": machine("prometheus", "metrics"),
    },
)


@dataclass
class House:
    """A way in with users, and what it wrote down."""

    directory: Path
    hands: Hands
    access: Access
    told: list[str] = field(default_factory=list)

    @property
    def audited(self) -> list[Entry]:
        return list(entries(self.directory / "audit"))

    @property
    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.audited]

    @property
    def file(self) -> Path:
        return self.directory / "users.toml"

    def token(self, name: str = "desk-7", *, seconds: int = 300, ago: float = 0) -> str:
        now = self.access.clock.wall() - ago
        audience = self.access.settings.audience
        return mint(KEYS[name], machine=name, audience=audience, now=now, seconds=seconds)

    def rewrite(self, listed: Listed) -> None:
        """Change the users file, and let the time pass after which it is looked at."""
        write(self.file, listed)
        self.hands.at += 2


def house(directory: Path, *, secure: bool = True, **given: object) -> House:
    """Build a way in with users."""
    hands, told = Hands(), list[str]()
    write(directory / "users.toml", LISTED)
    chosen = settings.Access(users_file=str(directory / "users.toml"), **given)  # type: ignore[arg-type]  # the test knows
    access = Access(
        chosen,
        users=Users(directory / "users.toml"),
        audit=Audit(directory / "audit", clock=hands.clock()),
        secure=secure,
        public=PUBLIC,
        clock=hands.clock(),
        refused=told.append,
    )
    return House(directory, hands, access, told)
