"""Transcripts in, transcripts without secrets out."""

import random
from time import process_time

import pytest
from msgspec.structs import replace

from assist.core.redaction import KINDS, Redactor, Rules, Silence
from assist.core.redaction.numbers import GAP
from assist.core.redaction.redactor import HOLD, KEPT, MARGIN, SPANS
from assist.events import (
    CallEnded,
    Channel,
    Event,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from tests.core.redaction.spoken import (
    events,
    final,
    fixtures,
    is_mask,
    outcome,
    parse,
    partial,
    redacted,
    text,
)

LANGUAGES = ("en", "de")
ACCOUNTS = ("card", "number", "iban")


def said(event: Event) -> tuple[Word, ...]:
    """Return all words of a transcript."""
    assert isinstance(event, TranscriptPartial | TranscriptFinal)
    return (*event.words, *(event.tail if isinstance(event, TranscriptPartial) else ()))


# ---- the written calls ---------------------------------------------------------------------------


@pytest.mark.parametrize("partials", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_cards_and_accounts_at_most_one_in_a_hundred_is_missed(
    language: str, partials: bool
) -> None:
    calls = [call for call in fixtures(language) if call.kind in ACCOUNTS]

    missed = [c for c in calls if outcome(c, redacted(events(c, partials=partials))).leaked]

    assert len(calls) >= 120
    assert len(missed) <= len(calls) / 100


@pytest.mark.parametrize("kind", ["code", "email"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_security_code_and_no_address_is_missed(language: str, kind: str) -> None:
    calls = [call for call in fixtures(language) if call.kind == kind]

    missed = [c.text for c in calls if outcome(c, redacted(events(c, partials=True))).leaked]

    assert calls
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_else_is_masked(language: str) -> None:
    calls = fixtures(language)

    false = [mask for c in calls for mask in outcome(c, redacted(events(c))).false]

    assert false == []


def rises(given: list[Event]) -> bool:
    """Tell whether the revisions of each utterance rise, and the clock never goes back."""
    revisions: dict[str, list[int]] = {}
    for event in given:
        if isinstance(event, TranscriptPartial | TranscriptFinal):
            revisions.setdefault(event.utterance, []).append(event.revision)
    clock = [event.at for event in given]
    return clock == sorted(clock) and all(sorted(set(r)) == r for r in revisions.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_revisions_rise_and_the_clock_never_goes_back(language: str) -> None:
    odd = [c.text for c in fixtures(language) if not rises(redacted(events(c, partials=True)))]

    assert odd == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_final_shows_a_card_that_was_said_without_a_pause(language: str) -> None:
    calls = [c for c in fixtures(language) if c.kind == "card" and len(c.turns) == 1]

    shown = [
        text(event)
        for call in calls
        for event in redacted(events(call, partials=True))
        if isinstance(event, TranscriptFinal) and "[" not in text(event)
    ]

    assert calls
    assert shown == []


# ---- partials ------------------------------------------------------------------------------------


def test_a_partial_shows_bullets_from_the_fourth_digit_on() -> None:
    (given,) = redacted([partial("it is four two four two four")])

    assert text(given) == "it is four two four • •"


def test_a_partial_shows_no_digit_where_a_code_was_named() -> None:
    asked = final("And the CVV?", channel="agent", name="a1")

    given = redacted([asked, partial("five one", start=3_000)])

    assert text(given[-1]) == "• •"


def test_the_tail_of_a_partial_is_hidden_like_its_stable_words() -> None:
    whole = partial("it is four two four two four")
    event = replace(whole, words=whole.words[:5], tail=whole.words[5:])

    (given,) = redacted([event])

    assert isinstance(given, TranscriptPartial)
    assert [word.text for word in given.tail] == ["•", "•"]


def test_digits_of_an_earlier_utterance_count_in_a_partial() -> None:
    given = redacted([final("four two four"), partial("two four", start=4_000, name="c2")])

    assert text(given[-1]) == "• •"


# ---- finals that wait ----------------------------------------------------------------------------


def test_a_final_that_ends_in_four_digits_is_held_and_a_partial_stands_for_it() -> None:
    (given,) = redacted([final("the first part is 4242")])

    assert isinstance(given, TranscriptPartial)
    assert text(given) == "the first part is ••••"


def test_a_final_that_waited_long_enough_comes_and_hides_its_number() -> None:
    said = final("the order is 471108")

    given = redacted([said, Tick(at=said.at + HOLD - 1), Tick(at=said.at + HOLD)])

    finals = [event for event in given if isinstance(event, TranscriptFinal)]
    assert [(text(e), e.at) for e in finals] == [("the order is ••••••", said.at + HOLD)]


def test_a_number_that_is_no_secret_is_shown_when_nothing_can_belong_to_it_any_more() -> None:
    said = final("the order is 471108")
    over = said.words[-1].end + GAP

    given = redacted([said, *(Tick(at=at) for at in (said.at + HOLD, over - 1, over, over + 1))])

    finals = [event for event in given if isinstance(event, TranscriptFinal)]
    assert [(text(e), e.at) for e in finals[1:]] == [(text(said), over)]


def test_a_held_final_comes_as_soon_as_the_number_is_over() -> None:
    said = final("the order is 471108")
    rest = final("and that was all of it", start=said.at, name="c2")

    given = redacted([said, replace(rest, at=said.at + 500)])

    assert [text(event) for event in given[1:]] == [text(said), text(rest)]


def test_a_number_is_shown_as_soon_as_other_words_end_it() -> None:
    said = final("the order is 471108")
    rest = final("and that was all of it", start=said.at + HOLD, name="c2")

    given = redacted([said, Tick(at=said.at + HOLD), rest])

    assert [text(event) for event in given[3:]] == [text(said), text(rest)]


def test_a_second_opinion_on_a_number_that_may_go_on_hides_it_again() -> None:
    said = final("the order is 471108")
    later = final("my order is 471108", revision=9)

    given = redacted([said, Tick(at=said.at + HOLD), replace(later, at=said.at + HOLD + 1)])

    assert text(given[-1]) == "my order is ••••••"


def test_the_end_of_the_call_waits_for_nothing() -> None:
    said = final("the order is 471108")

    given = redacted([said, CallEnded(at=said.at, reason="hangup")])

    assert [type(event) for event in given] == [TranscriptPartial, TranscriptFinal, CallEnded]


def test_a_card_that_is_complete_does_not_wait() -> None:
    (given,) = redacted([final("4242 4242 4242 4242")])

    assert isinstance(given, TranscriptFinal)
    assert text(given) == "[card]"


# ---- corrections ---------------------------------------------------------------------------------


def test_of_a_card_that_is_read_in_groups_nothing_is_ever_shown() -> None:
    first = final("it is 4242 4242", revision=3)
    late = first.at + 5_000
    rest = final("4242 4242", start=late, name="c2")

    given = redacted([first, Tick(at=late), rest])

    finals = [e for e in given if isinstance(e, TranscriptFinal)]
    shown = [(event.utterance, text(event)) for event in finals]
    assert shown == [("c1", "it is •••• ••••"), ("c1", "it is [card]"), ("c2", "[card]")]
    assert finals[1].revision > finals[0].revision > 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pause", [0, 3, 9, 18])
def test_no_revision_shows_more_than_three_digits_of_a_card(language: str, pause: int) -> None:
    groups = {
        "en": "four two four two, four two four two, four two four two, four two four two",
        "de": "vier zwo vier zwo, vier zwo vier zwo, vier zwo vier zwo, vier zwo vier zwo",
    }[language].split(", ")
    call = parse("card | C " + f" ({pause}) ".join(groups))

    given = [
        event
        for event in redacted(events(call, partials=True))
        if not isinstance(event, CallEnded | Tick)
    ]

    plain = (w for e in given for w in said(e) if w.text != "•" and not is_mask(w))
    seen = {word.start for word in plain}
    assert len(seen) <= 3
    assert [text(event) for event in given[-1:]] == ["[card]"]


def test_a_code_is_masked_when_its_name_is_heard_late() -> None:
    answer = final("five one seven", start=4_000)
    asked = replace(final("And the CVV?", channel="agent", name="a1"), at=answer.at + 100)

    given = redacted([answer, asked])

    assert [text(e) for e in given] == ["five one seven", "[code]", "And the CVV?"]


def test_a_second_opinion_is_masked_like_the_first() -> None:
    asked = final("And the CVV?", channel="agent", name="a1")
    first, second = (
        final(f"it is five one {last}", start=3_000, revision=n)
        for n, last in ((4, "seven"), (5, "eleven"))
    )

    given = redacted([asked, first, replace(second, at=first.at + 30_000)])

    assert [text(e) for e in given[1:]] == ["it is [code]", "it is [code]"]
    assert isinstance(given[2], TranscriptFinal)
    assert given[2].revision > 4


def test_a_correction_of_what_is_long_forgotten_is_dropped() -> None:
    redactor = Redactor()
    for i in range(KEPT + 1):
        list(redactor.take(final("well yes", start=2_000 * i, name=f"c{i}")))

    late = final("4242 4242", start=0, name="c0", revision=2)
    given = list(redactor.take(replace(late, at=10**6)))

    assert given == []


# ---- everything else -----------------------------------------------------------------------------


def test_other_events_and_plain_words_pass_as_they_are() -> None:
    stream: list[Event] = [
        SpeechStarted(at=500, channel="customer", start=400),
        partial("good morning my router is dead"),
        final("good morning my router is dead", revision=2),
    ]

    given = redacted(stream)

    assert all(a is b for a, b in zip(given, stream, strict=True))


def test_switched_off_it_changes_nothing() -> None:
    said = final("4242 4242 4242 4242")

    assert redacted([said], Rules(enabled=False)) == [said]


def test_two_sides_do_not_make_one_number() -> None:
    mine = final("4242 4242", channel="agent", name="a1")
    theirs = final("4242 4242", start=mine.at, name="c1")

    given = redacted([mine, theirs, CallEnded(at=theirs.at + 9_000, reason="hangup")])

    assert not any("[" in text(e) for e in given if isinstance(e, TranscriptFinal))


def test_what_is_masked_is_to_be_silenced_in_a_recording() -> None:
    redactor = Redactor()
    said = final("it is 4242 4242 4242 4242 okay")

    list(redactor.take(said))

    expected = Silence("customer", said.words[2].start - MARGIN, said.words[5].end + MARGIN)
    assert redactor.take_spans() == (expected,)
    assert redactor.spans == ()


def test_a_recording_is_certain_up_to_a_number_that_may_go_on() -> None:
    redactor = Redactor()
    said = final("it is 4242 4242")
    assert redactor.undecided(800) == 800 - MARGIN

    list(redactor.take(said))

    assert redactor.undecided(said.at) == said.words[2].start - MARGIN
    assert redactor.undecided(said.at + 60_000) == said.at + 60_000 - MARGIN


def test_what_is_kept_is_bounded() -> None:
    redactor = Redactor()
    start = 0
    for i in range(SPANS + 10):
        said = final("4242424242424242", start=start, name=f"c{i}")
        list(redactor.take(said))
        start = said.at + 30_000

    assert len(redactor.spans) == SPANS


WORDS = (
    "four two null vier zwo double dreimal die 4242 12 £3 oh for at dot com @ a@b D E DE89 CVV code"
    " pin security mhm ja und and one moment pounds plus +49 hundred hundert tausend 0 … - • phone"
)


@pytest.mark.parametrize("seed", range(40))
def test_no_words_upset_it(seed: int) -> None:
    chance = random.Random(seed)
    redactor = Redactor(Rules(kinds=frozenset(KINDS)))
    at = 0
    for i in range(60):
        said = " ".join(chance.choices(WORDS.split(), k=chance.randrange(12)))
        channel: Channel = chance.choice(("agent", "customer"))
        make = final if not said or chance.random() < 0.6 else partial
        event = make(said, start=at, channel=channel, name=f"{channel[0]}{i // 3}")
        at = max(at, event.at)
        given = list(redactor.take(replace(event, at=at)))
        assert all(isinstance(e, TranscriptPartial | TranscriptFinal) for e in given)


def test_an_event_costs_little() -> None:
    call = parse("x | C " + " / A mhm / C ".join(["I went there and it rained all day"] * 20))
    stream = list(events(call, partials=True))

    before = process_time()
    for _ in range(5):
        redacted(stream)
    each = (process_time() - before) / (5 * len(stream))

    assert each < 0.002  # ten times what is asked: other machines, other days
