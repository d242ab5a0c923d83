"""A refusal waits: corrected in time it is praise, left standing it is a cue."""

import tomllib
from pathlib import Path

import pytest

from assist.core.engine import Engine
from assist.core.waiting import OFFER, STILL, WAIT
from assist.cues import TABLE
from assist.cues.refusal import CUE, TIMED_OUT
from assist.evaluate.calls import LabelledCall
from assist.events import (
    CallStarted,
    CueCleared,
    CueDetected,
    Event,
    NudgeResolved,
    NudgeShown,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
    encode,
)
from assist.replay import check
from assist.settings import load_playbook
from tests.script import Stretch, cleared, cues, heard, otherwise, script, suppressed, told

PRAISE = "alternative_offered"
TICK = 500
ASKED: dict[str, Stretch] = {
    "en": (0, 3000, "Can you pay the money back to my card today?"),
    "de": (0, 3000, "Können Sie mir das Geld noch heute überweisen?"),
}
DEMO = Path(__file__).parents[2] / "models/demo/train/calls"


def answered(*agent: Stretch, language: str = "en", after: int = 9000) -> LabelledCall:
    """Let the customer ask for something and the agent answer from 4000 on."""
    return script(customer=[ASKED[language]], agent=agent, language=language, after=after)


CORRECTED: dict[str, tuple[str, list[Stretch]]] = {
    "in one turn": (
        "en",
        [(4000, 9000, "No, we can't do that today, but what I can do is send it by Friday.")],
    ),
    "after a pause of 2000": (
        "en",
        [
            (4000, 5500, "No, we can't do that today."),
            (7500, 10_500, "But what I can do is send the money by Friday."),
        ],
    ),
    "in the next sentence": (
        "en",
        [(4000, 8500, "That is not possible today. I can send it to you on Friday, though.")],
    ),
    "offered first": ("en", [(4000, 8500, "I can send you a voucher, but I can't pay it back.")]),
    "German, in one turn": (
        "de",
        [(4000, 9500, "Nein, das geht heute leider nicht, aber ich kann Ihnen Freitag anbieten.")],
    ),
    "German, after a pause of 2000": (
        "de",
        [
            (4000, 5500, "Das geht heute leider nicht."),
            (7500, 10_500, "Ich kann Ihnen aber einen Gutschein für den nächsten Monat anbieten."),
        ],
    ),
}


@pytest.mark.parametrize("name", CORRECTED)
def test_a_corrected_refusal_becomes_praise(name: str) -> None:
    language, agent = CORRECTED[name]

    events = told(answered(*agent, language=language))

    assert not heard(events, CUE)
    assert [e.reason for e in suppressed(events, CUE)] == ["self_corrected"]
    assert len(heard(events, PRAISE)) == 1


def test_a_refusal_stands_2500_ms_after_its_clause() -> None:
    (cue,) = cues(answered((4000, 6000, "I'm afraid we can't do that.")), CUE)

    assert 6000 + WAIT <= cue.at < 6000 + WAIT + TICK
    assert cue.rule == "refusal_spoken.LEIDER"
    assert (cue.start, cue.end) == (4000, 6000)


def test_a_refusal_stands_once_the_customer_takes_the_turn() -> None:
    call = script(
        customer=[ASKED["en"], (6300, 9000, "But I really need the money now.")],
        agent=[(4000, 6000, "I'm afraid we can't do that.")],
    )

    (cue,) = cues(call, CUE)

    assert cue.at < 6000 + WAIT


def test_a_mhm_of_the_customer_takes_no_turn() -> None:
    call = script(
        customer=[ASKED["en"], (6300, 6600, "Mhm.")],
        agent=[
            (4000, 6000, "I'm afraid we can't do that."),
            (7800, 10_000, "But I can send it by Friday."),
        ],
    )

    assert not cues(call, CUE)


