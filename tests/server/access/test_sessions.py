from dataclasses import replace

from assist.server.access.sessions import EACH, Sessions
from assist.server.access.tickets import hashed
from assist.server.access.who import Who

ANNA = Who("anna", frozenset({"agent"}))


def begun(*, longest: float = 100, idle: float = 10) -> tuple[Sessions, str]:
    sessions = Sessions(longest=longest, idle=idle)
    return sessions, hashed(sessions.begin(ANNA, word="w", now=0))


def test_a_session_knows_whose_it_is() -> None:
    sessions, proof = begun()

    found = sessions.find(proof, 1)

    assert found is not None
    assert found.who == replace(ANNA, proof=proof)


def test_who_does_nothing_is_logged_out() -> None:
    sessions, proof = begun()

    assert [sessions.find(proof, at) is None for at in (9, 18, 28, 29)] == [
        False,
        False,
        True,
        True,
    ]


def test_no_session_outlives_its_day() -> None:
    sessions, proof = begun(longest=20)

    assert [sessions.find(proof, at) is None for at in (9, 18, 20)] == [False, False, True]


def test_who_logs_out_is_out() -> None:
    sessions, proof = begun()

    sessions.end(proof)

    assert sessions.find(proof, 1) is None


def test_the_oldest_of_too_many_sessions_gives_way() -> None:
    sessions, first = begun()
    for _ in range(EACH):
        newest = hashed(sessions.begin(ANNA, word="w", now=1))

    assert len(sessions) == EACH
    assert sessions.find(first, 1) is None
    assert sessions.find(newest, 1) is not None


def test_only_hashes_are_kept() -> None:
    sessions = Sessions(longest=100, idle=10)
    secret = sessions.begin(ANNA, word="w", now=0)

    assert list(sessions._open) == [hashed(secret)]


def test_somebody_is_found_by_name_as_they_last_logged_in() -> None:
    sessions, _ = begun()
    sessions.begin(Who("anna", frozenset({"admin"})), word="", now=2)

    found = sessions.of("anna")

    assert found is not None
    assert found.roles == {"admin"}
    assert sessions.of("bob") is None
