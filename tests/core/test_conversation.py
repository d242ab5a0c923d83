from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.events import (
    CallStarted,
    CallUpdated,
    Channel,
    CueCleared,
    CueDetected,
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
