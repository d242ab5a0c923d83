"""The forms of an operator's cue: said, too often, missing; each waits, ends and is taken back."""

import pytest
from msgspec.structs import replace

from assist.core.engine import Engine
from assist.core.operator import own_cues
from assist.cues import TABLE
from assist.errors import PlaybookError
from assist.events import CueDetected, NudgeShown, NumberEvidence, WordsEvidence
from tests.core.own import book, played
from tests.script import Stretch, cleared, heard, otherwise, script, suppressed

SAID = '[cues.said]\nmatch = ["bananas"]\n'
COUNT = '[cues.count]\nmatch = ["bananas"]\ntimes = 3\nwithin_s = 30\n'
MISSING = '[cues.after]\nmatch = ["bananas"]\n[cues.missing]\nsets = ["pears"]\nwithin_s = 8\n'
B: Stretch = (1000, 2000, "Here are bananas.")
PEARS: Stretch = (3000, 4000, "And pears.")


def found(cue: str, *agent: Stretch, customer: tuple[Stretch, ...] = ()) -> list[CueDetected]:
    call = script(agent=agent, customer=customer, after=15_000)
    return heard(played(call, cue), "own")


def test_words_set_a_cue_off() -> None:
    (cue,) = found(SAID, B)

    assert (cue.rule, cue.channel, cue.playbook) == ("own.SAID", "agent", "en/own@1")
    assert isinstance(cue.evidence[0], WordsEvidence)


def test_a_cue_is_shown_with_its_text() -> None:
    events = played(script(agent=[B]), SAID)

    assert [e.text for e in events if isinstance(e, NudgeShown)] == ["Do it."]


def test_the_other_side_does_not_set_it_off() -> None:
    assert found(SAID, customer=(B,)) == []


def test_a_cue_may_listen_to_the_customer() -> None:
    assert len(found('who = "customer"\n' + SAID, customer=(B,))) == 1


def test_quoted_words_are_a_question_of_the_playbook_and_guards_are_kept() -> None:
    assert found(SAID + 'guard = ["here are bananas"]\n', B) == []


def test_a_set_of_the_playbook_may_stand_for_phrases() -> None:
    assert len(found('[cues.said]\nsets = ["pears"]\n', PEARS)) == 1


@pytest.mark.parametrize(("asked", "count"), [("true", 1), ("false", 0)])
def test_a_cue_may_ask_for_questions(asked: str, count: int) -> None:
    question: Stretch = (1000, 2000, "Do you like bananas?")

    assert len(found(SAID + f"question = {asked}\n", question)) == count


def test_a_correction_in_time_withdraws_it() -> None:
    cue = SAID + '[cues.corrected_by]\nsets = ["pears"]\n'
    events = played(script(agent=[B, PEARS]), cue)

    assert heard(events, "own") == []
    assert [e.reason for e in suppressed(events, "own")] == ["self_corrected"]


def test_without_a_correction_it_waits_and_stands() -> None:
    (cue,) = found(SAID + '[cues.corrected_by]\nsets = ["pears"]\n', B)

    assert cue.at >= 2000 + 2500


def test_it_ends_with_the_words_that_end_it() -> None:
    events = played(script(agent=[B, PEARS]), SAID + '[cues.ends]\nsets = ["pears"]\n')

    assert [(e.reason, e.by) for e in cleared(events, "own")] == [("cleared", "agent")]


def test_it_ends_after_its_time() -> None:
    events = played(script(agent=[B], after=9000), "lasts_s = 5\n" + SAID)

    (cue,), (end,) = heard(events, "own"), cleared(events, "own")

    assert (end.reason, end.at - cue.at) == ("timed_out", 5400)


def test_it_is_taken_back_with_its_words() -> None:
    call = script(agent=[B])
    events = played(call, SAID, otherwise(call, "bananas.", "pyjamas.", at=5000))

    assert [e.reason for e in cleared(events, "own")] == ["corrected"]


def test_a_count_is_reached_once_and_begins_anew() -> None:
    said: list[Stretch] = [(i * 3000, i * 3000 + 1000, "More bananas.") for i in range(1, 6)]

    (cue,) = found(COUNT, *said)

    assert (cue.rule, cue.start) == ("own.COUNT", said[2][0])
    assert cue.evidence[0] == NumberEvidence(name="count", value=3, threshold=3)


def test_a_count_forgets_what_is_long_past() -> None:
    said: list[Stretch] = [(i * 16_000, i * 16_000 + 1000, "More bananas.") for i in range(1, 5)]

    assert found(COUNT, *said) == []


def test_what_is_missing_falls_due() -> None:
    (cue,) = found(MISSING, B)

    assert cue.rule == "own.MISSING"
    assert 10_000 <= cue.at <= 10_600


def test_what_is_said_in_time_is_not_missing() -> None:
    assert found(MISSING, B, PEARS) == []


def test_what_was_said_before_counts_if_it_may() -> None:
    before: Stretch = (0, 900, "Pears here.")

    assert len(found(MISSING, before, B)) == 1
    assert found(MISSING + "before_s = 5\n", before, B) == []


def test_the_end_of_the_turn_may_make_it_due() -> None:
    (cue,) = found(MISSING + "by_turn_end = true\n", B)

    assert cue.at < 6000


def test_either_side_may_say_what_is_owed() -> None:
    assert len(found(MISSING, B, customer=(PEARS,))) == 1
    assert found(MISSING + 'who = "either"\n', B, customer=(PEARS,)) == []


def test_nothing_is_owed_after_what_excuses_it() -> None:
    cue = MISSING + '[cues.unless]\nwho = "customer"\nmatch = ["no thanks"]\n'

    assert found(cue, B, customer=((3000, 4000, "No thanks."),)) == []


def test_a_stage_may_make_something_due() -> None:
    cue = '[cues.after]\nstage = "opening"\n[cues.missing]\nsets = ["pears"]\nwithin_s = 5\n'

    (cue_,) = found(cue, (1000, 2000, "Hello."))

    assert cue_.evidence == (NumberEvidence(name="within_ms", value=5000, threshold=5000),)


def test_another_cue_may_make_something_due() -> None:
    above = '[[cues]]\nid = "first"\ntext = "a"\n' + SAID
    cue = '[cues.after]\ncue = "first"\n[cues.missing]\nsets = ["pears"]\nwithin_s = 5\n'

    assert len(found(cue + above, B)) == 1
    assert found(cue + above, PEARS) == []


def test_a_debt_falls_with_the_words_that_opened_it() -> None:
    call = script(agent=[B], after=15_000)
    events = played(call, MISSING, otherwise(call, "bananas.", "pyjamas.", at=5000))

    assert heard(events, "own") == []


def test_an_id_of_a_built_in_cue_is_refused() -> None:
    own = book(SAID)
    clash = replace(own, cues=(replace(own.cues[0], id="venting"),))

    with pytest.raises(PlaybookError, match=r"en/own@1, cues\.venting: there is such a cue"):
        Engine(call_id="x", playbook=clash, table=TABLE)


def test_the_line_of_the_table_follows_the_playbook() -> None:
    keys = "priority = 2\nshow_s = 8\ncooldown_s = 90\n"
    (spec,) = own_cues(book(keys + SAID), TABLE)
    (timing,) = own_cues(book("[cues.timing]\noverlap_s = 2\n"), TABLE)

    assert (spec.priority, spec.ttl_ms, spec.cooldown_ms) == (2, 8000, 90_000)
    assert (spec.needs_words, spec.needs_both) == (True, False)
    assert (timing.needs_words, timing.needs_both) == (False, True)
