import msgspec
import pytest

from assist.events import (
    INPUTS,
    OUTPUTS,
    AnyEvent,
    CallStarted,
    CueDetected,
    NumberEvidence,
    Tick,
    TranscriptFinal,
    Word,
    WordsEvidence,
    decode,
    encode,
    other,
    schema,
)


def test_the_envelope_is_flat_and_comes_first() -> None:
    line = encode(Tick(seq=3, call_id="c1", at=500))

    assert line == b'{"type":"tick","seq":3,"call_id":"c1","at":500,"late":0,"behind":0}'


def test_nested_words_survive_the_round_trip() -> None:
    event = TranscriptFinal(
        at=900,
        utterance="a1",
        channel="agent",
        revision=2,
        words=(Word(text="No.", start=1, end=2),),
    )

    assert decode(encode(event)) == event


def test_both_kinds_of_evidence_are_told_apart() -> None:
    event = CueDetected(
        at=1,
        cue="venting",
        id="venting-c0",
        channel="customer",
        rule="venting.SCORE",
        playbook="en/support@1",
        start=0,
        end=1,
        confidence=0.85,
        evidence=(
            NumberEvidence(name="score", value=4.5, threshold=4),
            WordsEvidence(channel="customer", start=0, end=1, text="ridiculous"),
        ),
    )

    assert decode(encode(event)) == event


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        decode(b'{"type":"tick","at":1,"mood":"fine"}')


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(b'{"type":"tock","at":1}')


def test_every_message_is_either_an_input_or_an_output() -> None:
    assert set(INPUTS) | set(OUTPUTS) == set(AnyEvent.__args__)
    assert not set(INPUTS) & set(OUTPUTS)


def test_the_schema_names_every_message() -> None:
    assert {kind.__name__ for kind in AnyEvent.__args__} <= set(schema()["$defs"])


def test_a_message_cannot_be_changed() -> None:
    event = CallStarted(at=0, language="en")

    with pytest.raises(AttributeError):
        event.at = 5  # type: ignore[misc]  # that this is refused is the fact


def test_the_other_side_of_the_agent_is_the_customer() -> None:
    assert other("agent") == "customer"
    assert other("customer") == "agent"
