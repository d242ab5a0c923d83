"""`assist users`: who may come in, in the users file."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from platformdirs import user_config_path
from rich import box
from rich.console import Console
from rich.table import Table

from assist.cli.options import settings
from assist.errors import SettingsError
from assist.server.access.passwords import hash_password, unusable
from assist.server.access.tokens import (
    LONGEST_S,
    key_id,
    mint,
    read_private,
    write_private,
    write_public,
)
from assist.server.access.users import Listed, Machine, Person, check, read, write
from assist.server.access.who import ROLES, Role

KEYS = 2
"""Keys of a machine at a time: the new one and, while it is not in use everywhere, the old one."""

_STDIN = click.option(
    "--stdin", is_flag=True, help="Read the password from standard input, for scripts."
)


@click.group()
def users() -> None:
    """Say who may come in: people with their roles and teams, machines with their keys."""


@users.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Once for each.")
@click.option("--team", "teams", multiple=True, help="Once for each; '*' is all teams.")
@_STDIN
def add(name: str, roles: tuple[Role, ...], teams: tuple[str, ...], stdin: bool) -> None:
    """Add a person and set their password, or give one who is there other roles and teams."""
    file, listed = _opened()
    old = listed.people.get(name)
    if old is None and not roles:
        raise click.UsageError("Say at least one --role.")
    person = replace(old or Person(), roles=roles or _roles(old), teams=teams or _teams(old))
    listed = replace(listed, people={**listed.people, name: person})
    check(listed)
    if not person.password:
        person = replace(person, password=_asked(stdin=stdin))
    write(file, replace(listed, people={**listed.people, name: person}))
    click.echo(f"{name} may log in as {', '.join(person.roles)}. ({file})")


@users.command()
@click.argument("name")
@_STDIN
def passwd(name: str, stdin: bool) -> None:
    """Set a person's password; whoever is logged in with the old one is logged out."""
    file, listed = _opened()
    if name not in listed.people:
        raise SettingsError(f"{name} does not stand in {file}")
    person = replace(listed.people[name], password=_asked(stdin=stdin))
    write(file, replace(listed, people={**listed.people, name: person}))
    click.echo(f"{name} has a new password.")


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a person or machine; open connections end within seconds."""
    file, listed = _opened()
    if name not in (*listed.people, *listed.machines):
        raise SettingsError(f"{name} does not stand in {file}")
    people = {one: entry for one, entry in listed.people.items() if one != name}
    machines = {one: entry for one, entry in listed.machines.items() if one != name}
    write(file, Listed(people=people, machines=machines))
    click.echo(f"{name} may not come in any more.")


@users.command("list")
def list_() -> None:
    """Print who may come in."""
    file, listed = _opened()
    if not listed.people and not listed.machines:
        click.echo(f"Nobody stands in {file}.")
        return
    table = Table("name", "roles", "teams", "sends calls of", "keys", box=box.SIMPLE)
    for name, person in sorted(listed.people.items()):
        table.add_row(name, ", ".join(person.roles), ", ".join(person.teams))
    for name, machine in sorted(listed.machines.items()):
        roles, agents = ", ".join(machine.roles), ", ".join(machine.agents)
        table.add_row(name, roles, "", agents, " ".join(machine.keys))
    Console().print(table)


@users.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(["ingest", "metrics"]))
@click.option("--agent", "agents", multiple=True, help="Whose calls it sends; '*' is everybody's.")
@click.option("--key", type=click.Path(path_type=Path), help="Where its private key is written.")
def machine(name: str, roles: tuple[Role, ...], agents: tuple[str, ...], key: Path | None) -> None:
    """Add a machine and make its keys; again for one that is there: make it new keys."""
    file, listed = _opened()
    old = listed.machines.get(name, Machine())
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    keys = dict([*old.keys.items(), (key_id(public), write_public(public))][-KEYS:])
    new = Machine(roles=roles or old.roles or ("ingest",), agents=agents or old.agents, keys=keys)
    listed = replace(listed, machines={**listed.machines, name: new})
    check(listed)
    place = key or file.parent / f"{name}.{key_id(public)[:8]}.pem"
    _make(file.parent)
    write_private(private, place)
    write(file, listed)
    click.echo(f"{name} may come in as {', '.join(new.roles)}. ({file})")
    click.echo(f"Its private key is {place}: move it to that machine, for its eyes alone.")


@users.command()
@click.argument("name")
@click.option("--key", type=click.Path(path_type=Path), required=True, help="Its private key.")
@click.option("--seconds", type=click.IntRange(1, LONGEST_S), default=LONGEST_S, show_default=True)
def token(name: str, key: Path, seconds: int) -> None:
    """Print a token of a machine: it is good for one connection, within its time."""
    audience = settings().access.audience
    now = datetime.now(UTC).timestamp()
    click.echo(mint(read_private(key), machine=name, audience=audience, now=now, seconds=seconds))


def _opened() -> tuple[Path, Listed]:
    """Return the users file and what stands in it; one that is not there is empty."""
    chosen = settings().access.users_file
    file = Path(chosen) if chosen else user_config_path("call-assist") / "users.toml"
    if not chosen:
        click.echo(f'Add users_file = "{file}" to [access] of the settings.', err=True)
    return file, read(file) if file.exists() else Listed()


def _make(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{directory} cannot be made") from error


def _asked(*, stdin: bool) -> str:
    """Return the hash of a new password."""
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if wrong := unusable(password):
        raise SettingsError(wrong)
    return hash_password(password)


def _roles(person: Person | None) -> tuple[Role, ...]:
    return person.roles if person else ()


def _teams(person: Person | None) -> tuple[str, ...]:
    return person.teams if person else ()
