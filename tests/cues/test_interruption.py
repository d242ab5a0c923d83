"""Timelines of docs/cues.md, and what may be said against an interruption."""

import pytest

from assist.cues.interruption import CUE
from assist.evaluate.calls import LabelledCall
from assist.events import Event, Fault, NudgeResolved, NudgeShown
from tests.script import Stretch, cleared, cues, heard, otherwise, script, suppressed, told

LONG = "okay so let me just check your account number please"
FRUSTRATING = "I understand how frustrating that is"
RESTART = "what you need to do is restart the router"

HARMLESS: dict[str, tuple[list[Stretch], list[Stretch]]] = {
    "mhm": ([(0, 10_000)], [(4000, 4400, "mhm")]),
    "yeah okay right": ([(0, 10_000)], [(4000, 4900, "yeah okay right")]),
    "terminal overlap": ([(0, 4200)], [(4000, 8000, FRUSTRATING)]),
    "starts in the gap": ([(0, 4000)], [(4300, 8000, FRUSTRATING)]),
    "laugh": ([(0, 10_000)], [(4000, 4600)]),
    "cough": ([(0, 10_000)], [(4000, 4300)]),
    "bleed, masked": ([(0, 10_000)], []),
    "long backchannel run": ([(0, 10_000)], [(4000, 5100, "yeah yeah okay")]),
    "retreats": ([(0, 10_000)], [(4000, 4600, "but I")]),
    "customer had just started": ([(4000, 8000)], [(4200, 6500, "so what I can do is this")]),
    "customer barges in": ([(4000, 8000)], [(0, 6000, "what I can do for you today is to send")]),
    "run of mhm yeah exactly": ([(0, 10_000)], [(4000, 5400, "mhm yeah exactly")]),
    "cooperative": ([(0, 10_000)], [(4000, 5600, "oh no that's really annoying")]),
    "both start after a silence": ([(0, 3000), (4000, 8000)], [(4000, 7000, RESTART)]),
}
"""Customer and agent of each timeline that is no interruption."""
CUT_IN: dict[str, tuple[list[Stretch], list[Stretch]]] = {
    "customer yields at 900": ([(0, 4900)], [(4000, 8000, LONG)]),
    "talk-over": ([(0, 10_000)], [(4000, 7000, RESTART)]),
    "steps on a breath": (
        [(0, 4000), (4600, 9000)],
        [(4150, 6500, "right well the thing is your contract says")],
    ),
    "yeah, but": ([(0, 10_000)], [(4000, 6500, "yeah but your contract says something else")]),
}
"""Customer and agent of each timeline that is one."""
WORDS_ONLY = {"long backchannel run", "run of mhm yeah exactly", "cooperative", "terminal overlap"}
"""Harmless by what is said or, for the last one shifted, by how the sentence ends."""


def call_of(line: tuple[list[Stretch], list[Stretch]], *, shift: int = 0) -> LabelledCall:
    customer, agent = line
    moved: list[Stretch] = [(s[0] + shift, s[1] + shift, *s[2:]) for s in agent]
    return script(customer=customer, agent=moved)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_overlap_is_no_interruption(name: str) -> None:
    assert cues(call_of(HARMLESS[name]), CUE) == []


@pytest.mark.parametrize("name", CUT_IN)
def test_a_cut_in_is_an_interruption_within_2100_ms(name: str) -> None:
    found = cues(call_of(CUT_IN[name]), CUE)

    onset = CUT_IN[name][1][0][0]
    assert len(found) == 1
    assert 500 <= found[0].at - onset <= 2100


@pytest.mark.parametrize("name", sorted(set(HARMLESS) - WORDS_ONLY | {"terminal overlap"}))
def test_timing_alone_spares_short_and_terminal_overlaps(name: str) -> None:
    assert cues(call_of(HARMLESS[name]), CUE, words=False) == []


@pytest.mark.parametrize("name", CUT_IN)
def test_timing_alone_finds_the_cut_in(name: str) -> None:
    assert len(cues(call_of(CUT_IN[name]), CUE, words=False)) == 1


