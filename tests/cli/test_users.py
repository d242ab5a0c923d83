"""assist users: people, machines and their keys in the users file."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assist.cli.users import users
from assist.errors import SettingsError
from assist.server.access import Access, Audit, Credential, Users, Who
from assist.server.access.passwords import matches
from assist.server.access.users import Listed, Person, read, write

PASSWORD = "correct horse battery"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "users.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("ASSIST_ACCESS__USERS_FILE", str(place))
    return place


def run(*words: str, typed: str = f"{PASSWORD}\n{PASSWORD}\n") -> Result:
    return CliRunner().invoke(users, list(words), input=typed)


def refusal(*words: str, typed: str = "") -> str:
    error = run(*words, typed=typed).exception
    assert isinstance(error, SettingsError)
    return str(error)


def added(file: Path, *names: str) -> None:
    """Put agents into the file without the time that a real password takes."""
    anna = Person(password="scrypt:", roles=("agent",), teams=("north",))
    write(file, Listed(people=dict.fromkeys(names, anna)))


def test_a_person_is_added_with_a_password_that_is_asked_for(file: Path) -> None:
    answer = run("add", "anna", "--role", "agent", "--role", "ingest", "--team", "north")

    anna = read(file).people["anna"]
    assert answer.output.endswith(f"anna may log in as agent, ingest. ({file})\n")
    assert PASSWORD not in answer.output + file.read_text()
    assert (anna.roles, anna.teams) == (("agent", "ingest"), ("north",))
    assert matches(PASSWORD, anna.password)


def test_who_is_there_gets_other_rights_and_keeps_the_password(file: Path) -> None:
    added(file, "anna")
    before = read(file).people["anna"].password

    answer = run("add", "anna", "--role", "supervisor", typed="")

    anna = read(file).people["anna"]
    assert answer.exit_code == 0
    assert (anna.roles, anna.teams, anna.password) == (("supervisor",), ("north",), before)


def test_a_password_is_changed(file: Path) -> None:
    added(file, "anna")

    run("passwd", "anna", "--stdin", typed="another long password\n")

    assert matches("another long password", read(file).people["anna"].password)


def test_a_short_password_is_refused(file: Path) -> None:
    told = refusal("add", "anna", "--role", "agent", "--stdin", typed="short\n")

    assert told == "a password has at least 12 characters"
    assert not file.exists()


def test_a_person_needs_a_role(file: Path) -> None:
    answer = run("add", "anna")

    assert answer.exit_code == 2
    assert "Say at least one --role" in answer.output


def test_a_name_that_is_none_is_refused_before_a_password_is_asked_for(file: Path) -> None:
    assert "no name" in refusal("add", "an na", "--role", "agent")


@pytest.mark.parametrize("command", ["passwd", "remove"])
def test_who_is_not_there_is_named(file: Path, command: str) -> None:
    assert refusal(command, "eve") == f"eve does not stand in {file}"


def test_who_is_removed_is_gone_and_others_stay(file: Path) -> None:
    added(file, "anna", "bob")
    run("machine", "pbx", "--agent", "*")

    for name in ("anna", "pbx"):
        run("remove", name)

    listed = read(file)
    assert (list(listed.people), list(listed.machines)) == (["bob"], [])


def test_the_list_names_everybody_and_no_secret(file: Path) -> None:
    added(file, "anna")
    run("machine", "desk-7", "--agent", "anna")

    output = run("list").output

    listed = read(file)
    assert all(word in output for word in ("anna", "agent", "north", "desk-7", "ingest"))
    assert listed.people["anna"].password not in output


def test_an_empty_list_says_so(file: Path) -> None:
    assert run("list").output == f"Nobody stands in {file}.\n"


def test_without_the_setting_the_users_own_file_is_taken_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("ASSIST_ACCESS__USERS_FILE", raising=False)

    answer = run("machine", "pbx", "--agent", "*")

    file = tmp_path / "call-assist" / "users.toml"
    assert f'users_file = "{file}"' in answer.output
    assert "pbx" in read(file).machines


def test_a_machine_comes_in_with_a_token_of_its_key(file: Path, tmp_path: Path) -> None:
    key = tmp_path / "desk-7.pem"
    run("machine", "desk-7", "--agent", "anna", "--key", str(key))

    token = run("token", "desk-7", "--key", str(key)).output.strip()

    access = Access(users=Users(file), audit=Audit(None))
    who = access.redeem(Credential(token=token))
    assert isinstance(who, Who)
    assert (who.id, who.agents) == ("machine:desk-7", frozenset({"anna"}))
    assert key.stat().st_mode & 0o777 == 0o600


def test_without_a_place_the_key_lies_beside_the_users_file(file: Path) -> None:
    answer = run("machine", "desk-7", "--agent", "anna")

    (key,) = file.parent.glob("desk-7.*.pem")
    assert str(key) in answer.output
    assert "PRIVATE KEY" not in answer.output
    assert key.stat().st_mode & 0o777 == 0o600


def test_new_keys_leave_the_last_ones_valid_and_no_older(file: Path) -> None:
    run("machine", "desk-7", "--agent", "anna")
    first = list(read(file).machines["desk-7"].keys)

    for _ in range(2):
        run("machine", "desk-7")

    machine = read(file).machines["desk-7"]
    assert len(machine.keys) == 2
    assert first[0] not in machine.keys
    assert machine.agents == ("anna",)


def test_a_machine_that_sends_calls_says_whose(file: Path) -> None:
    assert "say whose calls it sends" in refusal("machine", "desk-7")
    assert list(file.parent.glob("*.pem")) == []


def test_a_machine_that_reads_figures_needs_no_agents(file: Path) -> None:
    run("machine", "prometheus", "--role", "metrics")

    assert read(file).machines["prometheus"].roles == ("metrics",)


def test_a_token_needs_a_key(file: Path, tmp_path: Path) -> None:
    assert "no private key" in refusal("token", "desk-7", "--key", str(tmp_path / "none.pem"))
