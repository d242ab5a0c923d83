import pytest

from assist.speech.pool import Inline
from assist.speech.recogniser import Request, to_sound
from assist.speech.scripted import ScriptedRecogniser, coded, say


def test_inline_answers_at_once() -> None:
    pool = Inline(ScriptedRecogniser(say("no", start=0)))

    future = pool.submit(Request(to_sound(coded(0, 500))))

    assert future.done()
    assert [word.text for word in future.result().words] == ["no"]


def test_an_error_waits_in_the_future() -> None:
    future = Inline(ScriptedRecogniser((), fails=True)).submit(Request(to_sound(coded(0, 500))))

    with pytest.raises(RuntimeError, match="as the script wants"):
        future.result()


def test_nobody_waits_so_there_are_no_figures() -> None:
    assert Inline(ScriptedRecogniser(())).figures() == {}


def test_second_opinions_come_from_the_better_model() -> None:
    pool = Inline(
        ScriptedRecogniser(say("no", start=0)), second=ScriptedRecogniser(say("know", start=0))
    )
    sound = to_sound(coded(0, 500))

    opinions = [pool.submit(Request(sound, second=second)).result() for second in (False, True)]

    assert [heard.words[0].text for heard in opinions] == ["no", "know"]


def test_without_a_better_model_there_is_no_second_opinion() -> None:
    pool = Inline(ScriptedRecogniser(()))

    assert pool.submit(Request(to_sound(coded(0, 500)), second=True)).cancelled()