@pytest.mark.parametrize("shift", [-200, 200])
@pytest.mark.parametrize("name", sorted(set(HARMLESS) - {"terminal overlap", "customer barges in"}))
def test_a_drift_of_200_ms_makes_no_interruption(name: str, shift: int) -> None:
    assert cues(call_of(HARMLESS[name], shift=shift), CUE) == []


@pytest.mark.parametrize("shift", [-200, 200])
@pytest.mark.parametrize("name", sorted(set(CUT_IN) - {"steps on a breath"}))
def test_a_drift_of_200_ms_hides_no_interruption(name: str, shift: int) -> None:
    assert len(cues(call_of(CUT_IN[name], shift=shift), CUE)) == 1


def test_a_german_cut_in_is_an_interruption() -> None:
    call = script(
        customer=[(0, 5000)],
        agent=[(4000, 8000, "Moment mal das stimmt so aber nicht ganz")],
        language="de",
    )

    assert len(cues(call, CUE)) == 1


def test_german_listening_is_no_interruption() -> None:
    call = script(customer=[(0, 10_000)], agent=[(4000, 4700, "genau ja")], language="de")

    assert cues(call, CUE) == []


def test_a_finished_sentence_may_overlap_for_longer() -> None:
    said = "so that is why I called you today and nothing else really."
    call = script(customer=[(0, 4400, said)], agent=[(4000, 8000, FRUSTRATING)])

    assert cues(call, CUE) == []


def test_a_sentence_that_breaks_off_was_cut_short() -> None:
    said = "so I wanted to ask you about the router because my sister said that if"
    call = script(customer=[(0, 4200, said)], agent=[(4000, 8000, LONG)])

    found = cues(call, CUE)

    assert [cue.rule for cue in found] == ["agent_interrupted.CUT_SHORT"]


def test_shared_laughter_of_1800_ms_is_nothing_while_a_recogniser_listens() -> None:
    call = script(customer=[(0, 9000)], agent=[(4000, 5800)])

    assert cues(call, CUE) == []


def test_an_echo_of_the_agent_holds_no_floor() -> None:
    agent: list[Stretch] = [(0, 4000, RESTART), (4320, 8000, LONG)]
    echo: list[Stretch] = [(40, 4040), (4360, 8040)]

    assert cues(script(customer=echo, agent=agent), CUE) == []


def test_a_direct_question_may_be_answered() -> None:
    said = "I have been talking for ages now hello are you there?"
    call = script(
        customer=[(0, 4000, said), (4100, 9000)],
        agent=[(4150, 7000, "yes madam I am still here with you")],
    )

    assert cues(call, CUE) == []


def test_the_playbook_names_what_may_interrupt() -> None:
    call = script(
        customer=[(0, 10_000)], agent=[(4000, 7000, "by law this has to be told")], lag=200
    )

    assert cues(call, CUE) == []


def test_what_may_interrupt_is_withdrawn_when_its_words_come_late() -> None:
    call = script(
        customer=[(0, 10_000)],
        agent=[(4000, 7000, "I have to stop you there this is an emergency")],
    )

    assert [e.reason for e in suppressed(told(call), CUE)] == ["self_corrected"]


def test_let_me_finish_tells_of_an_interruption_at_once() -> None:
    call = script(
        customer=[(0, 4600), (5200, 6200, "please let me finish")],
        agent=[(4000, 5100, "right okay")],
    )

    found = cues(call, CUE)

    assert [cue.rule for cue in found] == ["agent_interrupted.LET_ME_FINISH"]
    assert found[0].at <= 6200 + 600


def test_let_me_finish_after_an_interruption_is_no_second_one() -> None:
    call = script(
        customer=[(0, 8400), (8600, 9600, "please let me finish")],
        agent=[(4000, 7000, RESTART)],
    )

    events = told(call)

    assert len(cleared(events, CUE)) == 1
    assert [cue.rule for cue in heard(events, CUE)] == ["agent_interrupted.TALKED_OVER"]


def test_let_me_finish_alone_tells_of_nothing() -> None:
    call = script(customer=[(0, 10_000, "and then I told my wife please let me finish the dinner")])

    assert cues(call, CUE) == []


def sorry() -> list[Event]:
    return told(
        script(
            customer=[(0, 4900), (6500, 12_000)],
            agent=[(4000, 6000, "okay so let me sorry go ahead")],
        )
    )


