"""What turns out to be a secret goes out of what was stored before."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from assist.core.redaction import Redactor
from assist.events import (
    CallEnded,
    CueDetected,
    Event,
    NudgeShown,
    TranscriptFinal,
    TranscriptPartial,
    WordsEvidence,
    encode,
)
from assist.store.hiding import Secret, hidden, secrets, unfinished
from assist.store.limits import Limits
from assist.store.opening import open_store
from assist.store.store import Store
from tests.core.redaction.spoken import events, final, parse, partial, text
from tests.store.conftest import FakeClock
from tests.store.test_erase import holders
from tests.store.told import put, started

pytestmark = pytest.mark.anyio

CODE = replace(final("it is 517 indeed", revision=2), words=final("it is 517 indeed").words)
MASKED = replace(
    CODE,
    revision=3,
    words=tuple(replace(w, text="[code]") if w.text == "517" else w for w in CODE.words),
)
(SECRET,) = secrets([MASKED])


def numbered(given: Iterable[Event], call: str = "c1", first: int = 2) -> list[Event]:
    return [replace(one, seq=seq, call_id=call) for seq, one in enumerate(given, first)]


def fresh() -> Secret:
    return secrets([MASKED])[0]


def quoting(words: str) -> Iterator[Event]:
    """Yield a cue and a nudge that quote words at the time of the code."""
    start, end = SECRET.spans[0]
    evidence = (WordsEvidence(channel="customer", start=start, end=end, text=words),)
    yield CueDetected(
        at=end, cue="mirror", id="m-c1", channel="customer", rule="r", playbook="p", start=start,
        end=end, confidence=1.0, evidence=evidence,
    )  # fmt: skip
    yield NudgeShown(
        at=end, id="n1", cue="mirror", cue_id="m-c1", kind="nudge", sign="say", text=f"Say {words}",
        reason=words, priority=2, expires=end, rule="r", playbook="p", evidence=evidence,
    )  # fmt: skip


# ---- pure ----------------------------------------------------------------------------------------


async def test_what_is_masked_is_taken_out_of_earlier_revisions() -> None:
    early = partial("it is 517")

    one, two, three = hidden([early, CODE, MASKED], [fresh()])

    assert [text(one), text(two)] == ["it is •", "it is • indeed"]
    assert three is MASKED


async def test_digits_that_an_earlier_revision_heard_beside_it_go_too() -> None:
    moved = tuple(replace(w, start=w.start + 700, end=w.end + 700) for w in CODE.words)

    (one,) = hidden([replace(CODE, words=moved)], [fresh()])

    assert "517" not in text(one)


async def test_other_utterances_stay_as_they_are() -> None:
    other = replace(CODE, utterance="c2")

    assert next(hidden([other], [fresh()])) is other


async def test_cues_and_nudges_no_longer_quote_it() -> None:
    given = list(hidden([CODE, *quoting("it is 517 indeed")], [fresh()]))

    assert b"517" not in b"".join(map(encode, given))
    assert b"indeed" in encode(given[-1])


async def test_what_is_hidden_in_a_partial_without_a_final_is_unfinished() -> None:
    shown = replace(partial("it is 517"), words=MASKED.words[:2], tail=())
    bullet = replace(CODE.words[2], text="•••")

    found = unfinished([partial("it is 517"), replace(shown, tail=(bullet,))])

    assert [one.spans for one in found] == [((bullet.start, bullet.end),)]
    assert unfinished([shown]) == []


async def test_what_a_last_final_still_hides_is_unfinished() -> None:
    bullet = replace(CODE.words[2], text="•••")
    veiled = replace(CODE, revision=3, words=(*CODE.words[:2], bullet))

    assert [one.spans for one in unfinished([CODE, veiled])] == [((bullet.start, bullet.end),)]
    assert unfinished([veiled, replace(CODE, revision=4)]) == []


# ---- stored --------------------------------------------------------------------------------------


async def test_no_byte_of_a_code_that_was_named_late_is_left(store: Store, data: Path) -> None:
    taken = await store.attach("c1", "node-1")
    early = numbered([partial("it is 5178"), *quoting("it is 5178")])
    await put(store, [started(), *early], attached=taken)
    await put(store, numbered([MASKED], first=5), attached=taken)

    await store.purge(Limits())

    assert b"5178" not in await store.log("c1")
    assert store.place.file is None or holders(data, "5178") == []
    assert "5178" not in (await store.open("c1")).nudges[0]["text"]
    assert [one.text for one in await store.check() if one.text] == []


@pytest.mark.parametrize("size", [1, 1000])
async def test_a_card_that_is_spoken_over_several_utterances_leaves_no_digit_word(
    store: Store, data: Path, size: int
) -> None:
    group = "{vier zwo vier zwo}"
    call = parse(f"card | C {group} (4) {group} / A mhm / C {group} (6) {group}")
    redactor = Redactor()
    given = [e for event in events(call, partials=True) for e in redactor.take(event)]
    taken = await store.attach("c1", "node-1")

    lines = [started(), *numbered(given)]
    for at in range(0, len(lines), size):
        await put(store, lines[at : at + size], attached=taken)
    await store.purge(Limits())

    read = await store.read("c1")
    said = [text(e) for e in read if isinstance(e, TranscriptFinal | TranscriptPartial)]
    assert not any(word in one.split() for one in said for word in ("vier", "zwo"))
    assert store.place.file is None or holders(data, "zwo") == []


async def test_a_call_that_is_cut_off_keeps_no_digit_that_was_hidden(
    store: Store, clock: FakeClock, data: Path
) -> None:
    await store.scrub()
    whole = partial("it is 5178")
    bullet = replace(whole.words[2], text="••••")
    later = replace(whole, revision=2, words=(*whole.words[:2], bullet))
    await put(store, [started(), *numbered([whole, later])])
    clock.now += 400_000

    await store.purge(Limits(basis=True))

    log = await store.log("c1")
    assert b"5178" not in log
    assert store.place.file is None or holders(data, "5178") == []
    assert isinstance((await store.read("c1"))[-1], CallEnded)


async def test_a_final_that_is_cut_off_keeps_no_digit_where_it_is_read_or_searched(
    store: Store, clock: FakeClock
) -> None:
    whole = final("it is 424 2")
    veiled = replace(whole, words=(*whole.words[:3], replace(whole.words[3], text="•")))
    await put(store, [started(), *numbered([veiled])])
    clock.now += 400_000

    await store.purge(Limits(basis=True))

    assert [row["text"] for row in (await store.open("c1")).utterances] == ["it is • •"]
    assert not (await store.search("424")).rows
    assert (await store.search("it")).rows
    assert [one.text for one in await store.check() if one.text] == []


async def test_what_is_masked_while_a_scrub_runs_is_scrubbed_later(data: Path) -> None:
    store = await open_store("", data, upgrading=True, durable=False)
    taken = await store.attach("c1", "node-1")
    await put(store, [started(), *numbered([partial("it is 5178")])], attached=taken)

    await asyncio.gather(store.scrub(), put(store, numbered([MASKED], first=3), attached=taken))
    await store.purge(Limits())

    assert holders(data, "5178") == []
    await store.close()
