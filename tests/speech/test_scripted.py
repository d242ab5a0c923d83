import numpy as np

from assist.speech.recogniser import Request, to_sound
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans


def test_only_words_in_the_window_are_heard() -> None:
    recogniser = ScriptedRecogniser(say("one two three", start=1000))
    window = to_sound(coded(1203, 1700))

    (heard,) = recogniser.transcribe([Request(window)])
    (word,) = heard.words

    assert (word.text, word.start, word.end) == ("two", 97, 347)


def test_speech_is_heard_in_its_spans() -> None:
    stream = ScriptedVad([(64, 128)]).stream()

    heard = stream.probabilities([np.zeros(512, np.int16)] * 6)

    assert heard == [0, 0, 1, 1, 0, 0]


def test_spans_join_words_without_a_pause() -> None:
    words = (*say("one two", start=0), *say("three", start=2000))

    assert spans(words) == ((0, 550), (2000, 2250))


def test_the_scripts_language_is_detected() -> None:
    assert ScriptedRecogniser((), language="de").detect_language(np.zeros(9, np.float32)) == (
        "de",
        1.0,
    )
