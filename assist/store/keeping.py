"""Keep what people ask to be kept: feedback, notes, verdicts, consent, holds; each is audited."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.core.consent import STOPPED, Consents, Purpose
from assist.errors import StoreError
from assist.store import audit, erase
from assist.store.commands import (
    Actor,
    Assigned,
    Card,
    Command,
    ConsentMoved,
    Feedback,
    Hold,
    Note,
    Person,
    Seen,
    Verdict,
)
from assist.store.references import References
from assist.store.tables import (
    ASSIGNMENTS,
    CALLS,
    CARDS,
    CONSENTS,
    FEEDBACK,
    NOTES,
    PARTICIPANTS,
    VERDICTS,
)
from assist.store.upsert import insert_new, upsert

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command needs besides itself."""

    connection: AsyncConnection
    actor: Actor
    now: int
    data: Path
    references: Callable[[], References]


async def keep(desk: Desk, command: Command) -> bool:
    """Do what a command asks; return whether something was deleted by it.

    Raises:
        StoreError: there is no such call, or the command is impossible.
        ProtocolError: consent cannot move like that.
    """
    if not isinstance(command, Seen):
        found = select(CALLS.c.keeps_words).where(CALLS.c.id == command.call_id)
        if (await desk.connection.execute(found)).first() is None:
            raise StoreError(f"there is no call {command.call_id}")
    return bool(await _TABLE[type(command)](desk, command))


async def consents_of(connection: AsyncConnection, call_id: str) -> Consents:
    """Return where the consents of a call stand."""
    rows = select(CONSENTS).where(CONSENTS.c.call_id == call_id)
    found = (await connection.execute(rows)).mappings()
    return Consents({(row["channel"], row["purpose"]): row["state"] for row in found})


async def _feedback(desk: Desk, command: Feedback) -> None:
    row = {
        "call_id": command.call_id,
        "nudge_id": command.nudge_id,
        "author": desk.actor.id,
        "verdict": command.verdict,
        "at": command.at,
        "seq": None,
    }
    await upsert(desk.connection, FEEDBACK, ["call_id", "nudge_id", "author"], [row])


async def _note(desk: Desk, command: Note) -> None:
    if len(command.text) > LONGEST_NOTE:
        raise StoreError(f"a note has at most {LONGEST_NOTE} characters")
    kept = select(CALLS.c.keeps_words).where(CALLS.c.id == command.call_id)
    if not (await desk.connection.execute(kept)).scalar():
        raise StoreError(f"the words of call {command.call_id} are not kept, and notes are words")
    row = {
        "id": f"{command.call_id}:{command.id}",
        "call_id": command.call_id,
        "author": desk.actor.id,
        "at": command.at,
        "text": command.text,
        "seq": None,
    }
    await insert_new(desk.connection, NOTES, ["id"], [row])


async def _verdict(desk: Desk, command: Verdict) -> None:
    row = {
        "call_id": command.call_id,
        "cue_id": command.cue_id,
        "author": desk.actor.id,
        "verdict": command.verdict,
        "at": desk.now,
    }
    await upsert(desk.connection, VERDICTS, ["call_id", "cue_id", "author"], [row])


async def _card(desk: Desk, command: Card) -> None:
    row = {
        "call_id": command.call_id,
        "author": desk.actor.id,
        "cause": command.cause,
        "request": command.request,
        "sort": command.sort if command.request else "",
        "at": desk.now,
    }
    if command.cause or command.request:
        await upsert(desk.connection, CARDS, ["call_id", "author"], [row])
        return
    mine = (CARDS.c.call_id == command.call_id) & (CARDS.c.author == desk.actor.id)
    await desk.connection.execute(delete(CARDS).where(mine))


async def _assigned(desk: Desk, command: Assigned) -> None:
    row = {
        "call_id": command.call_id,
        "reviewer": command.reviewer,
        "actor": desk.actor.id,
        "at": desk.now,
    }
    if command.on:
        await insert_new(desk.connection, ASSIGNMENTS, ["call_id", "reviewer"], [row])
    else:
        theirs = ASSIGNMENTS.c.reviewer == command.reviewer
        one = delete(ASSIGNMENTS).where(ASSIGNMENTS.c.call_id == command.call_id, theirs)
        await desk.connection.execute(one)
    action = "review.assign" if command.on else "review.unassign"
    await _enter(desk, action, command.call_id, command.reviewer)


async def _consent(desk: Desk, command: ConsentMoved) -> bool:
    consents = await consents_of(desk.connection, command.call_id)
    if consents.of(command.channel, command.purpose) == command.state:
        return False  # said twice, or kept although the answer was lost
    consents.move(command.channel, command.purpose, command.state)
    row = {
        "call_id": command.call_id,
        "channel": command.channel,
        "purpose": command.purpose,
        "state": command.state,
        "at": desk.now,
        "basis": command.basis,
        "evidence": command.evidence,
    }
    await upsert(desk.connection, CONSENTS, ["call_id", "channel", "purpose"], [row])
    said = f"{command.channel} {command.purpose} {command.state} {command.basis}"
    await _enter(desk, "consent.move", command.call_id, f"{said} {command.evidence}".strip())
    if command.state not in STOPPED:
        return False
    await _STOPS[command.purpose](desk, command.call_id)
    return True


async def _stop_words(desk: Desk, call_id: str) -> None:
    await erase.words(desk.connection, [call_id])


async def _stop_sound(desk: Desk, call_id: str) -> None:
    await erase.sound(desk.connection, [call_id], desk.data)


async def _stop_review(desk: Desk, call_id: str) -> None:
    await erase.review(desk.connection, [call_id])


async def _person(desk: Desk, command: Person) -> None:
    references = desk.references()
    row = {
        "call_id": command.call_id,
        "channel": command.channel,
        "pseudonym": command.pseudonym,
        "reference_digest": references.digest(command.reference),
        "reference": references.hide(command.reference),
    }
    await upsert(desk.connection, PARTICIPANTS, ["call_id", "channel"], [row])


async def _hold(desk: Desk, command: Hold) -> None:
    held = update(CALLS).where(CALLS.c.id == command.call_id).values(legal_hold=command.on)
    await desk.connection.execute(held)
    await _enter(desk, "hold.set" if command.on else "hold.end", command.call_id)


async def _seen(desk: Desk, command: Seen) -> None:
    await _enter(desk, command.action, command.object, command.detail)


async def _enter(desk: Desk, action: str, about: str, detail: str = "") -> None:
    await audit.enter(desk.connection, desk.actor, action, at=desk.now, about=about, detail=detail)


_STOPS: Mapping[Purpose, Callable[[Desk, str], Awaitable[None]]] = {
    "assist": _stop_words,
    "transcript": _stop_words,
    "record": _stop_sound,
    "review": _stop_review,
}
"""What each purpose has stored, and loses when consent to it ends."""
_TABLE: Mapping[type[Command], Callable[[Desk, Any], Awaitable[bool | None]]] = {
    Feedback: _feedback,
    Note: _note,
    Verdict: _verdict,
    Card: _card,
    Assigned: _assigned,
    ConsentMoved: _consent,
    Person: _person,
    Hold: _hold,
    Seen: _seen,
}
