"""The users file: people with their roles and teams, machines with their keys."""

import os
import re
import secrets
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assist.errors import SettingsError
from assist.server.access.tokens import read_public
from assist.server.access.who import EVERYBODY, MACHINE, Role, Who

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,63}")
"""Of people and machines."""
TEAM = re.compile(r"[A-Za-z0-9_-]{1,64}|\*")
"""Stands in the subjects of a message bus, so it holds no dot; `*` = all teams."""
HEAD = "# Who may come in. Written by `assist users`; remarks in it are not kept.\n"


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who logs in."""

    password: str = ""
    """Its hash; empty = may not log in by password."""
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()


class Machine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program that sends calls or reads figures."""

    roles: tuple[Role, ...] = ()
    agents: tuple[str, ...] = ()
    """Whose calls it may send; `*` = everybody's."""
    keys: dict[str, str] = {}
    """Public Ed25519 keys in base64 by their id; two, while one takes the place of the other."""


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that stands in the file."""

    people: dict[str, Person] = {}
    machines: dict[str, Machine] = {}


class Users:
    """The file, read again whenever it has changed; while it cannot be read, the last good one.

    Args:
        file: TOML.

    Raises:
        SettingsError: it cannot be read, or says something impossible; names what.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._seen = _mark(file)
        self.listed = read(file)

    def reload(self, *, at_once: bool = False) -> bool:
        """Read the file if it has changed; tell whether something was read.

        Raises:
            SettingsError: it cannot be read; what it said before goes on to hold.
        """
        mark = _mark(self.file)
        if mark == self._seen and not at_once:
            return False
        self._seen = mark
        self.listed = read(self.file)
        return True

    def person(self, name: str) -> Who | None:
        """Return a person with the rights of today."""
        found = self.listed.people.get(name)
        if found is None:
            return None
        return Who(name, frozenset(found.roles), frozenset(found.teams))

    def password(self, name: str) -> str:
        """Return the hash of a person's password; empty where there is none."""
        found = self.listed.people.get(name)
        return found.password if found else ""

    def machine(self, name: str, kid: str) -> Who | None:
        """Return a machine with the rights of today, as long as this key is one of its own."""
        found = self.listed.machines.get(name)
        if found is None or kid not in found.keys:
            return None
        roles, agents = frozenset(found.roles), frozenset(found.agents)
        return Who(MACHINE + name, roles, agents=agents, proof=kid)

    def key(self, name: str, kid: str) -> Ed25519PublicKey | None:
        """Return a public key of a machine."""
        found = self.listed.machines.get(name)
        return read_public(found.keys[kid]) if found and kid in found.keys else None


def read(file: Path) -> Listed:
    """Read a users file.

    Raises:
        SettingsError: it cannot be read, or says something impossible; names what.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: the users cannot be read") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: the users are no valid TOML: {error}") from error
    try:
        listed = msgspec.convert(tables, Listed)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {error}") from error
    check(listed, f"{file}: ")
    return listed


def check(listed: Listed, source: str = "") -> None:
    """Check that nothing in a list of users is impossible.

    Raises:
        SettingsError: something is; names it, after the source.
    """
    if wrong := next(_wrong(listed), ""):
        raise SettingsError(source + wrong)


def write(file: Path, listed: Listed) -> None:
    """Write a users file for its owner's eyes alone, all of it or nothing.

    Raises:
        SettingsError: it cannot be written, or says something impossible.
    """
    check(listed)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(_toml(listed))
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SettingsError(f"{file}: the users cannot be written") from error


def _wrong(listed: Listed) -> Iterator[str]:
    """Yield what is impossible in a list of users."""
    for name in (*listed.people, *listed.machines):
        if not NAME.fullmatch(name) or name == "local":
            yield f"{name!r} is no name: letters, digits and _ . @ + - make one, and local is taken"
    for name, person in listed.people.items():
        for team in person.teams:
            if not TEAM.fullmatch(team):
                yield f"{name}: {team!r} is no team: letters, digits, _ and - make one"
    for name, machine in listed.machines.items():
        if "ingest" in machine.roles and not machine.agents:
            yield f'{name}: say whose calls it sends: agents = [...], or ["{EVERYBODY}"] for all'
        for kid, key in machine.keys.items():
            if read_public(key) is None:
                yield f"{name}: key {kid!r} is no Ed25519 public key in base64"


def _toml(listed: Listed) -> str:
    parts = [HEAD]
    for name, person in listed.people.items():
        parts += [f'\n[people."{name}"]\n']
        parts += [f'password = "{person.password}"\n'] if person.password else []
        parts += [_row("roles", person.roles), _row("teams", person.teams)]
    for name, machine in listed.machines.items():
        parts += [f'\n[machines."{name}"]\n']
        parts += [_row("roles", machine.roles), _row("agents", machine.agents)]
        parts += [_table("keys", machine.keys)]
    return "".join(parts)


def _row(key: str, values: Iterable[str]) -> str:
    return f"{key} = {_texts(values)}\n"


def _table(key: str, values: Mapping[str, str]) -> str:
    return f"{key} = {{ {', '.join(f'{_text(k)} = {_text(v)}' for k, v in values.items())} }}\n"


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """Return a text of TOML: JSON's escapes are TOML's, too."""
    return msgspec.json.encode(value).decode()


def _mark(file: Path) -> tuple[int, int, int]:
    """Return what changes with a file."""
    try:
        facts = file.stat()
    except OSError:
        return (0, 0, 0)
    return (facts.st_mtime_ns, facts.st_size, facts.st_ino)
