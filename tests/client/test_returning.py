import pytest

from assist.client.returning import Return, Returning, Stay
from assist.protocol import CLOSE_CODES, Fault

BROKE = 1006
FAULT = Fault(code="sequence", text="An item is missing.")


def waits(returning: Returning, code: int, times: int) -> list[int]:
    """Close so often, and return the waits."""
    answers = [returning.closed(code, 0) for _ in range(times)]
    return [one.after_ms for one in answers if isinstance(one, Return)]


@pytest.mark.parametrize("code", [BROKE, 1001, 1011, 4408, 4999])
def test_a_client_comes_back_after_ever_longer_waits(code: int) -> None:
    assert waits(Returning(), code, 7) == [500, 1000, 2000, 4000, 8000, 8000, 8000]


def test_waits_begin_anew_once_the_server_has_taken_something() -> None:
    returning = Returning()
    waits(returning, BROKE, 4)

    returning.progressed(10)

    assert waits(returning, BROKE, 1) == [500]


def test_a_call_that_has_ended_is_over() -> None:
    assert Returning().closed(1000, 0) == Stay("")


@pytest.mark.parametrize("code", [4409, 4410, 4400, 4415, 4403])
def test_a_client_that_is_not_wanted_says_why_and_stays_away(code: int) -> None:
    assert Returning().closed(code, 0) == Stay(CLOSE_CODES[code].meaning)


def test_what_the_server_said_is_told_rather_than_the_meaning_of_the_code() -> None:
    assert Returning().closed(4400, 0, FAULT) == Stay(FAULT.text)


@pytest.mark.parametrize("code", [1002, 1007, 1009])
def test_an_item_that_is_refused_twice_is_reported(code: int) -> None:
    returning = Returning()

    assert returning.closed(code, 0) == Return(500)
    assert returning.closed(code, 0, FAULT) == Stay(FAULT.text)


def test_another_item_that_is_refused_later_is_tried_again() -> None:
    returning = Returning()
    returning.closed(1002, 0)

    returning.progressed(10)

    assert returning.closed(1002, 0) == Return(500)


def test_a_server_that_goes_away_is_followed_at_once_but_not_in_a_circle() -> None:
    assert waits(Returning(), 1012, 4) == [0, 1000, 2000, 4000]


def test_a_full_server_says_when_to_come_back() -> None:
    fault = Fault(code="full", text="No room.", retry_after=12.5)

    assert Returning().closed(1013, 0, fault) == Return(12_500)


def test_a_full_server_that_says_nothing_is_tried_after_the_usual_wait() -> None:
    assert waits(Returning(), 1013, 2) == [500, 1000]


def test_a_refused_token_is_renewed_once() -> None:
    returning = Returning()

    assert returning.closed(4401, 0) == Return(0)
    assert returning.closed(4401, 0) == Stay(CLOSE_CODES[4401].meaning)


def test_a_token_that_was_good_for_a_while_may_be_renewed_again() -> None:
    returning = Returning()
    returning.closed(4401, 0)

    returning.welcomed()

    assert returning.closed(4401, 0) == Return(0)


def test_a_client_gives_up_when_nobody_has_answered_for_too_long() -> None:
    returning = Returning(patience_ms=60_000)
    returning.tried(1_000)
    returning.tried(50_000)

    assert isinstance(returning.closed(BROKE, 60_999), Return)
    assert isinstance(returning.closed(BROKE, 61_000), Stay)


def test_every_word_of_the_server_renews_patience() -> None:
    returning = Returning(patience_ms=60_000)
    returning.tried(0)

    returning.heard(50_000)

    assert isinstance(returning.closed(BROKE, 109_999), Return)


def test_the_end_of_a_call_is_no_failure_however_late_it_is_told() -> None:
    returning = Returning(patience_ms=60_000)
    returning.tried(0)

    assert returning.closed(1000, 70_000) == Stay("")
