from pathlib import Path

import pytest
from msgspec.structs import replace

from assist.errors import SettingsError
from assist.server.access import Access, Audit, Credential, Refusal, Users, Who
from assist.server.access.who import LOCAL
from tests.server.access.house import KEYS, LISTED, PUBLIC, House, house, machine, person

HERE = "192.0.2.7"


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


@pytest.fixture
def local() -> Access:
    return Access(audit=Audit(None))


def logged_in(here: House, name: str) -> Who:
    """Return somebody who came in by a ticket."""
    assert here.access.users is not None
    found = here.access.users.person(name)
    assert found is not None
    secret = here.access.sessions.begin(
        found, word=here.access.users.password(name), now=here.hands.at
    )
    assert secret
    proof = list(here.access.sessions._open)[-1]
    ticket, _ = here.access.ticket(
        Who(found.id, found.roles, found.teams, proof=proof), origin=PUBLIC
    )
    who = here.access.redeem(Credential(ticket=ticket), origin=PUBLIC)
    assert isinstance(who, Who)
    return who


def let_in(here: House, name: str) -> Who:
    """Return a machine that came in by its token."""
    who = here.access.redeem(Credential(token=here.token(name)))
    assert isinstance(who, Who)
    return who


# --- on this machine alone ------------------------------------------------------------------------


def test_the_link_holds_the_token_where_no_server_sees_it(local: Access) -> None:
    assert local.local
    assert local.link("/overlay") == f"/overlay#token={local.token}"


def test_the_token_opens_and_its_holder_may_do_everything(local: Access) -> None:
    who = local.redeem(Credential(token=local.token))

    assert who == LOCAL
    assert isinstance(who, Who)
    assert local.may(who, "send_audio", agent="anybody")
    assert local.may(who, "see_live_calls", team="any")
    assert local.still(who)


@pytest.mark.parametrize("token", ["", "wrong", "\ud800".encode(errors="replace").decode(), "ü"])
def test_another_token_does_not_open(local: Access, token: str) -> None:
    found = local.redeem(Credential(token=token))

    assert found == Refusal(4401, "token_wrong")


def test_nobody_else_has_rights_in_local_mode(local: Access) -> None:
    assert not local.may(Who("anna", LOCAL.roles), "see_own_call", agent="anna")


def test_the_token_is_kept_for_programs_of_this_user_alone(local: Access, tmp_path: Path) -> None:
    local.keep_token(tmp_path / "run" / "token")

    assert (tmp_path / "run" / "token").read_text() == local.token
    assert (tmp_path / "run" / "token").stat().st_mode & 0o777 == 0o600


def test_a_token_that_cannot_be_kept_is_one_sentence(local: Access, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="cannot be written"):
        local.keep_token(tmp_path / "file" / "token")


def test_with_users_the_token_of_local_mode_is_worth_nothing(here: House) -> None:
    assert not here.access.local
    assert here.access.link("/overlay") == "/overlay"
    assert not here.access.is_token(here.access.token)
    assert isinstance(here.access.redeem(Credential(token=here.access.token)), Refusal)


# --- coming in ------------------------------------------------------------------------------------


def test_a_ticket_of_somebody_logged_in_opens(here: House) -> None:
    who = logged_in(here, "anna")

    assert who == Who("anna", frozenset({"agent"}), frozenset({"north"}), proof=who.proof)


def test_a_replayed_ticket_is_refused_and_audited(here: House) -> None:
    who = logged_in(here, "anna")
    ticket, _ = here.access.ticket(who, origin=PUBLIC)
    first = here.access.redeem(Credential(ticket=ticket), origin=PUBLIC)

    second = here.access.redeem(Credential(ticket=ticket), origin=PUBLIC, address=HERE)

    assert isinstance(first, Who)
    assert second == Refusal(4401, "ticket_unknown")
    last = here.audited[-1]
    assert (last.kind, last.code, last.address) == ("ticket_refused", "ticket_unknown", HERE)
    assert here.told == ["ticket_refused"]


