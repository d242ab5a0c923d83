import os
from pathlib import Path

import pytest

from assist.errors import SettingsError
from assist.server.access.tokens import key_id
from assist.server.access.users import Listed, Machine, Person, Users, read, write
from assist.server.access.who import Who
from tests.server.access.house import KEYS, LISTED


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "users.toml"
    write(place, LISTED)
    return place


def refusal(text: str, file: Path) -> str:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_written_is_read_again(file: Path) -> None:
    assert read(file) == LISTED


def test_the_file_is_for_its_owner_alone(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["users.toml"]


def test_a_person_has_the_rights_of_the_file(file: Path) -> None:
    found = Users(file).person("anna")

    assert found == Who("anna", frozenset({"agent"}), frozenset({"north"}))


def test_a_machine_is_known_by_its_key(file: Path) -> None:
    users, kid = Users(file), key_id(KEYS["pbx"].public_key())

    found = users.machine("pbx", kid)

    assert found == Who("machine:pbx", frozenset({"ingest"}), agents=frozenset({"*"}), proof=kid)
    assert users.machine("desk-7", kid) is None
    assert users.key("desk-7", kid) is None


def test_who_is_not_listed_is_nobody(file: Path) -> None:
    users = Users(file)

    assert users.person("eve") is None
    assert users.machine("eve", "k") is None
    assert users.password("eve") == ""


def test_a_changed_file_is_read_again(file: Path) -> None:
    users = Users(file)
    assert not users.reload()

    write(file, Listed())

    assert users.reload()
    assert users.person("anna") is None


def test_while_the_file_is_broken_the_last_good_one_holds(file: Path) -> None:
    users = Users(file)
    file.write_text("people = 3")

    with pytest.raises(SettingsError):
        users.reload()

    assert users.person("anna") is not None
    assert not users.reload()  # said once


def test_a_vanished_file_is_broken(file: Path) -> None:
    users = Users(file)
    file.unlink()

    with pytest.raises(SettingsError):
        users.reload()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("people = 3", "people"),
        ("[", "no valid TOML"),
        ("[people.anna]\nrole = ['agent']", "role"),
        ("[people.anna]\nroles = ['king']", "king"),
        ("[people.'an:na']", "'an:na' is no name"),
        ("[people.local]", "local is taken"),
        ("[people.anna]\nteams = ['a.b']", "'a.b' is no team"),
        ("[machines.pbx]\nroles = ['ingest']", "say whose calls it sends"),
        ("[machines.pbx.keys]\nk1 = 'AAAA'", "no Ed25519 public key"),
    ],
)
def test_what_is_impossible_is_named_in_one_sentence(text: str, told: str, tmp_path: Path) -> None:
    assert told in refusal(text, tmp_path / "users.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_nothing_impossible_is_written(file: Path) -> None:
    with pytest.raises(SettingsError):
        write(file, Listed(people={"a b": Person()}))

    assert read(file) == LISTED


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "users.toml").mkdir()

    with pytest.raises(SettingsError, match="cannot be written"):
        write(tmp_path / "users.toml", LISTED)

    assert os.listdir(tmp_path) == ["users.toml"]


def test_odd_names_survive(tmp_path: Path) -> None:
    listed = Listed(
        people={"anna.b+c@example.org": Person(roles=("agent",))},
        machines={"a.b": Machine(roles=("metrics",))},
    )

    write(tmp_path / "users.toml", listed)

    assert read(tmp_path / "users.toml") == listed