def test_the_wait_is_longer_while_the_agent_begins_an_offer() -> None:
    call = answered(
        (4000, 5500, "Das geht heute leider nicht,"),
        (
            5600,
            9800,
            "aber wir könnten Ihnen dafür gleich morgen früh einen neuen Termin anbieten.",
        ),
        language="de",
    )

    events = told(call)

    assert not heard(events, CUE)
    assert heard(events, PRAISE)


def test_the_longer_wait_has_an_end() -> None:
    slow = "but I can tell you that " + "well you see it is always like this " * 4
    call = answered((4000, 6000, "I'm afraid we can't do that,"), (6200, 22_000, slow))

    (cue,) = cues(call, CUE)

    assert cue.at <= 6000 + WAIT + OFFER + TICK


def test_refusals_in_a_row_are_one() -> None:
    call = answered((4000, 7000, "No. That is not possible. Our policy doesn't allow it."))

    (cue,) = cues(call, CUE)

    assert (cue.start, cue.end) == (4000, 7000)


def test_a_correction_counts_for_all_refusals_in_a_row() -> None:
    said = "No. That is not possible. Our policy doesn't allow it. But I can send a voucher."

    events = told(answered((4000, 9000, said)))

    assert not heard(events, CUE)
    assert len(suppressed(events, CUE)) == 1


def test_an_offer_ends_a_refusal_that_stood() -> None:
    call = script(
        customer=[ASKED["en"], (7000, 9000, "Then what should I do?")],
        agent=[
            (4000, 6000, "I'm afraid we can't do that."),
            (9500, 12_000, "I can send you a voucher."),
        ],
    )

    events = told(call)

    assert [(e.reason, e.by) for e in cleared(events, CUE)] == [("cleared", "agent")]
    assert len(heard(events, PRAISE)) == 1


def test_a_refusal_is_past_after_a_minute() -> None:
    events = told(answered((4000, 6000, "I'm afraid we can't do that."), after=TIMED_OUT + 5000))

    (cue,) = heard(events, CUE)
    (over,) = cleared(events, CUE)
    assert over.reason == "timed_out"
    assert TIMED_OUT <= over.at - cue.at < TIMED_OUT + TICK


def test_a_refusal_that_waits_when_the_call_ends_is_dropped() -> None:
    assert not cues(answered((4000, 6000, "I'm afraid we can't do that."), after=0), CUE)


def test_the_customer_refuses_nothing() -> None:
    call = script(
        agent=[(0, 2000, "Is there anything else?")],
        customer=[(2500, 4500, "No, you can't help me with that.")],
        after=9000,
    )

    assert not cues(call, CUE)


# --- the recogniser changes its mind ----------------------------------------------------------


def feed(*said: tuple[int, str, bool]) -> list[Event]:
    """Let the agent's only utterance be recognised step by step: (at, words, final)."""
    engine = Engine(call_id="c", playbook=load_playbook("en"), table=TABLE)
    events: list[Event] = [
        CallStarted(at=0, language="en"),
        SpeechStarted(at=1200, channel="agent", start=1000),
        SpeechEnded(at=3700, channel="agent", start=1000, end=3000),
    ]
    for number, (at, text, final) in enumerate(said, 1):
        words = tuple(
            Word(text=w, start=1000 + 300 * i, end=1250 + 300 * i)
            for i, w in enumerate(text.split())
        )
        kind = TranscriptFinal if final else TranscriptPartial
        events.append(kind(at=at, utterance="a1", channel="agent", revision=number, words=words))
    events += [Tick(at=at) for at in range(500, 12_000, 500)]
    events.sort(key=lambda event: event.at)
    return [e for event in events for e in engine.feed(event)]


def test_words_taken_back_while_it_waits_leave_nothing() -> None:
    events = feed((3000, "We can't do that.", False), (4000, "We can do that.", True))

    assert not heard(events, CUE)


def test_words_taken_back_later_retract_it() -> None:
    events = feed((3000, "We can't do that.", False), (8000, "We can do that.", True))

    (cue,) = heard(events, CUE)
    assert cleared(events, CUE) == [
        CueCleared(
            seq=cleared(events, CUE)[0].seq,
            call_id="c",
            at=8000,
            cue=CUE,
            id=cue.id,
            reason="retracted",
        )
    ]


