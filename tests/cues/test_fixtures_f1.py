"""Cases that failed elsewhere, one line each: conduct and listening (docs/cues.md)."""

from assist.events import Fault, HoldStarted
from tests.script import Stretch, cues, heard, script, stages, told

STORY = (
    "so on Monday I moved the desk to the other room and then I plugged the router in again and "
    "the lights came on one after another and my wife looked at the screen and made some tea"
)
RANT = (
    "this is ridiculous I am fed up nobody ever calls me back this is the third time it is broken"
)
YEAH_BUT = "yeah but your contract says something else"
CONTRACT: Stretch = (4000, 6500, YEAH_BUT)


def silent(cue: str, **call: object) -> bool:
    return cues(script(**call), cue) == []  # type: ignore[arg-type]  # the arguments of script


def test_f2_bleed_that_is_masked_is_no_overlap() -> None:
    assert silent("agent_interrupted", customer=[(0, 10_000)], agent=[])


def test_f3_an_echo_of_the_agent_neither_interrupts_nor_vents() -> None:
    call = script(agent=[(0, 9000, STORY)], customer=[(40, 9040)])

    assert not cues(call, "venting")
    assert not cues(call, "agent_interrupted")


def test_f4_shared_laughter_is_neither_interruption_nor_venting() -> None:
    call = script(customer=[(0, 12_000, RANT), (12_300, 14_300)], agent=[(12_300, 13_800)])

    assert not cues(call, "agent_interrupted")
    assert silent("venting", customer=[(0, 3000), (3300, 12_000)], agent=[(3000, 4500)])


def test_f5_a_cough_is_nothing() -> None:
    assert silent("agent_interrupted", customer=[(0, 10_000)], agent=[(4000, 4300)])


def test_f6_a_run_of_listening_is_no_interruption() -> None:
    mhm: Stretch = (4000, 5400, "mhm ja genau")

    assert silent("agent_interrupted", customer=[(0, 10_000)], agent=[mhm], language="de")


def test_f7_yeah_but_interrupts() -> None:
    assert not silent("agent_interrupted", customer=[(0, 10_000)], agent=[CONTRACT])


def test_f16_music_on_hold_wants_no_listener() -> None:
    hold = HoldStarted(at=2000, start=1000, evidence=())
    call = script(agent=[(0, 1000, "one moment please")], customer=[(2000, 60_000)])

    events = told(call, extra=[hold])

    assert not [e for cue in ("venting", "silent_listener") for e in heard(events, cue)]


def test_f17_a_queue_before_the_agent_joins_gives_no_cue() -> None:
    call = script(customer=[(0, 40_000)])

    assert silent("silent_listener", customer=[(0, 40_000)])
    assert [move.stage for move in stages(told(call))] in ([], ["opening"])


def test_f18_thank_you_for_watching_is_no_venting_and_no_escalation() -> None:
    said: Stretch = (0, 2000, "Thank you for watching.")

    assert silent("customer_escalates", customer=[said])
    assert silent("venting", customer=[said])


def test_f20_a_long_calm_answer_is_no_venting_and_wants_a_mhm_after_20_seconds() -> None:
    call = script(agent=[(0, 1500, "Tell me what happened.")], customer=[(2000, 42_000, STORY)])

    assert cues(call, "venting") == []
    assert cues(call, "silent_listener")[0].at >= 22_000


def test_f21_complaints_from_the_first_second_are_venting_within_ten() -> None:
    assert cues(script(customer=[(0, 14_000, f"{RANT} {RANT}")]), "venting")[0].at <= 10_000


def test_f22_f23_f24_loud_or_lively_talk_is_no_venting() -> None:
    """Loudness, pitch and rate are never read: only quick words are left of them."""
    assert silent("venting", customer=[(0, 9000, f"{STORY} {STORY}")])


def test_f25_calm_down_here_in_the_office() -> None:
    assert silent("calm_down_said", agent=[(0, 2000, "I'm calm, down here in the office.")])
    assert silent("calm_down_said", customer=[(0, 2000, "Calm down.")])


def test_f26_stay_on_the_line() -> None:
    words: Stretch = (0, 2000, "Bleiben Sie ganz ruhig dran.")

    assert silent("calm_down_said", agent=[words], language="de")


def test_f44_two_agents_on_the_line_switch_interruptions_off() -> None:
    flag = Fault(at=1000, code="many_voices", text="two voices on the agent's side")
    call = script(customer=[(0, 10_000)], agent=[CONTRACT])

    assert heard(told(call, extra=[flag]), "agent_interrupted") == []


def test_f45_both_start_after_a_silence() -> None:
    both: Stretch = (4000, 7000, "what you need to do is restart it")

    assert silent("agent_interrupted", customer=[(0, 3000), (4000, 8000)], agent=[both])


def test_f46_the_law_and_an_answer_may_interrupt() -> None:
    law: Stretch = (4000, 7000, "by law this has to be told")
    asked: list[Stretch] = [(0, 4000, "I talk and talk hello are you there?"), (4100, 9000)]

    assert cues(script(customer=[(0, 10_000)], agent=[law], lag=200), "agent_interrupted") == []
    assert silent("agent_interrupted", customer=asked, agent=[(4150, 7000, "yes I am still here")])


def test_f49_a_drift_of_200_ms_changes_no_verdict() -> None:
    for shift in (-200, 200):
        moved: Stretch = (4000 + shift, 6500 + shift, YEAH_BUT)
        assert not silent("agent_interrupted", customer=[(0, 10_000)], agent=[moved])
