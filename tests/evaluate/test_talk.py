import pytest

from assist.evaluate.talk import GAP, GAP_COMMA, GAP_SENTENCE, MistakeError, Stretch, read


def texts(stretch: Stretch) -> list[str]:
    return [word.spoken for word in stretch.words]


def marks(stretch: Stretch) -> list[tuple[str, bool, int, int]]:
    return [(mark.cue, mark.fires, mark.first, mark.last) for mark in stretch.marks]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello there.", ["Hello", "there."]),
        ("we {venting: always wait}.", ["we", "always", "wait."]),
        ("{refusal_spoken: No}, not today", ["No,", "not", "today"]),
        ("er sagt „{-refusal_spoken: nein}“ dazu", ["er", "sagt", "„nein“", "dazu"]),
        ("the sender is called—", ["the", "sender", "is", "called"]),
        ("I was-- I mean", ["I", "was", "I", "mean"]),
        ("no—wait", ["no", "wait"]),
        ("well – I mean", ["well", "I", "mean"]),
        ("Hin- und Rückfahrt", ["Hin-", "und", "Rückfahrt"]),
        ("well ... now", ["well...", "now"]),
        ("20% off", ["20%", "off"]),
        ("no%55, thanks", ["no,", "thanks"]),
        ("done {why_missing}. Next", ["done.", "Next"]),
    ],
)
def test_only_what_is_heard_is_spoken(written: str, spoken: list[str]) -> None:
    assert texts(read(written, 1)) == spoken


@pytest.mark.parametrize(
    ("written", "gap"),
    [
        ("so we", GAP),
        ("so, we", GAP_COMMA),
        ("called— we", GAP_COMMA),
        ("done. We", GAP_SENTENCE),
        ("done.“ We", GAP_SENTENCE),
        ("really?! We", GAP_SENTENCE),
        ("{-venting: done}. We", GAP_SENTENCE),
        ("done. (800) We", 800),
        ("so (0) we", 0),
        ("so (300) (400) we", 700),
    ],
)
def test_a_speaker_rests_as_the_text_says(written: str, gap: int) -> None:
    assert read(written, 1).words[0].gap == gap


def test_a_pause_may_come_first() -> None:
    assert read("(700) We can.", 1).rest == 700


@pytest.mark.parametrize(("written", "sure"), [("no", 1.0), ("no%55", 0.55), ("no%5.", 0.05)])
def test_a_word_says_how_sure_the_recogniser_is(written: str, sure: float) -> None:
    assert read(written, 1).words[0].probability == sure


def test_a_label_holds_words() -> None:
    assert marks(read("so {refusal_spoken: we can't} today", 1)) == [("refusal_spoken", True, 1, 3)]


def test_labels_may_be_nested() -> None:
    found = read("{customer_told_wrong: {refusal_spoken: No,} you're mistaken.}", 1)

    assert marks(found) == [("refusal_spoken", True, 0, 1), ("customer_told_wrong", True, 0, 3)]


def test_a_minus_says_that_the_words_must_not_fire() -> None:
    assert marks(read("{-refusal_spoken: no} problem", 1)) == [("refusal_spoken", False, 0, 1)]


def test_a_label_may_have_a_note() -> None:
    (mark,) = read("{refusal_spoken/implicit: it expired}", 1).marks

    assert (mark.cue, mark.note) == ("refusal_spoken", "implicit")


def test_a_label_without_words_is_a_moment() -> None:
    (mark,) = read("so {long_silence@5000} we", 1).marks

    assert (mark.first, mark.last, mark.wait) == (1, 1, 5000)


def test_a_stage_begins_between_two_words() -> None:
    assert read("so {=venting} we", 1).stages == [(1, "venting")]


def test_an_aside_is_what_the_other_side_says() -> None:
    ((place, aside),) = read("all day [I see] long", 1).asides

    assert (place, texts(aside)) == (2, ["I", "see"])


def test_an_aside_may_stand_within_a_label_and_hold_one() -> None:
    found = read("{venting: nobody [{-agent_interrupted: mhm}] calls}", 1)

    assert marks(found) == [("venting", True, 0, 2)]
    assert marks(found.asides[0][1]) == [("agent_interrupted", False, 0, 1)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{refusal: no}", "there is no cue 'refusal'"),
        ("{-nonsense}", "there is no cue 'nonsense'"),
        ("{=angry}", "there is no stage 'angry', only opening"),
        ("{refusal_spoken: no", "{refusal_spoken is not closed"),
        ("no}", "} closes no label"),
        ("{refusal_spoken: }", "holds no words"),
        ("{refusal_spoken no}", "a label is {cue: words} or {cue}, here is '{refusal_spoken no}'"),
        ("{refusal_spoken@500: no}", "only a moment {cue@ms} has one"),
        ("{why_missing@soon}", "'why_missing@soon' is no label"),
        ("[mhm", "[ is not closed"),
        ("mhm]", "] closes no aside"),
        ("[ ]", "the aside holds no words"),
        ("[oh [mhm] yes]", "an aside cannot hold another"),
        ("[{venting: oh] no}", "] closes no aside"),
    ],
)
def test_what_the_notation_does_not_know_is_named(written: str, said: str) -> None:
    with pytest.raises(MistakeError) as mistake:
        read(written, 1)

    assert said in str(mistake.value)


def test_a_mistake_says_its_line() -> None:
    with pytest.raises(MistakeError) as mistake:
        read("one\n two {venting: three\n four", 7)

    assert mistake.value.line == 8
