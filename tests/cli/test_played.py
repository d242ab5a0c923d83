import io

from rich.console import Console

from assist.cli.played import table
from assist.cli.player import Played
from assist.evaluate.calls import CallFacts, Label, LabelledCall
from assist.events import CallEnded, CallStarted, CueDetected, Event


def played(name: str, *cues: Event) -> Played:
    label = Label(cue="refusal_spoken", expect="fires", start=9000, end=11_000, reference=11_000)
    facts = CallFacts(
        id=name, language="en", source="authored", licence="CC0-1.0", duration=90_000, complete=True
    )
    events = [CallStarted(at=0, language="en"), *cues, CallEnded(at=90_000)]
    return Played(LabelledCall(call=facts, labels=(label,)), events, 3.0)


def cue(at: int) -> Event:
    return CueDetected(
        at=at,
        cue="refusal_spoken",
        id=f"refusal_spoken-a{at}",
        channel="agent",
        rule="refusal_spoken.cannot",
        playbook="en/support@1",
        start=9000,
        end=11_000,
        confidence=0.9,
        evidence=(),
    )


def text(*calls: Played) -> str:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table(calls))
    return console.export_text()


def test_a_call_is_one_line_of_figures() -> None:
    shown = text(played("en-rough", cue(12_000)))

    for figure in ("en-rough", "1:30", "3.0 s (30 x)", "1 of 1"):
        assert figure in shown


def test_what_was_missed_and_what_was_wrong_is_said() -> None:
    shown = text(played("en-rough", cue(60_000)))

    assert "0 of 1" in shown
    assert shown.split()[-1] == "1"


def test_several_calls_are_summed_up() -> None:
    shown = text(played("one", cue(12_000)), played("two"))

    assert "3:00" in shown
    assert "1 of 2" in shown
