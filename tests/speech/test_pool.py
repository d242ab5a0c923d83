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
