from assist.speech.recogniser import Request, to_sound
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, coded, say


def test_a_request_is_answered_by_a_thread() -> None:
    with Scheduler(ScriptedRecogniser(say("no", start=0))) as scheduler:
        heard = scheduler.submit(Request(to_sound(coded(0, 500)))).result(timeout=10)

    assert [word.text for word in heard.words] == ["no"]