def test_a_ticket_of_somebody_who_logged_out_is_refused(here: House) -> None:
    who = logged_in(here, "anna")
    ticket, _ = here.access.ticket(who, origin=PUBLIC)

    here.access.sessions.end(who.proof)

    assert here.access.redeem(Credential(ticket=ticket), origin=PUBLIC) == Refusal(
        4401, "session_over"
    )


def test_a_machines_token_opens_and_its_rights_stand_in_the_file(here: House) -> None:
    who = let_in(here, "desk-7")

    assert who.id == "machine:desk-7"
    assert here.access.may(who, "send_audio", agent="anna")
    assert not here.access.may(who, "send_audio", agent="bob")
    assert not here.access.may(who, "see_own_call", agent="anna")


@pytest.mark.parametrize("which", ["expired", "used", "stolen name", "nonsense", "nothing"])
def test_a_bad_token_is_refused_and_audited(here: House, which: str) -> None:
    used = here.token()
    here.access.redeem(Credential(token=used))
    token = {
        "expired": here.token(ago=400),
        "used": used,
        "stolen name": here.token("pbx").replace(".", "x", 1),
        "nonsense": "nonsense",
        "nothing": "",
    }[which]

    found = here.access.redeem(Credential(token=token), address=HERE)

    assert isinstance(found, Refusal)
    assert found.code == 4401
    assert here.audited[-1].kind == "token_refused"
    assert here.audited[-1].code == found.reason
    assert not token or token not in (here.directory / "audit" / "audit.jsonl").read_text()


# --- rights of today ------------------------------------------------------------------------------


def test_another_teams_call_is_not_seen(here: House) -> None:
    sue = logged_in(here, "sue")

    assert here.access.may(sue, "see_live_calls", agent="anna", team="north")
    assert not here.access.may(sue, "see_live_calls", agent="bob", team="south")


def test_a_demand_that_is_refused_is_written_down(here: House) -> None:
    sue = logged_in(here, "sue")

    found = [
        here.access.demand(sue, "send_note", call=f"call-{team}", team=team)
        for team in ("north", "south")
    ]

    assert found == [True, False]
    (entry,) = [entry for entry in here.audited if entry.kind == "call_refused"]
    assert (entry.who, entry.call, entry.code) == ("sue", "call-south", "send_note")


def test_a_right_over_any_call_is_a_right_at_all(here: House, local: Access) -> None:
    sue, rita = logged_in(here, "sue"), logged_in(here, "rita")

    assert here.access.holds(sue, "see_live_calls")
    assert not here.access.holds(rita, "see_live_calls")
    assert not here.access.holds(Who("eve"), "see_live_calls")
    assert local.holds(LOCAL, "see_live_calls")


def test_a_right_that_is_lost_is_lost_at_once(here: House) -> None:
    sue = logged_in(here, "sue")
    assert here.access.still(sue)

    here.rewrite(replace(LISTED, people=LISTED.people | {"sue": person("supervisor")}))

    assert not here.access.still(sue)
    assert not here.access.may(sue, "see_live_calls", team="north")
    assert "users_changed" in here.kinds


def test_a_right_that_is_won_ends_nothing(here: House) -> None:
    anna = logged_in(here, "anna")

    more = person("agent", "supervisor", teams=("north", "south"))
    here.rewrite(replace(LISTED, people=LISTED.people | {"anna": more}))

    assert here.access.still(anna)
    assert here.access.may(anna, "see_live_calls", team="south")


def test_a_removed_person_is_out(here: House) -> None:
    anna = logged_in(here, "anna")

    here.rewrite(replace(LISTED, people={}))

    assert not here.access.still(anna)
    assert not here.access.may(anna, "see_own_call", agent="anna")


def test_another_password_ends_the_sessions_of_the_old(here: House) -> None:
    anna = logged_in(here, "anna")

    changed = replace(LISTED.people["anna"], password="scrypt:other")
    here.rewrite(replace(LISTED, people=LISTED.people | {"anna": changed}))

    assert not here.access.still(anna)


def test_a_machine_whose_key_was_taken_away_is_out(here: House) -> None:
    desk = let_in(here, "desk-7")
    assert here.access.still(desk)

    other = replace(machine("pbx", "ingest"), agents=("anna",))
    here.rewrite(replace(LISTED, machines=LISTED.machines | {"desk-7": other}))

    assert not here.access.still(desk)


