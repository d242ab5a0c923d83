"""What a nudge says: variant, text and a second line of evidence."""

from assist.core.wording import reason_line, text_of, variant_of
from assist.events import CueDetected, NumberEvidence, WordsEvidence
from assist.settings import load_playbook

BOOK = load_playbook("en")


def cue(name: str, rule: str, *texts: str) -> CueDetected:
    return CueDetected(
        at=1000,
        cue=name,
        id="x",
        channel="agent",
        rule=rule,
        playbook=BOOK.reference,
        start=0,
        end=1000,
        confidence=0.9,
        evidence=tuple(
            WordsEvidence(channel="agent", start=0, end=1000, text=text) for text in texts
        ),
    )


def test_a_rule_may_ask_for_a_variant() -> None:
    assert variant_of("mistake_structure.SLOT.fix") == "fix"
    assert variant_of("venting.SCORE") == ""


def test_the_variant_chooses_the_text() -> None:
    slot = cue("mistake_structure", "mistake_structure.SLOT.apologise")

    assert text_of(slot, BOOK, "apologise") == ("Add a short, sincere apology.", "apologise")


def test_an_unknown_variant_leaves_the_first_text() -> None:
    assert text_of(cue("venting", "venting.SCORE"), BOOK, "nonsense")[1] == ""


def test_the_topic_is_named_where_it_is_known() -> None:
    off = cue("off_track", "off_track.WINDOW", "router", "and then my sister came")

    assert text_of(off, BOOK, "floor_free")[0] == "Steer back to: router."


def test_without_a_topic_the_first_text_stays() -> None:
    off = cue("off_track", "off_track.WINDOW")

    assert text_of(off, BOOK, "floor_free")[0] == BOOK.advice["off_track"].text


def test_the_reason_is_cut_to_thirty_characters() -> None:
    words = WordsEvidence(
        channel="agent", start=0, end=1, text="unfortunately we can not ever do that"
    )

    line = reason_line("“{words}”", (words,))

    assert len(line) <= 30
    assert line.endswith("…”")


def test_a_measured_time_is_told_in_seconds() -> None:
    number = NumberEvidence(name="overlap_ms", value=2100, threshold=800)

    assert reason_line("both spoke for {overlap_s} s", (number,)) == "both spoke for 2 s"
