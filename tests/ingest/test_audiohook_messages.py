import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.ingest.audiohook_messages import (
    ImpossibleError,
    Media,
    Open,
    Update,
    duration,
    is_language,
    is_uuid,
    milliseconds,
    offer,
    read,
    said,
    write,
)
from assist.ingest.session import Unacceptable
from tests.ingest.exchange import SESSION, opening, probing


def message(**changed: object) -> str:
    whole = {
        "version": "2",
        "id": SESSION,
        "type": "update",
        "seq": 1,
        "serverseq": 0,
        "position": "PT0S",
        "parameters": {"language": "en-US"},
    }
    return json.dumps(whole | changed)


def test_a_message_is_read_in_two_steps() -> None:
    envelope = read(message())

    assert (envelope.type, envelope.seq) == ("update", 1)
    assert said(envelope, Update) == Update("en-US")


@pytest.mark.parametrize(
    "changed",
    [{"version": "1"}, {"version": 2}, {"seq": "1"}, {"parameters": []}, {"parameters": None}],
)
def test_what_has_another_shape_is_no_message(changed: dict[str, object]) -> None:
    with pytest.raises(Unacceptable):
        read(message(**changed))


def test_what_is_said_of_people_is_not_read() -> None:
    open_ = said(read(message(type="open", parameters=opening())), Open)

    assert "Ada" not in repr(open_)
    assert "+15550001" not in repr(open_)


def test_a_probe_has_nobody_in_it() -> None:
    assert said(read(message(type="open", parameters=probing())), Open).is_probe
    assert not said(read(message(type="open", parameters=opening())), Open).is_probe


def test_a_refusal_does_not_quote_what_came() -> None:
    with pytest.raises(ImpossibleError) as caught:
        said(read(message(parameters={"language": ["secret"]})), Update)

    assert "secret" not in str(caught.value)


def test_an_offer_that_is_none_is_passed_over() -> None:
    good = msgspec.Raw(b'{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}')

    assert offer(good) == Media("audio", "PCMU", ("external",), 8000)
    assert offer(msgspec.Raw(b'{"type":7}')) is None


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("PT0S", 0),
        ("PT1.23S", 1230),
        ("PT.5S", 500),
        ("PT12S", 12_000),
        ("PT0.000125S", 0.125),
        ("PT1.2000000000000002S", 1200),
    ],
)
def test_a_duration_is_seconds(text: str, ms: float) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize("text", ["", "PTS", "PT.S", "PT1M", "PT-1S", "1", "PT1e3S", "PT1S\n"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ImpossibleError):
        milliseconds(text)


@given(st.integers(0, 10**11))
def test_a_duration_is_read_as_it_was_written(ms: int) -> None:
    assert milliseconds(duration(ms)) == ms


def test_no_duration_is_negative() -> None:
    assert duration(-5) == "PT0.000S"


def test_uuids_and_languages_are_known_by_their_look() -> None:
    assert is_uuid(SESSION)
    assert not is_uuid(SESSION + "0")
    assert is_language("en-US")
    assert not is_language("english")
    assert not is_language(None)


def test_an_answer_has_all_around_it() -> None:
    text = write("pong", session=SESSION, seq=2, clientseq=5, parameters={})

    assert json.loads(text) == {
        "version": "2",
        "id": SESSION,
        "type": "pong",
        "seq": 2,
        "clientseq": 5,
        "parameters": {},
    }