def test_a_broken_users_file_changes_nothing_and_is_told(here: House) -> None:
    anna = logged_in(here, "anna")

    here.file.write_text("nonsense = ")
    here.hands.at += 2

    assert here.access.still(anna)
    assert "users_unreadable" in here.kinds


def test_the_users_can_be_read_again_at_once(here: House) -> None:
    here.file.write_text("")

    here.access.reload()

    assert here.access.users is not None
    assert here.access.users.person("anna") is None


def test_an_open_page_keeps_the_session_from_being_idle(here: House) -> None:
    anna, bob = logged_in(here, "anna"), logged_in(here, "bob")

    for _ in range(4):
        here.hands.at += 1000
        assert here.access.still(anna)

    assert not here.access.still(bob)


def test_after_the_longest_time_even_an_open_page_is_logged_out(here: House) -> None:
    anna = logged_in(here, "anna")

    found = []
    for _ in range(8 * 3):
        here.hands.at += 1200
        found.append(here.access.still(anna))

    assert found == [True] * 23 + [False]


def test_supervisors_read_finished_calls_where_it_is_set(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "shut").mkdir()
    houses = house(tmp_path / "open", supervisor_reads_finished=True), house(tmp_path / "shut")

    found = [
        one.access.may(logged_in(one, "sue"), "read_finished_calls", team="north") for one in houses
    ]

    assert found == [True, False]


def test_an_agents_team_is_the_first_that_is_named(here: House) -> None:
    both = person("agent", teams=("*", "south", "north"))
    here.rewrite(replace(LISTED, people=LISTED.people | {"anna": both}))

    assert [here.access.team(agent) for agent in ("anna", "bob", "root", "eve")] == [
        "south",
        "south",
        "",
        "",
    ]


def test_an_agent_known_to_an_identity_provider_alone_has_its_team(here: House) -> None:
    olga = Who("olga", frozenset({"agent"}), frozenset({"west", "east"}))
    here.access.sessions.begin(olga, word="", now=here.hands.at)

    assert here.access.team("olga") == "east"


# --- limits ---------------------------------------------------------------------------------------


def test_an_address_has_so_many_connections_and_no_more(tmp_path: Path) -> None:
    here = house(tmp_path, connections_per_address=1)

    with here.access.connection(HERE) as first, here.access.connection(HERE) as second:
        assert first is None
        assert second == Refusal(4429, "too_many_connections", retry_after=10)
    with here.access.connection(HERE) as again:
        assert again is None
    assert here.kinds == ["connection_refused"]


def test_a_user_has_so_many_connections_and_a_machine_any_number(tmp_path: Path) -> None:
    here = house(tmp_path, connections_per_user=1)
    anna, pbx = Who("anna"), Who("machine:pbx")

    with here.access.presence(anna) as first, here.access.presence(anna) as second:
        assert first is None
        assert isinstance(second, Refusal)
    with here.access.presence(pbx) as third, here.access.presence(pbx) as fourth:
        assert (third, fourth) == (None, None)


def test_without_a_users_file_no_machine_comes_in(tmp_path: Path) -> None:
    given = house(tmp_path).access.settings
    access = Access(replace(given, users_file="x"), audit=Audit(None), public=PUBLIC)

    assert not access.local
    assert isinstance(access.redeem(Credential(token="t")), Refusal)


def test_the_service_answers_under_its_own_name(here: House) -> None:
    assert "assist.example.org" in here.access.hosts


def test_the_cookie_insists_on_its_guards_where_there_is_tls(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    names = [
        house(tmp_path / "a").access.cookie,
        house(tmp_path / "b", secure=False).access.cookie,
    ]

    assert names == ["__Host-assist", "assist"]


def test_every_machine_of_the_tests_has_its_key(here: House) -> None:
    assert here.access.users is not None
    assert set(here.access.users.listed.machines) == set(KEYS)


def test_users_are_given_or_there_are_none(tmp_path: Path) -> None:
    file = tmp_path / "users.toml"
    file.write_text("")

    access = Access(users=Users(file), audit=Audit(None), public=PUBLIC)

    assert not access.local
