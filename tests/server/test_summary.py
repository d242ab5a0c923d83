import msgspec
import pytest

from assist.core.lexicon import Lexicon
from assist.events import (
    CallEnded,
    CallPaused,
    CallResumed,
    CallStarted,
    CallUpdated,
    CueCleared,
    CueDetected,
    Event,
    Fault,
    HoldEnded,
    HoldStarted,
    MetricsUpdated,
    NudgeDismissed,
    NudgeExpired,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    NumberEvidence,
    SpeechEnded,
    SpeechStarted,
    StageChanged,
    Tick,
    TranscriptFinal,
    Word,
    WordsEvidence,
)
from assist.server.board import lexicons
from assist.server.summary import (
    BUCKETS,
    FAULTS,
    LONGEST,
    CallSummary,
    Escalation,
    LastNudge,
    Summing,
    Trouble,
    at_once,
    complaint_times,
)

STARTED = CallStarted(at=0, language="en")


@pytest.fixture(scope="module")
def words() -> dict[str, Lexicon]:
    return lexicons()


def fold(*events: Event, words: dict[str, Lexicon] | None = None) -> CallSummary:
    summing = Summing("c", agent="anna", team="north", lexicons=words)
    for event in (STARTED, *events):
        summing.apply(event)
    return summing.summary()


def spoken(text: str, end: int) -> tuple[Word, ...]:
    """Words of 100 ms each; the last ends at `end`."""
    said = text.split()
    starts = [end - 100 * (len(said) - i) for i in range(len(said))]
    return tuple(Word(text=t, start=s, end=s + 100) for t, s in zip(said, starts, strict=True))


def final(text: str, end: int, *, utterance: str = "", revision: int = 1) -> TranscriptFinal:
    return TranscriptFinal(
        at=end + 500,
        utterance=utterance or f"u{end}",
        channel="customer",
        revision=revision,
        words=spoken(text, end),
    )


def nudge(at: int = 1000, *, id: str = "n1") -> NudgeShown:
    return NudgeShown(
        at=at,
        id=id,
        cue="refusal_spoken",
        cue_id="r1",
        kind="nudge",
        sign="say",
        text="Say what you can do instead.",
        reason="“can't” heard",
        priority=1,
        expires=at + 8000,
        rule="r",
        playbook="p",
        evidence=(),
    )


def test_a_call_that_began_has_an_empty_line() -> None:
    line = fold()

    assert line == CallSummary(
        call_id="c",
        team="north",
        agent="anna",
        language="en",
        at=0,
        stage=None,
        stage_since=0,
        complaints=(0,),
        trend="steady",
        talk_agent=0,
        talk_customer=0,
        silence=0,
        hold=None,
        escalation=None,
        nudge=None,
        faults=(),
        paused=False,
        ended=False,
        words=True,
        behind=0,
    )


def test_speech_counts_while_it_goes_on() -> None:
    line = fold(
        SpeechStarted(at=300, channel="agent", start=100),
        SpeechEnded(at=2300, channel="agent", start=100, end=2100),
        SpeechStarted(at=4200, channel="customer", start=4000),
        Tick(at=5000),
    )

    assert (line.talk_agent, line.talk_customer) == (2000, 1000)


def test_the_stage_carries_when_it_began() -> None:
    line = fold(StageChanged(at=7000, stage="venting", rule="r"), Tick(at=9000, behind=40))

    assert (line.stage, line.stage_since, line.at, line.behind) == ("venting", 7000, 9000, 40)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (NudgeResolved(at=2000, id="n1", by_agent=True), "done"),
        (NudgeResolved(at=2000, id="n1", by_agent=False), "over"),
        (NudgeExpired(at=2000, id="n1"), "expired"),
        (NudgeDismissed(at=2000, id="n1"), "dismissed"),
        (NudgeSuperseded(at=2000, id="n1", by="n2"), "superseded"),
        (NudgeExpired(at=2000, id="another"), "open"),
    ],
)
def test_the_last_nudge_says_what_became_of_it(event: Event, outcome: str) -> None:
    line = fold(nudge(), event)

    assert line.nudge == LastNudge(
        id="n1",
        text="Say what you can do instead.",
        sign="say",
        outcome=outcome,  # type: ignore[arg-type]  # the parameters are outcomes
    )


