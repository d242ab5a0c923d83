from assist.core.past import Past
from assist.events import (
    CueCleared,
    Event,
    Fault,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)


def said(name: str, end: int, *, revision: int = 1, at: int = 0) -> TranscriptFinal:
    return TranscriptFinal(
        at=at or end + 500,
        utterance=name,
        channel="agent" if name[0] == "a" else "customer",
        revision=revision,
        words=(Word(text="yes", start=end - 300, end=end),),
    )


def partial(name: str, end: int, *, revision: int) -> TranscriptPartial:
    word = Word(text="yes", start=end - 300, end=end)
    return TranscriptPartial(
        at=end + 200, utterance=name, channel="agent", revision=revision, words=(), tail=(word,)
    )


LOG: list[Event] = [
    said("a1", 2_000),
    said("c1", 3_000),
    said("a2", 6_000),
    partial("a3", 9_000, revision=4),
    Tick(at=9_500),
]


def test_utterances_that_were_over_are_counted_by_channel() -> None:
    past = Past.of(LOG)

    assert past.utterances_before("agent", 5_000) == 1
    assert past.utterances_before("agent", 7_000) == 2
    assert past.utterances_before("customer", 7_000) == 1
    assert past.utterances_before("customer", 1_000) == 0


def test_what_the_sound_brings_again_is_covered_until_the_log_ends() -> None:
    past = Past.of(LOG)
    started = SpeechStarted(at=0, channel="agent", start=8_000)

    assert past.covers(started, 9_500)
    assert past.covers(Tick(at=0), 9_000)
    assert not past.covers(started, 9_501)
    assert not past.covers(Fault(at=0, code="mic_silent", text="?"), 9_000)


def test_words_whose_final_is_known_are_not_told_again() -> None:
    past = Past.of(LOG)

    assert past.renewed(said("a2", 6_000)) is None
    assert past.renewed(partial("a2", 6_000, revision=1)) is None


def test_words_that_were_still_open_go_on_with_the_next_revision() -> None:
    found = Past.of(LOG).renewed(said("a3", 9_100, revision=1, at=9_300))

    assert isinstance(found, TranscriptFinal)
    assert (found.revision, found.at) == (5, 9_500)


def test_nothing_comes_before_the_end_of_the_log() -> None:
    past = Past.of(LOG)
    early = Fault(at=100, code="recogniser_failed", text="?")

    assert past.renewed(early) == Fault(at=9_500, code="recogniser_failed", text="?")


def test_a_call_that_began_just_now_has_no_past() -> None:
    cleared = CueCleared(at=1, cue="venting", id="v", reason="cleared")

    assert Past().renewed(cleared) is cleared
    assert not Past().covers(Tick(at=0), 0)
