"""The whole table, cell by cell: what stands in it is allowed, and nothing else."""

from itertools import product
from pathlib import Path

import pytest

from assist.server.access.roles import ACTIONS, TABLE, About, Action, allowed, reaches
from assist.server.access.who import ROLES, Role, Who

CALL = About("anna", "north", sampled=True, reason="complaint 12")
OTHERS = About("bob", "south")
UNASSIGNED = About("", "")
CELLS = list(product(ACTIONS, ROLES))


def who(role: Role) -> Who:
    """Return somebody to whom `CALL` belongs in every way that counts for a role."""
    return Who("anna", frozenset({role}), frozenset({"north"}), frozenset({"anna"}))


@pytest.mark.parametrize(("action", "role"), CELLS)
def test_a_role_may_do_what_the_table_says_with_what_is_its_own(action: Action, role: Role) -> None:
    found = allowed(who(role), action, CALL, supervisors_read_finished=True)

    assert found == (role in TABLE[action])


@pytest.mark.parametrize(("action", "role"), CELLS)
@pytest.mark.parametrize("about", [OTHERS, UNASSIGNED], ids=["of another", "of nobody"])
def test_with_a_call_of_others_only_what_reaches_to_all_is_allowed(
    action: Action, role: Role, about: About
) -> None:
    found = allowed(who(role), action, about, supervisors_read_finished=True)

    assert found == (TABLE[action].get(role) == "all")


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_role_nothing_is_allowed(action: Action) -> None:
    assert not allowed(Who("anna", teams=frozenset({"north"})), action, CALL)


def test_every_action_has_its_row() -> None:
    assert set(TABLE) == set(ACTIONS)


def test_who_has_two_roles_has_the_rights_of_both() -> None:
    both = Who("anna", frozenset({"agent", "admin"}))

    assert allowed(both, "see_own_call", CALL)
    assert allowed(both, "administer", About())
    assert not allowed(both, "see_live_calls", CALL)


@pytest.mark.parametrize("action", ["read_finished_calls", "see_words"])
def test_supervisors_read_finished_calls_only_where_the_setting_says_so(action: Action) -> None:
    call = About("anna", "north", finished=True)

    assert not allowed(who("supervisor"), action, call)
    assert allowed(who("supervisor"), action, call, supervisors_read_finished=True)


def test_a_supervisor_sees_the_words_of_a_live_call_of_the_team() -> None:
    assert allowed(who("supervisor"), "see_words", About("bob", "north"))


@pytest.mark.parametrize(
    "about", [About("bob"), About(sampled=True, reason=" "), About(reason="x")]
)
def test_a_reviewer_needs_an_assigned_call_and_a_reason(about: About) -> None:
    assert not allowed(who("reviewer"), "read_finished_calls", about)


def test_a_machine_sends_the_calls_of_those_whom_it_serves() -> None:
    desk = Who("machine:desk-7", frozenset({"ingest"}), agents=frozenset({"anna"}))
    pbx = Who("machine:pbx", frozenset({"ingest"}), agents=frozenset({"*"}))

    assert [allowed(desk, "send_audio", About(agent)) for agent in ("anna", "bob", "")] == [
        True,
        False,
        False,
    ]
    assert all(allowed(pbx, "send_audio", About(agent)) for agent in ("anna", "bob", ""))


def test_an_agent_sends_their_own_call_and_nobody_elses() -> None:
    anna = Who("anna", frozenset({"agent"}))

    assert [allowed(anna, "send_audio", About(agent)) for agent in ("anna", "bob", "")] == [
        True,
        False,
        False,
    ]


def test_a_machine_named_like_an_agent_is_not_that_agent() -> None:
    machine = Who("machine:anna", frozenset({"ingest", "agent"}))

    assert not allowed(machine, "send_audio", About("machine:anna"))


def test_a_person_with_the_role_sends_their_own_call() -> None:
    desk = Who("desk", frozenset({"ingest"}))

    assert allowed(desk, "send_audio", About("desk"))
    assert not allowed(desk, "send_audio", About("anna"))


def test_an_empty_team_belongs_to_nobody() -> None:
    assert not allowed(Who("sue", frozenset({"supervisor"})), "see_live_calls", About("anna", ""))


def test_who_has_all_teams_sees_the_calls_of_nobody_too() -> None:
    head = Who("head", frozenset({"supervisor"}), frozenset({"*"}))

    assert allowed(head, "see_live_calls", About("bob", "south"))
    assert allowed(head, "see_live_calls", About())


def test_admins_never_reach_words() -> None:
    assert reaches(["admin"], "see_words") == []


PAGE = (Path(__file__).parents[3] / "docs" / "security.md").read_text("utf-8")
COLUMNS: tuple[Role, ...] = ("agent", "supervisor", "reviewer", "ingest", "metrics", "admin")


def test_the_manual_shows_every_role_and_action() -> None:
    shown = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]

    assert f"| what it is | {' | '.join(COLUMNS)} |" in PAGE
    assert set(COLUMNS) == set(ROLES)
    assert [action for action in shown if action in ACTIONS] == list(TABLE)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_manual_shows_the_same_table(action: Action) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{action}` |")]

    cells = [cell.strip() for cell in row.strip("|").split("|")][2:]

    assert cells == [TABLE[action].get(role, "–") for role in COLUMNS]