def test_the_first_outcome_of_a_nudge_stands() -> None:
    line = fold(
        nudge(), NudgeResolved(at=2000, id="n1", by_agent=True), NudgeExpired(at=3000, id="n1")
    )

    assert line.nudge is not None
    assert line.nudge.outcome == "done"


def test_a_newer_nudge_takes_the_older_ones_place() -> None:
    line = fold(nudge(), nudge(5000, id="n2"), NudgeSuperseded(at=5000, id="n1", by="n2"))

    assert line.nudge is not None
    assert (line.nudge.id, line.nudge.outcome) == ("n2", "open")


def test_a_pause_lasts_until_the_call_goes_on_or_ends() -> None:
    paused = CallPaused(at=1000, reason="card")

    assert fold(paused).paused
    assert not fold(paused, CallResumed(at=9000, skipped=8000)).paused
    assert not fold(paused, CallEnded(at=9000)).paused


def test_the_end_is_told() -> None:
    assert fold(CallEnded(at=9000)).ended


def test_trouble_stays_until_it_is_over() -> None:
    late = Fault(at=100, code="mic_silent", text="No sound.")

    assert fold(late).faults == (Trouble(code="mic_silent", text="No sound."),)
    assert fold(late, Fault(at=200, code="mic_silent", text="", active=False)).faults == ()


def test_trouble_of_many_names_is_bounded() -> None:
    line = fold(*(Fault(at=1, code=f"f{i}", text="") for i in range(100)))

    assert [fault.code for fault in line.faults] == [f"f{i}" for i in range(100 - FAULTS, 100)]


def test_a_call_without_words_says_so() -> None:
    assert not fold(Fault(at=0, code="timing_only", text="")).words
    assert not fold(CallStarted(at=0, language="en", words=False)).words
    assert fold(MetricsUpdated(at=0, values={})).words


def test_a_call_learns_its_language_and_its_workplace() -> None:
    line = fold(CallUpdated(at=100, language="de", agent="desk-7"))

    assert (line.language, line.agent) == ("de", "desk-7")
    assert fold(CallUpdated(at=100)).agent == "anna"


def test_complaint_words_are_counted_in_pieces_of_half_a_minute(words: dict[str, Lexicon]) -> None:
    line = fold(
        final("this is ridiculous", 10_000),
        final("it is still broken", 40_000),
        final("nothing but problems and excuses", 50_000),
        Tick(at=95_000),
        words=words,
    )

    assert line.complaints == (1, 3, 0, 0)


def test_only_the_newest_pieces_are_shown(words: dict[str, Lexicon]) -> None:
    line = fold(final("this is ridiculous", 10_000), Tick(at=1_000_000), words=words)

    assert line.complaints == (0,) * BUCKETS


def test_a_second_opinion_replaces_the_first(words: dict[str, Lexicon]) -> None:
    line = fold(
        final("this is ridiculous", 10_000, utterance="u"),
        final("this is the dish", 10_000, utterance="u", revision=2),
        words=words,
    )

    assert line.complaints == (0,)


def test_the_agents_words_do_not_count(words: dict[str, Lexicon]) -> None:
    mine = msgspec.structs.replace(final("this is ridiculous", 10_000), channel="agent")

    assert fold(mine, words=words).complaints == (0,)


def test_words_of_an_unknown_language_do_not_count(words: dict[str, Lexicon]) -> None:
    line = fold(
        CallStarted(at=0, language="auto"), final("this is ridiculous", 10_000), words=words
    )

    assert line.complaints == (0,)


@pytest.mark.parametrize(
    ("before", "after", "trend"),
    [(0, 2, "rising"), (1, 2, "steady"), (2, 0, "falling"), (0, 1, "steady"), (3, 5, "rising")],
)
def test_the_trend_compares_the_last_minute_with_the_one_before(
    words: dict[str, Lexicon], before: int, after: int, trend: str
) -> None:
    early = [final("broken", 61_000 + 1000 * i) for i in range(before)]
    late = [final("broken", 121_000 + 1000 * i) for i in range(after)]

    assert fold(*early, *late, Tick(at=180_000), words=words).trend == trend


