from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from assist.core.audio import samples
from assist.events import Channel, Word
from assist.speech.device import ONE_THREAD
from assist.speech.recogniser import Request, to_sound
from assist.speech.scripted import say
from benchmarks.scripted import Bounded, Script, Scripted, load, tokens
from benchmarks.stamp import stamped
from benchmarks.traffic import Scene
from benchmarks.weights import TEXT, Shape, build

WORDS = say("I have been waiting for a whole week", start=1_000)
SMALL = Shape(width=64, encoder=1, decoder=1, heads=1, alignment=((0, 0),))


class OneVoice(Scene):
    """A call in which the agent says some words."""

    def words(self, channel: Channel) -> tuple[Word, ...]:
        return WORDS if channel == "agent" else ()


def script() -> Script:
    return Script([OneVoice("en", (), {}, {"agent": 6, "customer": 7})])


def window(start: int, end: int, number: int = 6) -> Any:
    noise = np.random.default_rng(1).normal(0, 900, samples(end - start)).astype(np.int16)
    return to_sound(stamped(noise, number, start=start))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights") / "small"
    build(SMALL, folder)
    return folder


def test_a_window_holds_the_words_that_lie_wholly_in_it() -> None:
    inside = script().within(window(1_100, 2_160))

    assert [(w.text, w.start) for w in inside] == [("have", 200), ("been", 500), ("waiting", 800)]


def test_another_voice_has_other_words() -> None:
    assert script().within(window(0, 4_000, number=7)) == ()


class Model:
    """A model that never ends by itself."""

    def generate(self, features: object, prompts: list[list[int]], **options: int) -> list[Any]:
        self.bound = options["max_length"]
        found = SimpleNamespace(sequences_ids=[list(range(100))], scores=[0.0], no_speech_prob=0.0)
        return [found for _ in prompts]


def test_all_tokens_that_were_told_are_decoded_and_no_more() -> None:
    bounded = Bounded(model := Model())
    bounded.expect(20)

    # CTranslate2 decodes half of the bound, or what the prompt leaves of it, whichever is less
    assert [len(r.sequences_ids[0]) for r in bounded.generate(None, [[0] * 4])] == [20]
    assert model.bound == 40
    bounded.generate(None, [[0] * 60])
    assert model.bound == 80


def test_each_window_of_a_batch_ends_at_its_own_token() -> None:
    bounded = Bounded(model := Model())
    bounded.expect(20, 5, 8)
    bounded.choose([2, 0])

    found = bounded.generate(None, [[0] * 4] * 2)

    assert [len(each.sequences_ids[0]) for each in found] == [8, 20]
    assert model.bound == 40


def test_weights_of_a_shape_work_and_answer_with_the_script(model: Path) -> None:
    recogniser = Scripted(load(str(model), ONE_THREAD), script())

    heard = recogniser.transcribe([Request(window(1_000, 3_500), language="en", careful=True)])

    assert [word.text for word in heard[0].words] == [word.text for word in WORDS]
    assert (recogniser.work.finals, recogniser.work.partials) == (1, 0)


def test_the_vocabulary_has_whisper_s_size_and_splits_words_about_as_whisper_does(
    model: Path,
) -> None:
    inner: Any = load(str(model), ONE_THREAD)
    tokenizer = inner._model.hf_tokenizer

    assert tokenizer.get_vocab_size() == 51_865
    assert tokenizer.token_to_id("<|endoftext|>") == TEXT
    assert len(inner.languages) == 99
    assert len(WORDS) <= tokens(tokenizer, WORDS) <= 2 * len(WORDS)


def test_a_measurement_that_is_over_decodes_no_more(model: Path) -> None:
    recogniser = Scripted(load(str(model), ONE_THREAD), script())
    recogniser.stopped = True

    (heard,) = recogniser.transcribe([Request(window(1_000, 3_500))])

    assert heard.words == ()
    assert recogniser.work.calls == 0
