import pytest

from assist.core.gate import Edge
from assist.core.utterance import Due, ListenerSettings, Utterance
from assist.events import TranscriptPartial
from assist.speech.scripted import say


@pytest.fixture
def utterance() -> Utterance:
    """Speech since 1000 ms."""
    return Utterance("a1", "agent", window=700, opened=1000, knobs=ListenerSettings())


def hear(
    utterance: Utterance, text: str, *, now: int, careful: bool = False
) -> list[TranscriptPartial]:
    due = Due(utterance.window, now, careful=careful)
    return list(utterance.hear(say(text, start=1000 - utterance.window), due, now))


def end(utterance: Utterance, at: int) -> None:
    utterance.turn(Edge("ended", 1000, at))


def test_a_decode_is_due_after_the_hop(utterance: Utterance) -> None:
    assert utterance.due(1399) is None
    assert utterance.due(1400) == Due(700, 1400, careful=False)


def test_a_careful_decode_is_due_when_the_speech_ends(utterance: Utterance) -> None:
    end(utterance, 1500)

    assert utterance.due(1692) == Due(700, 1692, careful=True)
    assert utterance.due(2500) == Due(700, 1700, careful=True)


def test_it_is_over_after_the_silence(utterance: Utterance) -> None:
    end(utterance, 1500)

    assert [utterance.is_over(now) for now in (1899, 1900)] == [False, True]


def test_it_is_ready_with_the_careful_decode(utterance: Utterance) -> None:
    end(utterance, 1500)
    hear(utterance, "we can", now=1700, careful=True)

    assert utterance.is_ready
    assert utterance.due(1800) is None
    assert len(utterance.final(2100).words) == 2


def test_speech_that_goes_on_makes_it_unready(utterance: Utterance) -> None:
    end(utterance, 1500)
    hear(utterance, "we can", now=1700, careful=True)
    utterance.turn(Edge("started", 1900, 1996))

    assert not utterance.is_ready
    assert not utterance.is_over(9000)


def test_a_careful_decode_that_comes_too_late_is_a_hypothesis(utterance: Utterance) -> None:
    hear(utterance, "we can", now=1900, careful=True)

    assert not utterance.is_ready


def test_words_lie_within_the_speech(utterance: Utterance) -> None:
    early = say("we", start=100)
    (partial,) = utterance.hear(early, Due(700, 1400, careful=False), 1400)

    assert [(word.start, word.end) for word in partial.tail] == [(1000, 1050)]


def test_nothing_new_is_not_told(utterance: Utterance) -> None:
    told = [len(hear(utterance, "we", now=now)) for now in (1400, 2100)]

    assert told == [1, 0]


def test_what_was_never_heard_has_nothing_to_tell(utterance: Utterance) -> None:
    end(utterance, 1500)
    hear(utterance, "", now=1700, careful=True)

    assert utterance.is_ready
    assert not utterance.was_heard


def test_words_that_were_shown_and_withdrawn_are_told(utterance: Utterance) -> None:
    hear(utterance, "we", now=1400)
    end(utterance, 1500)
    hear(utterance, "", now=1700, careful=True)

    assert utterance.was_heard


def test_the_window_is_cut_even_when_nothing_is_stable(utterance: Utterance) -> None:
    hear(utterance, "", now=25_700)

    assert utterance.window == 25_700


def test_short_speech_is_not_split(utterance: Utterance) -> None:
    hear(utterance, "we can", now=1900)

    assert utterance.split(1900, "a2") is None


def test_speech_after_a_late_answer_is_still_decoded(utterance: Utterance) -> None:
    due = Due(700, 25_700, careful=True)
    list(utterance.hear((), due, 31_000))

    assert utterance.due(31_000) == Due(25_700, 31_000, careful=False)


def test_much_undecoded_speech_has_a_finals_right_of_way(utterance: Utterance) -> None:
    assert utterance.due(8_699, 60_000) is None
    assert utterance.due(8_700, 60_000) == Due(700, 8_700, careful=True)
    assert utterance.due(31_000, 60_000) == Due(700, 25_700, careful=True)


def test_one_careful_decode_of_a_wide_window_is_enough_to_cut_it(utterance: Utterance) -> None:
    (partial,) = hear(utterance, "we can not do that", now=8_700, careful=True)

    assert [word.text for word in partial.words] == ["we", "can", "not", "do"]
    assert utterance.window == partial.words[-1].end
    assert utterance.due(8_700 + 700) == Due(utterance.window, 9_400, careful=False)


