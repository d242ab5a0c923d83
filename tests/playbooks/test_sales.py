"""The sales playbooks: the cues that they bring, in both languages, written without code."""

from functools import cache

import pytest

from assist.evaluate.proofread import proofread
from assist.events import CueDetected
from assist.settings import LANGUAGES, load_playbook
from tests.script import Stretch, heard, script, told

Lines = tuple[tuple[str, str], ...]
"""Side and words, one after the other."""


@cache
def cues_of(language: str, lines: Lines, after: int = 15_000) -> list[CueDetected]:
    """Run a call of these lines, each of 2500 ms, under the sales playbook."""
    sides: dict[str, list[Stretch]] = {"A": [], "C": []}
    for i, (side, text) in enumerate(lines):
        sides[side].append((i * 3000, i * 3000 + 2500, text))
    call = script(agent=sides["A"], customer=sides["C"], language=language, after=after)
    events = told(call, playbook=load_playbook(f"{language}/sales"))
    return [e for e in events if isinstance(e, CueDetected)]


def fired(cue: str, language: str, *lines: tuple[str, str]) -> bool:
    return bool(heard(cues_of(language, lines), cue))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["support", "sales"])
def test_bundled_playbooks_have_no_problems(language: str, kind: str) -> None:
    assert list(map(str, proofread(f"{language}/{kind}"))) == []


def test_both_languages_bring_the_same_cues() -> None:
    english, german = (load_playbook(f"{language}/sales").cues for language in LANGUAGES)

    assert [(c.id, c.form, c.priority, c.kind) for c in english] == [
        (c.id, c.form, c.priority, c.kind) for c in german
    ]


@pytest.mark.parametrize(
    ("language", "hello", "need", "price", "question"),
    [
        (
            "en",
            "We saw your website and are thinking of a change.",
            "How many people would use it?",
            "It would be thirty euros a month.",
            "And how much would that be?",
        ),
        (
            "de",
            "Wir haben Ihre Seite gesehen und denken über einen Wechsel nach.",
            "Wie viele Leute sollen damit arbeiten?",
            "Das wären dreißig Euro im Monat.",
            "Und was würde das kosten?",
        ),
    ],
)
def test_a_price_wants_a_need_or_a_question_before_it(
    language: str, hello: str, need: str, price: str, question: str
) -> None:
    cue = "price_before_need"

    assert fired(cue, language, ("C", hello), ("A", price))
    assert not fired(cue, language, ("C", hello), ("A", need), ("C", "Twelve."), ("A", price))
    assert not fired(cue, language, ("C", question), ("A", price))


@pytest.mark.parametrize(
    ("language", "objection", "pushed", "taken_up"),
    [
        (
            "en",
            "Hm, that's quite pricey, I have to say.",
            "The package holds everything that anybody could want.",
            "I can see that. May I ask what you compare it with?",
        ),
        (
            "de",
            "Hm, das ist aber ganz schön teuer.",
            "In dem Paket ist ja wirklich alles enthalten.",
            "Das kann ich nachvollziehen. Womit vergleichen Sie denn?",
        ),
    ],
)
def test_an_objection_wants_to_be_taken_up(
    language: str, objection: str, pushed: str, taken_up: str
) -> None:
    cue = "objection_not_taken_up"

    assert fired(cue, language, ("C", objection), ("A", pushed))
    assert not fired(cue, language, ("C", objection), ("A", taken_up))


@pytest.mark.parametrize(
    ("language", "pressure", "freed", "harmless"),
    [
        (
            "en",
            "You really need to sign today.",
            "But no rush, take your time.",
            "The offer stands for four weeks.",
        ),
        (
            "de",
            "Da müssen Sie sich aber heute noch entscheiden.",
            "Aber lassen Sie sich ruhig Zeit.",
            "Das Angebot gilt vier Wochen.",
        ),
    ],
)
def test_pressure_is_noticed_unless_it_is_taken_back(
    language: str, pressure: str, freed: str, harmless: str
) -> None:
    assert fired("pressure_said", language, ("A", pressure))
    assert not fired("pressure_said", language, ("A", f"{pressure} {freed}"))
    assert not fired("pressure_said", language, ("A", harmless))


@pytest.mark.parametrize(
    ("language", "need", "benefit"),
    [
        ("en", "What do you need it for?", "It orders by itself, so you never run out."),
        ("de", "Wofür brauchen Sie es?", "Es bestellt selbst, damit sparen Sie Zeit."),
    ],
)
def test_a_benefit_is_praised_once_the_need_is_known(
    language: str, need: str, benefit: str
) -> None:
    assert fired("benefit_named", language, ("A", need), ("C", "Paper."), ("A", benefit))
    assert not fired("benefit_named", language, ("A", benefit))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_talks_nearly_all_the_time_is_reminded_to_ask(language: str) -> None:
    talk: list[Stretch] = [(0, 45_000), (47_000, 100_000)]
    call = script(agent=talk, customer=[(45_200, 46_500)], language=language)

    events = told(call, playbook=load_playbook(f"{language}/sales"))

    assert len(heard(events, "listens_little")) == 1