def test_what_a_call_holds_stays_bounded(words: dict[str, Lexicon]) -> None:
    summing = Summing("c", lexicons=words)
    summing.apply(STARTED)

    for minute in range(200):
        summing.apply(final("this is ridiculous", 60_000 * minute + 1000))

    assert len(summing._complaints) <= BUCKETS


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "no problem at all", 0),
        ("en", "I am fed up with this", 1),
        ("de", "Das ist eine Frechheit", 1),
        ("de", "Vielen Dank für die schnelle Hilfe", 0),
        ("en", "", 0),
    ],
)
def test_complaint_words_are_those_of_the_playbook(
    words: dict[str, Lexicon], language: str, text: str, count: int
) -> None:
    assert len(complaint_times(spoken(text, 9000), words[language])) == count


def test_what_is_said_once_counts_once(words: dict[str, Lexicon]) -> None:
    said = spoken("that is simply not good enough", 9000)  # stands in both sets

    assert complaint_times(said, words["en"]) == (9000,)


@pytest.mark.parametrize("event", [nudge(), CallPaused(at=0, reason=""), CallEnded(at=0)])
def test_what_matters_is_told_at_once(event: Event) -> None:
    assert at_once(event)


@pytest.mark.parametrize("event", [Tick(at=0), final("hello", 100)])
def test_what_merely_moves_on_can_wait(event: Event) -> None:
    assert not at_once(event)


SPOKEN = SpeechEnded(at=5200, channel="agent", start=1000, end=5000)


def test_silence_lasts_from_the_last_speech_to_the_next() -> None:
    assert fold(Tick(at=9000)).silence == 0
    assert fold(SPOKEN, Tick(at=9000)).silence == 4000
    assert (
        fold(SPOKEN, SpeechStarted(at=8000, channel="customer", start=7800), Tick(at=9000)).silence
        == 0
    )
    assert fold(SPOKEN, Tick(at=9000), CallEnded(at=9500)).silence == 0


def test_on_hold_nobody_waits_for_words() -> None:
    held = (SPOKEN, HoldStarted(at=7000, start=5000), Tick(at=30_000))

    waiting, back = fold(*held), fold(*held, HoldEnded(at=40_000, start=5000, end=39_000))

    assert (waiting.hold, waiting.silence) == (5000, 0)
    assert back.hold is None


def threat(text: str, *, rule: str = "customer_escalates.threat", id: str = "t1") -> CueDetected:
    return CueDetected(
        at=9000,
        cue="customer_escalates",
        id=id,
        channel="customer",
        rule=rule,
        playbook="p",
        start=8000,
        end=8600,
        confidence=0.9,
        evidence=(
            NumberEvidence(name="rise", value=4.0, threshold=3.0),
            WordsEvidence(channel="customer", start=8000, end=8600, text=text),
        ),
    )


def test_the_words_of_a_threat_stand_in_the_line() -> None:
    line = fold(threat("I will cancel"))

    assert line.escalation == Escalation(text="I will cancel", at=8000)
    assert at_once(threat("I will cancel"))


def test_words_that_merely_grow_louder_are_no_threat() -> None:
    assert fold(threat("nobody calls", rule="customer_escalates.RISE")).escalation is None


def test_a_long_threat_is_cut() -> None:
    found = fold(threat("I will " * 30)).escalation

    assert found is not None
    assert (len(found.text), found.text[-1]) == (LONGEST, "…")


def test_a_threat_that_was_misheard_is_taken_back() -> None:
    back = CueCleared(at=9500, cue="customer_escalates", id="t1", reason="corrected")
    over = CueCleared(at=9500, cue="customer_escalates", id="t1", reason="cleared")

    assert fold(threat("I will cancel"), back).escalation is None
    assert fold(threat("I will cancel"), over).escalation is not None