def test_words_before_a_pause_are_not_decoded_again(utterance: Utterance) -> None:
    end(utterance, 2_900)
    hear(utterance, "we can", now=3_100, careful=True)
    utterance.turn(Edge("started", 3_200, 3_296))

    assert utterance.window == 2_900  # the usual sound from before the onset
    assert utterance.text == "we can"
    assert utterance.due(4_000) == Due(2_900, 4_000, careful=False)


def test_nor_when_the_speech_goes_on_while_they_are_decoded(utterance: Utterance) -> None:
    end(utterance, 2_900)
    utterance.turn(Edge("started", 3_200, 3_296))
    (partial,) = utterance.hear(say("we can", start=300), Due(700, 3_100, careful=True), 3_400)

    assert [word.text for word in partial.words] == ["we", "can"]
    assert utterance.window == 2_900


def test_after_a_word_or_two_the_context_is_worth_more(utterance: Utterance) -> None:
    end(utterance, 2_000)
    hear(utterance, "we can", now=2_200, careful=True)
    utterance.turn(Edge("started", 2_300, 2_396))

    assert utterance.window == 700


def test_a_pause_before_which_nothing_was_heard_settles_nothing(utterance: Utterance) -> None:
    end(utterance, 2_900)
    hear(utterance, "", now=3_100, careful=True)
    utterance.turn(Edge("started", 3_200, 3_296))

    assert utterance.window == 700


def test_a_wide_window_is_cut_though_the_speech_has_ended(utterance: Utterance) -> None:
    end(utterance, 9_000)
    hear(utterance, "we can not do that", now=8_700, careful=True)

    assert utterance.window > 700
    assert utterance.due(9_200) == Due(utterance.window, 9_200, careful=True)


def test_a_wide_window_without_words_is_not_decoded_all_the_time(utterance: Utterance) -> None:
    hear(utterance, "", now=8_700, careful=True)

    assert utterance.due(12_699, 60_000) is None
    assert utterance.due(12_700, 60_000) == Due(700, 12_700, careful=True)


def test_a_long_utterance_that_nobody_decoded_ends_piece_by_piece(utterance: Utterance) -> None:
    end(utterance, 31_000)
    first = utterance.due(40_000)
    assert first == Due(700, 25_700, careful=True)

    list(utterance.hear(say("we can", start=23_000), first, 40_000))
    assert (utterance.is_ready, utterance.split(40_000, "a2")) == (False, None)

    rest = utterance.due(40_000)
    assert rest == Due(utterance.window, 31_200, careful=True)
    assert utterance.window > 23_700
    list(utterance.hear(say("can do that", start=100), rest, 41_000))
    assert [word.text for word in utterance.final(41_000).words] == ["we", "can", "do", "that"]


def test_its_own_sound_ends_shortly_after_the_speech(utterance: Utterance) -> None:
    assert utterance.until(1600) == 1600

    end(utterance, 1500)

    assert (utterance.until(1600), utterance.until(9000)) == (1600, 1700)


def test_another_opinion_on_the_whole_utterance_is_a_new_revision(utterance: Utterance) -> None:
    end(utterance, 2200)
    hear(utterance, "we can do that", now=2400, careful=True)
    first = utterance.final(2600)

    second = utterance.correct(say("we can't do that", start=300), 5000)

    assert second is not None
    assert (second.utterance, second.revision) == ("a1", first.revision + 1)
    assert [word.text for word in second.words] == ["we", "can't", "do", "that"]
    assert second.words[0].start == 1000


@pytest.mark.parametrize("text", ["We can do that.", ""])
def test_the_same_words_or_none_correct_nothing(utterance: Utterance, text: str) -> None:
    end(utterance, 2200)
    hear(utterance, "we can do that", now=2400, careful=True)
    utterance.final(2600)

    assert utterance.correct(say(text, start=300), 5000) is None


def test_words_that_nobody_can_have_said_are_dropped(utterance: Utterance) -> None:
    utterance.turn(Edge("ended", 1000, 1128, voice=0.55))
    hear(utterance, "no", now=1300, careful=True)

    assert not utterance.was_heard


def test_a_partial_that_turns_out_a_phantom_is_taken_back(utterance: Utterance) -> None:
    (partial,) = hear(utterance, "thank you", now=1700)
    utterance.turn(Edge("ended", 1000, 1800, voice=0.55))
    (taken_back,) = hear(utterance, "thank you", now=2000, careful=True)

    assert partial.tail
    assert (taken_back.words, taken_back.tail) == ((), ())
    assert utterance.final(2400).words == ()