def test_taking_it_back_counts_but_does_not_show() -> None:
    events = sorry()

    assert len(heard(events, CUE)) == 1
    assert "self_corrected" in [e.reason for e in suppressed(events, CUE)]
    shown = {e.id for e in events if isinstance(e, NudgeShown) and e.cue == CUE}
    resolved = {e.id for e in events if isinstance(e, NudgeResolved) and e.by_agent}
    assert shown <= resolved


def test_taking_it_back_before_it_is_detected_never_shows() -> None:
    call = script(
        customer=[(0, 10_000)],
        agent=[(4000, 4700, "sorry go ahead"), (4800, 6500, "madam what is it")],
        lag=50,
    )

    events = told(call)

    assert not [e for e in events if isinstance(e, NudgeShown) and e.cue == CUE]


def test_what_was_taken_back_before_it_is_detected_is_withdrawn_once() -> None:
    call = script(
        customer=[(0, 10_000)],
        agent=[(4000, 6500, "sorry go ahead I only wanted to say that")],
        lag=50,
    )

    events = told(call)

    assert [e.reason for e in suppressed(events, CUE)] == ["self_corrected"]
    assert [e.by for e in cleared(events, CUE)] == ["agent"]


def test_the_cue_ends_when_the_agent_gives_way() -> None:
    call = script(customer=[(0, 12_000)], agent=[(4000, 7000, RESTART)])

    ends = cleared(told(call), CUE)

    assert [(end.reason, end.by) for end in ends] == [("cleared", "agent")]


def test_the_cue_ends_by_itself_after_20_seconds() -> None:
    call = script(customer=[(0, 4900)], agent=[(4000, 9000, LONG)], after=20_000)

    ends = cleared(told(call), CUE)

    assert [end.reason for end in ends] == ["timed_out"]


def test_a_second_agent_on_the_line_switches_it_off() -> None:
    flag = Fault(at=1000, code="many_voices", text="two voices on the agent's side")
    call = call_of(CUT_IN["talk-over"])

    assert heard(told(call, extra=[flag]), CUE) == []


def test_the_evidence_names_overlap_floor_and_words() -> None:
    cue = cues(call_of(CUT_IN["talk-over"]), CUE)[0]

    names = [getattr(item, "name", "words") for item in cue.evidence]
    assert names == ["overlap_ms", "floor_ms", "words"]
    assert cue.start == 4000


# --- a second opinion comes after the final ---------------------------------------------------

BRIEF = "but I think"


def test_an_interruption_that_was_only_listening_is_cleared() -> None:
    call = script(customer=[(0, 14_000)], agent=[(4000, 6400, BRIEF), (7100, 9000)])
    (cue,) = cues(call, CUE)

    events = told(call, extra=[otherwise(call, BRIEF, "mhm yeah okay", at=cue.at + 2500)])

    assert [e.reason for e in cleared(events, CUE)] == ["corrected"]


def test_an_interruption_that_was_excused_after_all_is_cleared() -> None:
    call = script(
        customer=[(0, 14_000)], agent=[(4000, 6200, "story though but I think"), (6900, 9000)]
    )
    (cue,) = cues(call, CUE)
    excused = otherwise(call, "story though", "sorry, go on", at=cue.at + 2000)

    assert "corrected" in [e.reason for e in cleared(told(call, extra=[excused]), CUE)]


def test_an_interruption_in_other_words_stands() -> None:
    call = script(customer=[(0, 14_000)], agent=[(4000, 7000, RESTART)], after=9000)

    events = told(call, extra=[otherwise(call, "the router", "your router", at=9000)])

    assert "corrected" not in [e.reason for e in cleared(events, CUE)]


def test_a_protest_that_was_none_clears_the_interruption() -> None:
    protest = "please let me finish"
    call = script(customer=[(0, 5000), (5200, 6200, protest)], agent=[(4600, 5400, "hm")])
    (cue,) = cues(call, CUE)
    assert cue.rule == "agent_interrupted.LET_ME_FINISH"

    calm = otherwise(call, protest, "please let me see", at=cue.at + 1000)

    assert [e.reason for e in cleared(told(call, extra=[calm]), CUE)] == ["corrected"]
