from typing import get_args

import pytest

from assist.events import CallSettings, CallStarted, Event
from assist.ingest.composing import Composer
from assist.ingest.items import Start
from assist.protocol import Playbook
from assist.settings import LANGUAGES, Settings
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad

START = Start("call-0001", agent="anna", source="twilio")


def composed(start: Start = START, settings: Settings = Settings()) -> CallStarted:  # noqa: B008  # frozen
    composer = Composer(
        settings,
        vad=ScriptedVad((), ()),
        scheduler=None,
        shown=lambda agent: CallSettings(hidden=(agent,)),
    )
    first: Event = next(iter(composer.compose(start).start()))
    assert isinstance(first, CallStarted)
    return first


def test_a_call_says_what_the_door_and_the_operator_said() -> None:
    started = composed(settings=Settings(praise=False, help_level=2))

    assert (started.call_id, started.agent, started.source) == ("call-0001", "anna", "twilio")
    assert started.channels == ("agent", "customer")
    assert not started.words
    assert (started.settings.praise, started.settings.help_level) == (False, 2)
    assert started.settings.hidden == ("anna",)


@pytest.mark.parametrize(
    ("said", "set_to", "expected"),
    [("de", "auto", "de"), ("", "de", "de"), ("auto", "de", "en"), ("", "auto", "en")],
)
def test_the_door_knows_the_language_better_than_the_settings(
    said: str, set_to: str, expected: str
) -> None:
    started = composed(Start("call-0001", language=said), Settings(language=set_to))

    assert started.language == expected
    assert started.settings.playbook.startswith(f"{expected}/support@")


def test_the_operators_playbook_is_taken_where_it_fits() -> None:
    sales = Settings(playbook="de/sales")

    assert composed(Start("call-0001", language="de"), sales).settings.playbook[:8] == "de/sales"
    assert composed(Start("call-0001", language="en"), sales).settings.playbook[:10] == "en/support"


def test_a_call_takes_room_at_the_recogniser_and_gives_it_back() -> None:
    with Scheduler(ScriptedRecogniser(())) as scheduler:
        composer = Composer(Settings(), vad=ScriptedVad((), ()), scheduler=scheduler)
        composer.compose(START)
        during = scheduler.figures()["calls"]
        composer.release("call-0001")

        assert (during, scheduler.figures()["calls"]) == (1, 0)


def test_what_was_chosen_for_the_call_comes_before_the_settings() -> None:
    operator = Settings(playbook="de/support", help_level=3)
    start = Start("call-0001", language="de", playbook="sales", help_level=1)

    chosen = composed(start, operator).settings

    assert chosen.playbook[:8] == "de/sales"
    assert chosen.help_level == 1


@pytest.mark.parametrize("name", [one for one in get_args(Playbook) if one])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_playbook_that_may_be_chosen_is_there(name: str, language: str) -> None:
    started = composed(Start("call-0001", language=language, playbook=name))

    assert started.settings.playbook.startswith(f"{language}/{name}@")