def test_a_final_that_only_writes_it_otherwise_changes_nothing() -> None:
    events = feed((3000, "We can't do that.", False), (8000, "we can't do that!", True))

    assert len(heard(events, CUE)) == 1
    assert not cleared(events, CUE)


def test_a_corrected_refusal_that_is_written_otherwise_is_withdrawn_once() -> None:
    events = feed(
        (4000, "That is not possible but I can send you a new one", False),
        (9000, "That is not possible, but I can send you a new one.", True),
    )

    assert not heard(events, CUE)
    assert [e.reason for e in suppressed(events, CUE)] == ["self_corrected"]
    assert len(heard(events, PRAISE)) == 1


def test_a_second_refusal_in_the_same_words_event_does_not_hide_the_first() -> None:
    said = "We cannot do that. I am looking at your order from last week now. It is not possible."

    found = heard(feed((6500, said, True)), CUE)

    assert [cue.rule for cue in found] == ["refusal_spoken.CANT", "refusal_spoken.NOT_POSSIBLE"]


# --- a second opinion comes after the final ---------------------------------------------------

ASKS: Stretch = (0, 2000, "Can you refund that?")
NO, YES = "We can't do that.", "We can do that."


def judged(
    first: str, second: str, *, at: int, after: str = "", asks: Stretch = ASKS
) -> list[Event]:
    """Let the agent's words from 3000 to 4500 be corrected; `after` follows from 6000 to 8000."""
    agent: list[Stretch] = [(3000, 4500, first), *([(6000, 8000, after)] if after else [])]
    call = script(customer=[asks], agent=agent, after=20_000)
    return told(call, extra=[otherwise(call, first, second, at=at)])


def test_a_refusal_that_was_misheard_is_cleared_and_its_nudge_withdrawn() -> None:
    events = judged(NO, YES, at=9000)

    (cue,) = heard(events, CUE)
    (over,) = cleared(events, CUE)
    assert (over.id, over.at, over.reason) == (cue.id, 9000, "corrected")
    (nudge,) = [e for e in events if isinstance(e, NudgeShown) and e.cue == CUE]
    (gone,) = [e for e in events if isinstance(e, NudgeResolved)]
    assert (gone.id, gone.at, gone.by_agent) == (nudge.id, 9000, False)


def test_a_refusal_that_waits_leaves_nothing_when_it_was_misheard() -> None:
    events = judged(NO, YES, at=6000)

    assert not heard(events, CUE)
    assert not suppressed(events, CUE)


def test_a_refusal_that_comes_to_light_in_time_is_detected() -> None:
    (cue,) = heard(judged(YES, NO, at=6000), CUE)

    assert (cue.start, cue.rule) == (3000, "refusal_spoken.CANT")
    assert 7000 <= cue.at < 7600


def test_a_refusal_that_comes_to_light_late_is_past() -> None:
    events = judged(YES, NO, at=4500 + STILL)

    assert not heard(events, CUE)
    assert not [e for e in events if isinstance(e, NudgeShown) and e.cue == CUE]


def test_a_refusal_that_comes_to_light_after_its_offer_is_withdrawn() -> None:
    offered = judged("We do that.", NO, at=9000, after="What I can do is send you a voucher.")

    assert not heard(offered, CUE)
    assert [e.reason for e in suppressed(offered, CUE)] == ["self_corrected"]


def test_a_refusal_that_is_only_written_otherwise_stands() -> None:
    events = judged(NO, "We cannot do that.", at=9000)

    assert len(heard(events, CUE)) == 1
    assert not cleared(events, CUE)


def test_a_refusal_falls_with_the_request_that_it_answers() -> None:
    call = script(
        customer=[(0, 2000, "Can you refund that?")], agent=[(2500, 2900, "No.")], after=20_000
    )
    wish = otherwise(call, "Can you refund that?", "They refunded that.", at=9000)

    events = told(call, extra=[wish])

    assert len(heard(events, CUE)) == 1
    assert [e.reason for e in cleared(events, CUE)] == ["corrected"]


