"""Take the lease of a call, and commit what its node sends; the database's own part of both."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.core.consent import Consents
from assist.errors import StoreError
from assist.events import CHANNELS
from assist.store.batches import Attached, Batch, Committed, Fenced
from assist.store.erasures import digest
from assist.store.hiding import concealed
from assist.store.projection import Rows, project
from assist.store.reading import events_of
from assist.store.tables import (
    CALLS,
    CONSENTS,
    CUES,
    ERASED,
    EVENTS,
    FEEDBACK,
    NOTES,
    NUDGES,
    STAGES,
    UTTERANCES,
)
from assist.store.upsert import Row, insert_new, upsert

IMPORT = "import"
"""The evidence of consents that somebody stated who brought a recording in."""
_FRESH: Row = {
    "epoch": 1,
    "committed_agent": 0,
    "committed_customer": 0,
    "last_seq": 0,
    "last_at": 0,
    "agent": "",
    "language": "",
    "source": "",
    "playbook": "",
    "end_reason": "",
    "keeps_words": True,
    "legal_hold": False,
}


async def attach(
    connection: AsyncConnection,
    call_id: str,
    owner: str,
    *,
    now: int,
    team: str = "",
    consents: Consents | None = None,
    basis: str = "",
) -> Attached:
    """Take the lease of a call: whoever had it is fenced from now on.

    Args:
        connection: in a writing transaction.
        call_id: a new call's, or one that has not ended.
        owner: who takes it.
        now: milliseconds since 1970.
        team: whose call it is.
        consents: with which a new call begins.
        basis: why an imported call's words may be kept; empty = as the settings say.

    Raises:
        StoreError: the call is over, or was erased.
    """
    gone = select(ERASED.c.digest).where(ERASED.c.digest == digest(call_id))
    if (await connection.execute(gone)).first():
        raise StoreError(f"call {call_id} was erased")
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = _FRESH | {"id": call_id, "owner": owner, "team": team}
    fresh = kind.insert(CALLS).values(**row, started_at=now, seen_at=now)
    taken = fresh.on_conflict_do_update(
        index_elements=["id"],
        set_={"epoch": CALLS.c.epoch + 1, "owner": owner, "seen_at": now},
        where=CALLS.c.ended_at.is_(None),
    ).returning(CALLS.c.epoch, CALLS.c.committed_agent, CALLS.c.committed_customer)
    got = (await connection.execute(taken)).first()
    if got is None:
        raise StoreError(f"call {call_id} has ended")
    if got.epoch == 1 and consents is not None:
        await _begin_consents(connection, call_id, consents, now, basis)
    return Attached(
        call_id,
        got.epoch,
        {"agent": got.committed_agent, "customer": got.committed_customer},
        tuple(await events_of(connection, call_id)) if got.epoch > 1 else (),
    )


async def append(
    connection: AsyncConnection, batches: Sequence[Batch], *, now: int
) -> list[Committed | Fenced]:
    """Store batches, at most one a call; what is stored already is not stored twice."""
    calls = await _locked(connection, [batch.call_id for batch in batches])
    answers: list[Committed | Fenced] = []
    news: list[tuple[Batch, RowMapping]] = []
    for batch in batches:
        call = calls.get(batch.call_id)
        if call is None or call["epoch"] != batch.epoch:
            answers.append(Fenced(batch.call_id, batch.epoch))
            continue
        new = batch.after(call["last_seq"])
        news.append((await concealed(connection, new), call))
        seq = new.events[-1].seq if new.events else call["last_seq"]
        answers.append(Committed(batch.call_id, batch.epoch, seq, batch.positions))
    await _store(connection, news, now)
    return answers


async def write_rows(connection: AsyncConnection, projected: Sequence[tuple[str, Rows]]) -> None:
    """Write what events mean for the tables, call by call."""

    def of(name: str) -> list[Row]:
        return [
            {"call_id": call_id, **row}
            for call_id, rows in projected
            for row in getattr(rows, name).values()
        ]

    await upsert(
        connection, UTTERANCES, ["call_id", "utterance"], of("utterances"), newest="revision"
    )
    await upsert(connection, CUES, ["call_id", "id"], of("cues"))
    await upsert(connection, NUDGES, ["call_id", "id"], of("nudges"))
    await insert_new(connection, STAGES, ["call_id", "seq"], of("stages"))
    await upsert(connection, FEEDBACK, ["call_id", "nudge_id", "author"], of("feedback"))
    await insert_new(connection, NOTES, ["id"], of("notes"))
    for table, name in ((CUES, "cue_ends"), (NUDGES, "nudge_ends")):
        ends = [
            {"_call": call_id, "_id": key, **row}
            for call_id, rows in projected
            for key, row in getattr(rows, name).items()
        ]
        if ends:
            one = table.c.call_id == bindparam("_call"), table.c.id == bindparam("_id")
            await connection.execute(update(table).where(*one), ends)


async def _locked(connection: AsyncConnection, ids: Sequence[str]) -> Mapping[str, RowMapping]:
    """Lock the calls in the order of their ids, so that two nodes never wait for each other."""
    columns = (
        CALLS.c.id,
        CALLS.c.epoch,
        CALLS.c.last_seq,
        CALLS.c.last_at,
        CALLS.c.committed_agent,
        CALLS.c.committed_customer,
        CALLS.c.keeps_words,
    )
    rows = select(*columns).where(CALLS.c.id.in_(ids)).order_by(CALLS.c.id)
    found = await connection.execute(rows.with_for_update(key_share=True))
    return {row["id"]: row for row in found.mappings()}


async def _store(
    connection: AsyncConnection, news: Sequence[tuple[Batch, RowMapping]], now: int
) -> None:
    """Write the record, what it means for the tables, and how far each call now is."""
    logs = [_log(new) for new, call in news if new.events and call["keeps_words"]]
    if logs:
        await connection.execute(insert(EVENTS), logs)
    projected = [
        (new.call_id, project(new.events, words=call["keeps_words"])) for new, call in news
    ]
    await write_rows(connection, projected)
    if news:
        states = [_state(new, call, now) for new, call in news]
        known = [name for name in states[0] if name != "_id"]
        changed = update(CALLS).where(CALLS.c.id == bindparam("_id"))
        await connection.execute(changed.values({n: bindparam(n) for n in known}), states)
    for call_id, rows in projected:
        facts = rows.call | ({"ended_at": now, "end_reason": rows.ended} if rows.ended else {})
        if facts:
            await connection.execute(update(CALLS).where(CALLS.c.id == call_id).values(**facts))


def _log(new: Batch) -> Row:
    return {
        "call_id": new.call_id,
        "first_seq": new.events[0].seq,
        "last_seq": new.events[-1].seq,
        "epoch": new.epoch,
        "at": new.events[-1].at,
        "body": b"\n".join(new.lines) + b"\n",
    }


def _state(new: Batch, call: RowMapping, now: int) -> Row:
    """Return how far a call is; nothing ever goes back."""
    last = new.events[-1] if new.events else None
    positions = {
        f"committed_{channel}": max(call[f"committed_{channel}"], new.positions.get(channel, 0))
        for channel in CHANNELS
    }
    return {
        "_id": new.call_id,
        "seen_at": now,
        "last_seq": last.seq if last else call["last_seq"],
        "last_at": max(call["last_at"], last.at if last else 0),
        **positions,
    }


async def _begin_consents(
    connection: AsyncConnection, call_id: str, consents: Consents, now: int, basis: str
) -> None:
    rows = [
        {
            "call_id": call_id,
            "channel": channel,
            "purpose": purpose,
            "state": state,
            "at": now,
            "basis": basis or "settings",
            "evidence": IMPORT if basis else "",
        }
        for (channel, purpose), state in consents.states.items()
    ]
    await insert_new(connection, CONSENTS, ["call_id", "channel", "purpose"], rows)
