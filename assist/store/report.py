"""Figures of many calls: cues, what became of nudges, stages; of groups alone, never of a person.

A row is told only where enough calls of enough agents are in it. What is left out is left out
without a trace: sums that would give it away are not told either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    case,
    distinct,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.events import Stage
from assist.store.tables import CALLS, CARDS, CUES, FEEDBACK, NUDGES, STAGES, VERDICTS

Query: TypeAlias = Select[*tuple[Any, ...]]
ENOUGH = 5
"""Calls, and agents, that a figure is of, at the least."""
OUTCOMES = ("resolved", "not_needed", "expired", "dismissed", "superseded", "shown")
ANSWERS = ("helpful", "not_now", "wrong")
JUDGED = ("right", "wrong", "late")
SORTS = ("both", "only_reasonable", "only_possible", "neither")
"""Of what customers wanted."""
ORDER = get_args(Stage)
TROUBLE = "nudge"
"""The kind of nudge that is about trouble; praise and states are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """The calls that a report is about; empty = any."""

    since: int = 0
    """Calls that began at or after this moment, in milliseconds since 1970 …"""
    until: int = 0
    """… and before this."""
    team: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a call must fulfil: it is over, too."""
        asked = (
            (self.since, CALLS.c.started_at >= self.since),
            (self.until, CALLS.c.started_at < self.until),
            (self.team, CALLS.c.team == self.team),
        )
        return [CALLS.c.ended_at.is_not(None), *(one for wanted, one in asked if wanted)]


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one thing in many calls: of a cue, of the nudges about it, of a stage."""

    name: str
    calls: int
    """In how many calls it was."""
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What many calls have in common; each group is large enough."""

    calls: int
    """All calls of the report; 0 = too few, or of too few agents, to say anything."""
    duration: int
    """Of all of them, in milliseconds."""
    cues: Sequence[Group] = ()
    """How often each was noticed (`times`), and what reviewers said of it."""
    nudges: Sequence[Group] = ()
    """By cue: how many were shown (`times`), what became of them, and what agents answered."""
    stages: Sequence[Group] = ()
    """Nudges about trouble (`times`), milliseconds spent there (`ms`), calls that ended there."""
    causes: Sequence[Group] = ()
    """What trouble came from, as was said after calls (`times`)."""
    requests: Sequence[Group] = ()
    """What customers wanted (`times`), and whether that was reasonable and possible."""


async def report(connection: AsyncConnection, which: Which, *, enough: int = ENOUGH) -> Report:
    """Return the figures of calls, where they are of enough calls and agents.

    Args:
        connection: in a reading transaction.
        which: the calls.
        enough: how many calls, and how many agents, a figure must be of; calls of nobody by name
            add no agent.
    """
    ((_, whole),) = await _rows(connection, _of_all(which))
    if not _is_large(whole, enough):
        return Report(0, 0)

    async def told(query: Query) -> list[Group]:
        rows = await _rows(connection, query)
        return [_group(name, row) for name, row in rows if _is_large(row, enough)]

    return Report(
        whole["calls"],
        whole["ms"],
        sorted(await told(_cues(which)), key=_most),
        sorted(await told(_nudges(which)), key=_most),
        sorted(await told(_stages(which)), key=lambda one: ORDER.index(one.name)),
        sorted(await told(_said(which, CARDS.c.cause, ())), key=_most),
        sorted(await told(_said(which, CARDS.c.request, SORTS)), key=_most),
    )


def _of_all(which: Which) -> Query:
    ms = func.sum(CALLS.c.last_at)
    return _size(literal(""), {"ms": ms}).select_from(CALLS).where(*which.conditions())


def _cues(which: Which) -> Query:
    judged = _counted(VERDICTS, "cue_id", JUDGED)
    more = {name: func.sum(judged.c[name]) for name in JUDGED}
    source = CUES.join(CALLS, CALLS.c.id == CUES.c.call_id).outerjoin(
        judged, (judged.c.call_id == CUES.c.call_id) & (judged.c.of == CUES.c.id)
    )
    counted = _size(CUES.c.cue, {"times": func.count(), **more}).select_from(source)
    return counted.where(*which.conditions()).group_by(CUES.c.cue)


def _nudges(which: Which) -> Query:
    answered = _counted(FEEDBACK, "nudge_id", ANSWERS)
    more = {name: func.sum(_is(NUDGES.c.outcome, name)) for name in OUTCOMES}
    more |= {name: func.sum(answered.c[name]) for name in ANSWERS}
    source = NUDGES.join(CALLS, CALLS.c.id == NUDGES.c.call_id).outerjoin(
        answered, (answered.c.call_id == NUDGES.c.call_id) & (answered.c.of == NUDGES.c.id)
    )
    counted = _size(NUDGES.c.cue, {"times": func.count(), **more}).select_from(source)
    return counted.where(NUDGES.c.kind != "state", *which.conditions()).group_by(NUDGES.c.cue)


def _stages(which: Which) -> Query:
    spans = _spans()
    within = (NUDGES.c.at >= spans.c.at) & or_(spans.c.next.is_(None), NUDGES.c.at < spans.c.next)
    shown = (
        select(func.count())
        .where(NUDGES.c.call_id == spans.c.call_id, NUDGES.c.kind == TROUBLE, within)
        .correlate(spans)
        .scalar_subquery()
    )
    left = func.coalesce(spans.c.next, CALLS.c.last_at)
    each = (
        select(
            CALLS.c.id.label("call"),
            CALLS.c.agent,
            spans.c.stage,
            (left - spans.c.at).label("ms"),
            shown.label("times"),
            case((spans.c.next.is_(None), 1), else_=0).label("last"),
        )
        .select_from(spans.join(CALLS, CALLS.c.id == spans.c.call_id))
        .where(*which.conditions())
        .subquery()
    )
    sums = {name: func.sum(each.c[name]) for name in ("ms", "times", "last")}
    return _size(each.c.stage, sums, call=each.c.call, agent=each.c.agent).group_by(each.c.stage)


def _said(which: Which, about: ColumnElement[str], sorts: Sequence[str]) -> Query:
    """Return how often something was said after calls, and of which sort it was."""
    more = {name: func.sum(_is(CARDS.c.sort, name)) for name in sorts}
    source = CARDS.join(CALLS, CALLS.c.id == CARDS.c.call_id)
    counted = _size(about, {"times": func.count(), **more}).select_from(source)
    return counted.where(about != "", *which.conditions()).group_by(about)


def _spans() -> Subquery:
    """Return every stage of every call, and when the next began; none = it was the last."""
    following = func.lead(STAGES.c.at).over(partition_by=STAGES.c.call_id, order_by=STAGES.c.seq)
    return select(STAGES.c.call_id, STAGES.c.stage, STAGES.c.at, following.label("next")).subquery()


def _counted(table: Table, about: str, verdicts: Sequence[str]) -> Subquery:
    """Return how often what was said of each cue or nudge, in one row each."""
    of = table.c[about]
    counts = [func.sum(_is(table.c.verdict, name)).label(name) for name in verdicts]
    return select(table.c.call_id, of.label("of"), *counts).group_by(table.c.call_id, of).subquery()


def _size(
    name: ColumnElement[str],
    figures: Mapping[str, ColumnElement[int]],
    *,
    call: ColumnElement[str] = CALLS.c.id,
    agent: ColumnElement[str] = CALLS.c.agent,
) -> Query:
    """Return a query for a name, of how many calls and agents it is, and some figures."""
    return select(
        name.label("name"),
        func.count(distinct(call)).label("calls"),
        func.count(distinct(func.nullif(agent, ""))).label("agents"),
        *(figure.label(key) for key, figure in figures.items()),
    )


def _is(column: ColumnElement[str], value: str) -> ColumnElement[int]:
    return case((column == value, 1), else_=0)


async def _rows(connection: AsyncConnection, query: Query) -> list[tuple[str, dict[str, int]]]:
    """Return names with their figures; a sum of nothing is 0."""
    found = (await connection.execute(query)).mappings()
    return [
        (row["name"], {key: int(row[key] or 0) for key in row if key != "name"}) for row in found
    ]


def _is_large(row: Mapping[str, int], enough: int) -> bool:
    return row["calls"] >= enough and row["agents"] >= enough


def _group(name: str, row: Mapping[str, int]) -> Group:
    counts = {key: count for key, count in row.items() if key not in ("calls", "agents")}
    return Group(name, row["calls"], counts)


def _most(one: Group) -> tuple[int, str]:
    """Sort by how often, the most frequent first."""
    return -one.counts["times"], one.name