def test_one_refusal_of_a_chain_that_falls_leaves_the_other_waiting() -> None:
    call = script(
        customer=[ASKS], agent=[(3000, 5500, f"{NO} It is not possible this week.")], after=20_000
    )

    events = told(call, extra=[otherwise(call, NO, YES, at=6600)])

    (cue,) = heard(events, CUE)
    assert cue.rule == "refusal_spoken.NOT_POSSIBLE"
    assert not cleared(events, CUE)


def test_an_offer_that_comes_to_light_late_ends_the_refusal_before_it() -> None:
    call = script(
        customer=[ASKS],
        agent=[(3000, 4500, NO), (9000, 11_000, "What I can't do is hurry.")],
        after=30_000,
    )
    hurry = "What I can do is hurry."

    events = told(call, extra=[otherwise(call, "What I can't do is hurry.", hurry, at=20_000)])

    assert [(e.reason, e.by) for e in cleared(events, CUE)][:1] == [("cleared", "agent")]


def test_a_log_with_corrections_replays_without_drift(tmp_path: Path) -> None:
    log = tmp_path / "call.jsonl"
    log.write_bytes(b"".join(encode(event) + b"\n" for event in judged(NO, YES, at=9000)))

    assert check(log) is None


# --- the demo calls ---------------------------------------------------------------------------


def demo(name: str) -> LabelledCall:
    """Speak a demo call's script, a line after the other, at three words a second."""
    scripted = tomllib.loads((DEMO / f"{name}.toml").read_text(encoding="utf-8"))
    sides: dict[str, list[Stretch]] = {"agent": [], "customer": []}
    now = 0
    for line in scripted["line"]:
        length = 330 * len(line["text"].split())
        sides[line["who"]].append((now, now + length, line["text"]))
        now += length + line.get("gap", 500)
    return script(agent=sides["agent"], customer=sides["customer"], language=scripted["language"])


def refusals(call: LabelledCall) -> list[str]:
    found: list[CueDetected] = cues(call, CUE)
    return [" ".join(w.text for w in call.words if e.start <= w.start < e.end) for e in found]


def test_the_refusals_of_the_rough_demo_calls_are_found() -> None:
    assert refusals(demo("en-rough")) == [
        "I'm sorry, we can't refund that.",
        "That is not possible this week.",
    ]
    assert refusals(demo("de-rough")) == [
        "Nein, das geht leider nicht.",
        "Das ist nicht möglich, Ihr Vertrag ist zu alt.",
        "Dafür sind wir leider nicht zuständig.",
    ]


@pytest.mark.parametrize("name", ["en-good", "de-good"])
def test_the_refusal_of_a_good_demo_call_is_corrected(name: str) -> None:
    events = told(demo(name))

    assert not heard(events, CUE)
    assert len(suppressed(events, CUE)) == 1
    assert len(heard(events, PRAISE)) == 1


@pytest.mark.parametrize(
    ("language", "asked", "said", "rule", "text"),
    [
        (
            "en",
            "Can you send me one today?",
            "Sorry, we can't, it is out of stock.",
            "STOCK",
            "Say what is there",
        ),
        (
            "en",
            "Can you pay me back?",
            "Our policy doesn't allow that.",
            "POLICY",
            "Say what the rules",
        ),
        (
            "de",
            "Können Sie mir heute eins schicken?",
            "Geht nicht, ist ausverkauft.",
            "STOCK",
            "Sagen, was da ist",
        ),
    ],
)
def test_what_to_say_instead_follows_the_reason(
    language: str, asked: str, said: str, rule: str, text: str
) -> None:
    call = script(
        customer=[(0, 3000, asked)], agent=[(4500, 7000, said)], language=language, after=9000
    )

    events = told(call)

    (cue,) = heard(events, CUE)
    (nudge,) = [e for e in events if isinstance(e, NudgeShown) and e.cue == CUE]
    assert cue.rule.endswith(f".{rule}")
    assert nudge.text.startswith(text)
    assert nudge.variant == rule.lower()
