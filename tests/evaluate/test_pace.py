import pytest

from assist.evaluate.pace import Timeline
from assist.evaluate.talk import MistakeError, read
from assist.events import Channel


def timeline(*lines: tuple[Channel, str, int | None]) -> Timeline:
    """Let the sides speak one after the other, each with the shift of its line."""
    made = Timeline()
    for number, (channel, text, shift) in enumerate(lines, 1):
        made.say(channel, read(text, number), shift, number)
    return made


def spans(made: Timeline) -> list[tuple[str, int, int]]:
    return [(word.text, word.start, word.end) for word in made.words]


def test_a_word_lasts_by_its_letters() -> None:
    assert spans(timeline(("agent", "We can't.", 0))) == [("We", 0, 210), ("can't.", 250, 550)]


def test_a_word_is_stable_some_time_after_its_end() -> None:
    (word,) = timeline(("agent", "We", 0)).words

    assert word.at == word.end + 600


def test_a_line_begins_half_a_second_after_the_one_before() -> None:
    made = timeline(("agent", "We", None), ("customer", "no", None))

    assert spans(made) == [("We", 500, 710), ("no", 1210, 1420)]


def test_a_line_may_begin_later_or_before_the_end() -> None:
    made = timeline(("agent", "We", 0), ("customer", "no", 900), ("agent", "we", -200))

    assert spans(made) == [("We", 0, 210), ("no", 1110, 1320), ("we", 1120, 1330)]


def test_a_pause_at_the_end_of_a_line_counts_as_part_of_it() -> None:
    made = timeline(("agent", "We (800)", 0), ("customer", "no", 0))

    assert made.words[1].start == 210 + 800


def test_after_a_silence_somebody_speaks_at_once() -> None:
    made = timeline(("agent", "We", 0))
    made.silence(6000, read("", 2))
    made.say("customer", read("no", 3), None, 3)

    assert made.words[1].start == 210 + 6000


def test_nobody_says_two_things_at_a_time() -> None:
    with pytest.raises(MistakeError) as mistake:
        timeline(("agent", "We can", 0), ("agent", "can", -100))

    assert str(mistake.value) == "the agent still speaks then; +0 is the earliest"
    assert mistake.value.line == 2


def test_an_overlap_counts_from_whoever_ended_last() -> None:
    made = timeline(("agent", "Wonderful", 0), ("customer", "no", -400), ("customer", "no", 0))

    assert [word.start for word in made.words if word.text == "no"] == [125, 525]


def test_an_aside_is_spoken_while_the_words_go_on() -> None:
    made = timeline(("customer", "all [mhm] day long", 0))

    assert [x for x in spans(made) if x[0] in ("mhm", "day")] == [
        ("day", 295, 550),
        ("mhm", 355, 610),
    ]
    assert next(word for word in made.words if word.text == "mhm").channel == "agent"


def test_an_aside_is_hurried_to_lie_within_the_line() -> None:
    made = timeline(("customer", "day [I see] long", 0))

    assert made.asides[0].end == made.lines[0].end == 595
    assert made.asides[0].start == 355


def test_an_aside_after_the_last_word_has_all_the_time() -> None:
    made = timeline(("customer", "all day [I see]", 0))

    assert made.asides[0].end - made.asides[0].start == 165 + 40 + 255


def test_an_aside_that_cannot_be_spoken_is_a_mistake() -> None:
    with pytest.raises(MistakeError) as mistake:
        timeline(("customer", "day (0) [oh dear that is just awful] I", 0))

    assert "[oh dear that is just awful] finds no room" in str(mistake.value)


def test_two_asides_follow_each_other() -> None:
    made = timeline(("customer", "all [mhm] I [yes] wonder about that", 0))

    assert made.asides[1].start == made.asides[0].end + 40


def test_a_turn_goes_on_over_listening_and_short_answers() -> None:
    made = timeline(
        ("customer", "It is late. [mhm] Again.", 0), ("agent", "Mhm.", 0), ("customer", "Yes.", 0)
    )

    assert made.lines[2].floor == 0


def test_a_longer_answer_begins_another_turn() -> None:
    made = timeline(
        ("customer", "It is late.", 0),
        ("agent", "I am sorry about that.", 0),
        ("customer", "Yes.", 0),
    )

    assert made.lines[2].floor == made.lines[2].start > 0


def test_a_long_pause_begins_another_turn() -> None:
    made = timeline(("customer", "It is late.", 0), ("customer", "Yes.", 1500))

    assert made.lines[1].floor == made.lines[1].start


@pytest.mark.parametrize(("next_one", "goes_on"), [("agent", True), ("customer", False)])
def test_a_line_knows_whether_its_speaker_goes_on(next_one: Channel, goes_on: bool) -> None:
    made = timeline(("agent", "We can't.", 0), (next_one, "Right.", None))

    assert made.lines[0].goes_on is goes_on
