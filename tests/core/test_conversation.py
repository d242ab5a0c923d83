from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from assist.core.clauses import Clause
from assist.core.conversation import KEPT_UTTERANCES, Conversation
from assist.core.lexicon import lexicon
from assist.events import (
    CHANNELS,
    CallStarted,
    CallUpdated,
    Channel,
    ClearReason,
    CueCleared,
    CueDetected,
    Event,
    Fault,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from assist.settings import load_playbook


def conversation() -> Conversation:
    return Conversation(lexicon(load_playbook("en")))


def words(text: str, start: int = 0) -> tuple[Word, ...]:
    """Lay out words, 300 ms each."""
    return tuple(
        Word(text=word, start=start + 300 * i, end=start + 300 * i + 250)
        for i, word in enumerate(text.split())
    )


def partial(text: str, at: int, *, tail: str = "", channel: Channel = "agent") -> TranscriptPartial:
    said = words(text)
    return TranscriptPartial(
        at=at,
        utterance=f"{channel[0]}1",
        channel=channel,
        revision=at,
        words=said,
        tail=words(tail, 300 * len(said)),
    )


def final(text: str, at: int, *, channel: Channel = "agent") -> TranscriptFinal:
    return TranscriptFinal(
        at=at, utterance=f"{channel[0]}1", channel=channel, revision=at, words=words(text)
    )


def test_stable_words_are_heard_once() -> None:
    talk = conversation()
    talk.apply(partial("we can", 1000))
    talk.apply(partial("we can do", 1500))

    assert talk.words_since("agent", 0) == ["we", "can", "do"]
    assert [h.folded for h in talk.new_words] == ["do"]


def test_unstable_words_are_seen_only_on_request() -> None:
    talk = conversation()
    talk.apply(partial("we", 1000, tail="can not"))

    assert talk.words_since("agent", 0) == ["we"]
    assert talk.words_since("agent", 0, unstable=True) == ["we", "can", "not"]


def test_a_clause_closes_at_its_full_stop() -> None:
    talk = conversation()
    talk.apply(partial("Thank you. We can", 1000))

    assert [clause.text for clause in talk.closed] == ["Thank you."]
    assert talk.sides["agent"].open_clause is not None


def test_a_final_closes_what_is_open() -> None:
    talk = conversation()
    talk.apply(partial("Thank you. We can", 1000))
    talk.apply(final("Thank you. We can do that", 2000))

    assert [clause.text for clause in talk.closed] == ["We can do that"]


def test_no_clause_closes_twice() -> None:
    talk = conversation()
    talk.apply(partial("Thank you. We", 1000))
    talk.apply(partial("Thank you. We can", 1300))

    assert talk.closed == ()


def test_a_changed_mind_takes_clauses_back() -> None:
    talk = conversation()
    talk.apply(partial("We can't. So", 1000))
    talk.apply(final("We can. So", 2000))

    assert [clause.text for clause in talk.dropped] == ["We can't."]
    assert [clause.text for clause in talk.closed] == ["We can.", "So"]
    assert talk.words_since("agent", 0) == ["we", "can", "so"]


def test_a_changed_last_word_leaves_earlier_clauses_alone() -> None:
    talk = conversation()
    talk.apply(partial("Thank you. We know", 1000))
    talk.apply(final("Thank you. We no", 2000))

    assert talk.dropped == ()
    assert [clause.text for clause in talk.closed] == ["We no"]


def test_words_may_move_in_time_without_being_new() -> None:
    talk = conversation()
    talk.apply(partial("we can", 1000))
    moved = tuple(Word(text=w.text, start=w.start + 10, end=w.end + 10) for w in words("we can"))
    talk.apply(TranscriptFinal(at=2000, utterance="a1", channel="agent", revision=2, words=moved))

    assert talk.new_words == ()


def test_only_backchannels_are_only_listening() -> None:
    talk = conversation()
    talk.apply(partial("yeah okay", 1000))

    assert talk.only_listening("agent", 0)
    assert not talk.only_listening("customer", 0)


def test_the_issue_may_be_learned_later() -> None:
    talk = conversation()
    talk.apply(CallStarted(at=0, language="en", issue=("router",)))
    talk.apply(CallUpdated(at=10, issue=("invoice",)))

    assert talk.issue == ("invoice",)


def test_a_tick_tells_how_late_the_words_are() -> None:
    talk = conversation()
    talk.apply(Tick(at=500, late=20, behind=900))

    assert (talk.now, talk.late, talk.behind) == (500, 20, 900)


def test_one_channel_is_known_as_such() -> None:
    talk = conversation()
    talk.apply(CallStarted(at=0, language="en", channels=("customer",)))

    assert not talk.both_channels


def test_a_failed_recogniser_leaves_timing_alone() -> None:
    talk = conversation()
    talk.apply(Fault(at=500, code="recogniser_failed", text="words are off"))

    assert not talk.has_words


def test_the_end_of_an_earlier_occurrence_leaves_the_newest_one_on() -> None:
    talk = conversation()
    for number in (1, 2):
        talk.apply(
            CueDetected(
                at=number,
                cue="refusal_spoken",
                id=f"refusal_spoken-a{number}",
                channel="agent",
                rule="refusal_spoken.CANT",
                playbook="en/support@1",
                start=0,
                end=number,
                confidence=0.85,
                evidence=(),
            )
        )

    talk.apply(CueCleared(at=3, cue="refusal_spoken", id="refusal_spoken-a1", reason="timed_out"))

    assert talk.active["refusal_spoken"].id == "refusal_spoken-a2"


# --- corrections after the final --------------------------------------------------------------

Said = tuple[Channel, str]
"""Who says what in one utterance."""

CALL: tuple[Said, ...] = (
    ("agent", "Hello. How can I help?"),
    ("customer", "Can you do that?"),
    ("agent", "We can do that. One moment."),
    ("agent", "Here we are"),
    ("customer", "Thank you"),
)
OTHERWISE = "We can't do that. One moment."


def utter(
    kind: type[TranscriptPartial | TranscriptFinal],
    number: int,
    said: Said,
    *,
    at: int,
    revision: int = 2,
) -> TranscriptPartial | TranscriptFinal:
    """Write an utterance down that began `number` times ten seconds after the call."""
    channel, text = said
    return kind(
        at=at,
        utterance=f"{channel[0]}{number}",
        channel=channel,
        revision=revision,
        words=words(text, 10_000 * number),
    )


def finals(said: Sequence[Said]) -> list[Event]:
    return [utter(TranscriptFinal, i, one, at=1000 * i) for i, one in enumerate(said)]


def folded(*events: Event) -> Conversation:
    talk = conversation()
    for event in events:
        talk.apply(event)
    return talk


def corrected(*, at: int = 9000, number: int = 2, text: str = OTHERWISE) -> Event:
    return utter(TranscriptFinal, number, ("agent", text), at=at, revision=3)


def known(talk: Conversation) -> list[object]:
    """Return what is known of both sides, but not since when."""
    return [
        ([(h.utterance, h.word) for h in side.heard], list(side.clauses), side.open_clause)
        for side in talk.sides.values()
    ]


def test_a_late_correction_takes_the_place_of_what_it_corrects() -> None:
    talk = folded(*finals(CALL), corrected())

    assert " ".join(talk.words_since("agent", 20_000)) == "we can't do that one moment here we are"
    assert [clause.text for clause in talk.clauses_since("agent", 20_000)] == [
        "We can't do that.",
        "One moment.",
        "Here we are",
    ]


def test_a_late_correction_is_nothing_that_is_said_now() -> None:
    talk = folded(*finals(CALL), corrected())

    assert (talk.speaker, talk.new_words, talk.closed) == (None, (), ())


def test_a_late_correction_tells_what_fell_and_what_stands_instead() -> None:
    talk = folded(*finals(CALL), corrected())

    assert " ".join(heard.word.text for heard in talk.fallen) == "can do that. One moment."
    assert talk.dropped[0].text == "We can do that."
    assert talk.correction is not None
    assert talk.correction.words[0].word.text == "can't"
    assert talk.correction.clauses[0].text == "We can't do that."
    assert talk.revised == "agent"
    assert talk.taken_back_as == "corrected"
    assert talk.corrections == 1


def test_the_next_event_knows_of_no_correction() -> None:
    talk = folded(*finals(CALL), corrected(), Tick(at=9500))

    assert (talk.correction, talk.fallen, talk.revised) == (None, (), None)


def test_what_is_open_stays_open_through_a_late_correction() -> None:
    newest = TranscriptPartial(
        at=8000,
        utterance="a9",
        channel="agent",
        revision=1,
        words=words("so let me", 90_000),
        tail=words("look", 91_000),
    )

    talk = folded(*finals(CALL), newest, corrected())

    side = talk.sides["agent"]
    assert side.open_clause is not None
    assert side.open_clause.text == "so let me"
    assert [word.text for word in side.tail] == ["look"]


def test_an_older_revision_corrects_nothing() -> None:
    stale = utter(TranscriptFinal, 2, ("agent", OTHERWISE), at=9000, revision=1)

    assert known(folded(*finals(CALL), stale)) == known(folded(*finals(CALL)))


def test_a_partial_corrects_no_final() -> None:
    partly = utter(TranscriptPartial, 2, ("agent", OTHERWISE), at=9000, revision=3)

    assert known(folded(*finals(CALL), partly)) == known(folded(*finals(CALL)))


def test_the_same_words_again_are_no_correction() -> None:
    talk = folded(*finals(CALL), corrected(text=CALL[2][1]))

    assert (talk.correction, talk.corrections) == (None, 0)


def test_a_correction_of_a_forgotten_utterance_is_ignored() -> None:
    many: list[Said] = [("agent", f"Number {i}.") for i in range(KEPT_UTTERANCES + 3)]
    calm = folded(*finals(many))

    talk = folded(*finals(many), corrected(at=60_000))

    assert known(talk) == known(calm)
    assert talk.corrections == 0


def test_cues_that_fell_by_a_correction_are_counted() -> None:
    talk = conversation()
    reasons: tuple[ClearReason, ...] = ("corrected", "retracted", "corrected")
    for number, reason in enumerate(reasons):
        talk.apply(CueCleared(at=number, cue="venting", id=f"venting-c{number}", reason=reason))

    assert talk.cues_corrected == 2


SPOKEN = st.lists(
    st.sampled_from(("we", "can", "can't", "that.", "No.", "5", "but", "I", "Well,")), min_size=1
).map(" ".join)
ANYBODY: st.SearchStrategy[Channel] = st.sampled_from(CHANNELS)


@given(
    said=st.lists(st.tuples(ANYBODY, SPOKEN, st.integers(0, 3)), min_size=1, max_size=6),
    which=st.integers(0, 5),
    kept=st.integers(0, 6),
    instead=SPOKEN,
    open_=st.none() | st.tuples(ANYBODY, SPOKEN),
)
def test_a_late_correction_leaves_what_it_would_have_left_at_once(
    said: list[tuple[Channel, str, int]],
    which: int,
    kept: int,
    instead: str,
    open_: Said | None,
) -> None:
    number = which % len(said)
    channel, text, _ = said[number]
    better = " ".join((*text.split()[:kept], instead))

    def call(*, at_once: bool) -> Iterator[Event]:
        """Speak the call; some words of each utterance were stable before its final."""
        for i, (who, first, stable) in enumerate(said):
            begun = " ".join(first.split()[:stable])
            yield utter(TranscriptPartial, i, (who, begun), at=i, revision=1)
            heard = better if at_once and i == number else first
            yield utter(TranscriptFinal, i, (who, heard), at=i)
        if open_ is not None:
            yield utter(TranscriptPartial, len(said), open_, at=50, revision=1)

    late = utter(TranscriptFinal, number, (channel, better), at=100, revision=3)

    assert known(folded(*call(at_once=False), late)) == known(folded(*call(at_once=True)))


def _said(text: str, language: str) -> tuple[Conversation, Clause]:
    words = tuple(
        Word(text=word, start=300 * i, end=300 * i + 250) for i, word in enumerate(text.split())
    )
    talk = Conversation(lexicon(load_playbook(language)))
    return talk, Clause("agent", "a0", 0, words, True)


def test_a_clause_in_the_other_language_asks_in_that_language() -> None:
    talk, clause = _said("what did they tell you about it", "de")

    assert talk.asks(clause)
    assert talk.lexicon_of(clause).playbook.language == "en"


def test_what_i_can_do_asks_nothing() -> None:
    for text, language in (
        ("what I can do is send you a new one", "en"),
        ("Was ich tun kann, ist ein Umtausch.", "de"),
        ("What a lovely story.", "en"),
    ):
        talk, clause = _said(text, language)

        assert not talk.asks(clause)
