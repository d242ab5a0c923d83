"""Where an operator's cue counts: in a stage, after something, unless something was before."""

from assist.core.circumstances import ms, names
from assist.events import CueDetected
from tests.core.own import book, played
from tests.script import Stretch, heard, script

SAID = '[cues.said]\nmatch = ["bananas"]\n'
EARLY: Stretch = (0, 1000, "Some pears here.")
LATE: Stretch = (5000, 6000, "And some bananas.")


def found(cue: str, *agent: Stretch, customer: tuple[Stretch, ...] = ()) -> list[CueDetected]:
    return heard(played(script(agent=agent, customer=customer), cue), "own")


def test_it_counts_only_in_its_stages() -> None:
    assert len(found('stages = ["opening"]\n' + SAID, LATE)) == 1
    assert found('stages = ["close"]\n' + SAID, LATE) == []


def test_it_counts_only_after_something() -> None:
    after = SAID + '[cues.after]\nsets = ["pears"]\n'

    assert len(found(after, EARLY, LATE)) == 1
    assert found(after, LATE) == []
    assert found(after, LATE, customer=(EARLY,)) == []


def test_after_means_shortly_after() -> None:
    assert found(SAID + '[cues.after]\nsets = ["pears"]\nwithin_s = 3\n', EARLY, LATE) == []


def test_it_does_not_count_after_what_excuses_it() -> None:
    unless = SAID + '[cues.unless]\nsets = ["pears"]\n'

    assert found(unless, EARLY, LATE) == []
    assert len(found(unless, LATE)) == 1


def test_either_side_may_have_said_it() -> None:
    unless = SAID + '[cues.unless]\nwho = "either"\nsets = ["pears"]\n'

    assert found(unless, LATE, customer=(EARLY,)) == []


def test_it_may_count_in_the_beginning_of_a_stage_only() -> None:
    after = SAID + '[cues.after]\nstage = "opening"\nwithin_s = {}\n'
    hello: Stretch = (0, 1000, "Hello.")

    assert len(found(after.format(9), hello, LATE)) == 1
    assert found(after.format(2), hello, LATE) == []


def test_it_may_count_while_another_cue_stands() -> None:
    above = '[[cues]]\nid = "first"\ntext = "a"\n[cues.said]\nsets = ["pears"]\n'
    cue = SAID + '[cues.after]\ncue = "first"\n' + above

    assert len(found(cue, EARLY, LATE)) == 1
    assert found(cue, LATE) == []


def test_a_part_looks_for_its_own_phrases_and_for_sets() -> None:
    (own,) = book('[cues.said]\nmatch = ["a"]\nsets = ["pears"]\n').cues

    assert names(own, "said") == ("own.said", "pears")
    assert names(own, "after") == ()


def test_seconds_become_whole_milliseconds() -> None:
    assert ms(2.5) == 2500
