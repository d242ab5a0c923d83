import json
import math
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from assist.ingest.items import Close
from assist.ingest.native import Admitted, NativeSession, Register
from assist.protocol import IDLE_MS, UNKNOWN_TOKEN, Hello, RefusedError
from benchmarks.audience import Arrival, delays
from benchmarks.callers import ATTACKS, FRAME, Called, Repelled, frames, plans
from benchmarks.load import Figures, _arguments, _of_calls, measure, page

METRICS = """\
# HELP assist_loop_lag_seconds How late the event loop wakes up.
assist_loop_lag_seconds_bucket{le="0.001"} 90.0
assist_loop_lag_seconds_bucket{le="0.01"} 98.0
assist_loop_lag_seconds_bucket{le="0.02"} 99.0
assist_loop_lag_seconds_bucket{le="+Inf"} 100.0
assist_loop_lag_seconds_sum 1.5
assist_clients_evicted_total{kind="agent"} 3.0
assist_clients_evicted_total{kind="supervisor"} 1.0
assist_clients 12.0
"""


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "end"), [(0.5, 0.001), (0.95, 0.01), (0.99, 0.02), (1.0, math.inf)]
)
def test_a_share_of_a_histogram_lies_below_the_end_of_its_bucket(share: float, end: float) -> None:
    assert Figures(METRICS).at_most("assist_loop_lag_seconds", share) == end


def test_a_histogram_without_a_value_says_nothing() -> None:
    assert math.isnan(Figures("").at_most("assist_loop_lag_seconds", 0.99))


def test_a_figure_is_summed_over_its_labels_and_not_over_its_namesakes() -> None:
    assert Figures(METRICS).total("assist_clients_evicted_total") == 4
    assert Figures(METRICS).total("assist_clients") == 12


def test_a_message_is_on_its_way_from_its_decision_to_its_arrival() -> None:
    decided = [("call-a", 7, 10.0), ("call-b", 7, 11.0)]
    received = [
        Arrival("call-b", 7, 9.0, 11.25),
        Arrival("call-a", 7, 9.0, 10.5),
        Arrival("call-c", 1, 9.0, 12.0),
    ]

    assert delays(decided, received) == [250.0, 500.0]


def test_what_was_decided_before_the_page_looked_on_was_not_on_its_way() -> None:
    late = Arrival("call-a", 7, since=10.5, at=12.0)

    assert delays([("call-a", 7, 10.0)], [late]) == []


def test_a_call_that_went_wrong_is_told() -> None:
    good, bad = Called("", 2, 100, 0, 0.01), Called("The call is over.", 1, 5, 40, 0.5)
    repelled = [Repelled("hello twice", 4400), Repelled("hello twice", 1011)]

    told = _of_calls([good, bad], repelled)

    assert told["calls_ended_well"] == 1
    assert told["troubles"] == ["The call is over."]
    assert told["sound_dropped_ms"] == 40
    assert told["attacks_answered_wrongly"] == {"hello twice: 1011": 1}


def test_the_page_names_the_command_the_machine_and_every_figure() -> None:
    asked = dict.fromkeys(("calls", "seconds", "cuts", "overlays", "supervisors", "every"), 3)
    content = {
        "command": "python -m benchmarks.load",
        "date": "2026-11-22",
        "commit": "abc",
        "machine": {"processor": "P", "cores": 2, "system": "Linux", "python": "3.11"},
        "asked": asked | {"seed": 1},
        "calls": {"way_p95_ms": 12.5, "way_max_ms": None},
    }

    text = page(content)

    assert "`python -m benchmarks.load`, 2026-11-22, commit abc; P, 2 cores" in text
    assert "| way_p95_ms | 12.5 |" in text
    assert "| way_max_ms | – |" in text
    assert "## Pages" not in text


# --- calls ----------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_calls() -> None:
    one, same, other = (plans(4, seconds=30, join=8, cuts=2, seed=seed) for seed in (1, 1, 2))

    assert one == same
    assert one != other


def test_calls_begin_one_after_the_other_and_end_together() -> None:
    made = plans(4, seconds=30, join=8, cuts=2, seed=1)

    assert [plan.begin for plan in made] == [0, 2, 4, 6]
    assert {plan.begin + plan.seconds for plan in made} == {30}
    assert all(0 < cut < plan.seconds for plan in made for cut in plan.cuts)


def test_a_recording_is_played_over_and_over() -> None:
    pcm = np.arange(3 * FRAME).astype(np.int16)

    firsts = [step["agent"][0] for step in islice(frames({"agent": pcm}, 4), 4)]

    assert firsts == [FRAME, 2 * FRAME, 0, FRAME]


@pytest.mark.parametrize("kind", ATTACKS)
@pytest.mark.parametrize("seed", range(20))
def test_every_attack_is_repelled_with_a_code_that_it_deserves(kind: str, seed: int) -> None:
    attack, codes = ATTACKS[kind]
    session = NativeSession(Register(), _authorise, now=0)

    assert _answer(session, attack(Random(seed), "token")) in codes


def test_attacks_follow_from_the_seed() -> None:
    for attack, _ in ATTACKS.values():
        assert attack(Random(5), "token") == attack(Random(5), "token")


def _authorise(hello: Hello) -> Admitted:
    if hello.token != "token":
        raise RefusedError(UNKNOWN_TOKEN, "no")
    return Admitted("anna")


def _answer(session: NativeSession, messages: object) -> int:
    """Return the code with which a door closes; the socket's own limits are played, too."""
    assert isinstance(messages, list)
    for message in messages:
        limit = session.LONGEST_TEXT if isinstance(message, str) else session.LONGEST_BINARY
        if len(message) > limit:
            return 1009
        try:
            come = session.text if isinstance(message, str) else session.binary
            list(come(message, 0))
        except RefusedError as refused:
            return refused.code
    closes = [item for item in session.wait(IDLE_MS) if isinstance(item, Close)]
    return closes[0].code if closes else 0


# --- the whole ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["calls", "pages"])
def test_a_small_load_is_borne_by_the_whole_service(name: str) -> None:
    few = ["--seconds", "4", "--calls", "2", "--join", "1", "--supervisors", "1"]
    few += ["--pages", "8", "--stalled", "1", "--every", "0.1"]

    found = measure(name, _arguments(few))

    assert found["arrived"] > 0
    assert found["tracebacks"] == found["log_errors"] == found["exit_status"] == 0
    assert found.get("calls_ended_well", 2) == 2
    assert found.get("attacks_answered_wrongly", {}) == {}


def test_the_figures_that_were_measured_are_those_of_the_page() -> None:
    results = Path(__file__).parent.parent.parent / "benchmarks" / "results"
    content = json.loads((results / "load.json").read_text("utf-8"))

    assert (results / "load.md").read_text("utf-8") == page(content)
