from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from assist.server.access import Audit, Users, Who
from assist.server.access.audit import entries
from assist.server.access.roster import LOOK_S, Roster
from assist.server.access.sessions import Sessions
from assist.server.access.tickets import hashed
from assist.server.access.tokens import key_id
from assist.server.access.users import Listed, write
from tests.server.access.house import KEYS, LISTED, QUICK, Hands, person

KID = key_id(KEYS["pbx"].public_key())


class Hall:
    """A roster with Anna logged in by password, and Olga by an identity provider."""

    def __init__(self, directory: Path) -> None:
        self.hands = Hands(at=0)
        self.file = directory / "users.toml"
        write(self.file, LISTED)
        self.sessions = Sessions(longest=1000, idle=1000)
        self.audit = directory / "audit"
        self.roster = Roster(
            Users(self.file),
            self.sessions,
            audit=Audit(self.audit, clock=self.hands.clock()),
            clock=self.hands.clock(),
        )
        olga = Who("olga", frozenset({"agent"}), frozenset({"west"}))
        self.anna = hashed(self.sessions.begin(Who("anna"), word=QUICK, now=0))
        self.olga = hashed(self.sessions.begin(olga, word="", now=0))

    def rewrite(self, listed: Listed) -> None:
        write(self.file, listed)
        self.hands.at += LOOK_S

    @property
    def kinds(self) -> list[str]:
        return [entry.kind for entry in entries(self.audit)]


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def test_who_stands_in_the_file_has_its_rights(hall: Hall) -> None:
    anna = hall.roster.logged_in(hall.anna)

    assert anna == Who("anna", frozenset({"agent"}), frozenset({"north"}), proof=hall.anna)


def test_who_came_by_a_provider_has_the_rights_it_gave(hall: Hall) -> None:
    olga = hall.roster.logged_in(hall.olga)

    assert olga is not None
    assert (olga.id, olga.teams) == ("olga", frozenset({"west"}))


def test_a_machine_is_known_by_its_key(hall: Hall) -> None:
    assert hall.roster.machine("pbx", KID) is not None
    assert hall.roster.machine("desk-7", KID) is None
    assert hall.roster.key("pbx", KID) == KEYS["pbx"].public_key()


def test_the_file_is_looked_at_once_a_second(hall: Hall) -> None:
    write(hall.file, Listed())
    hall.hands.at += LOOK_S / 2
    before = hall.roster.machine("pbx", KID)
    hall.hands.at += LOOK_S / 2

    assert before is not None
    assert hall.roster.machine("pbx", KID) is None
    assert hall.kinds == ["users_changed"]


def test_it_is_looked_at_at_once_where_that_is_asked_for(hall: Hall) -> None:
    write(hall.file, Listed())

    hall.roster.look(at_once=True)

    assert hall.roster.machine("pbx", KID) is None


def test_a_broken_file_changes_nothing_and_is_told_once(hall: Hall) -> None:
    hall.file.write_text("nonsense")

    for _ in range(3):
        hall.hands.at += LOOK_S
        assert hall.roster.logged_in(hall.anna) is not None

    assert hall.kinds == ["users_unreadable"]


GONE = replace(LISTED, people={})
CHANGED = replace(LISTED, people={"anna": replace(person("agent"), password="scrypt:other")})


@pytest.mark.parametrize("listed", [GONE, CHANGED], ids=["gone", "another password"])
def test_a_session_ends_with_what_it_hung_on(hall: Hall, listed: Listed) -> None:
    hall.rewrite(listed)

    assert hall.roster.logged_in(hall.anna) is None
    hall.rewrite(LISTED)
    assert hall.roster.logged_in(hall.anna) is None  # and does not come back
    assert hall.roster.logged_in(hall.olga) is not None


@pytest.mark.parametrize(("agent", "team"), [("anna", "north"), ("olga", "west"), ("eve", "")])
def test_an_agent_has_a_team(hall: Hall, agent: str, team: str) -> None:
    assert hall.roster.team(agent) == team


@pytest.mark.parametrize(
    "ask",
    [
        lambda roster: roster.machine("pbx", KID),
        lambda roster: roster.key("pbx", KID),
        lambda roster: roster.today(Who("machine:pbx", proof=KID)),
    ],
)
def test_without_a_file_no_machine_is_known(ask: Callable[[Roster], object]) -> None:
    hands = Hands().clock()
    roster = Roster(None, Sessions(longest=1, idle=1), audit=Audit(None), clock=hands)

    assert ask(roster) is None
