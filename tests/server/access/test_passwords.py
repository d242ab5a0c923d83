import pytest

from assist.server.access.passwords import hash_password, matches, unusable


def test_the_right_password_matches_its_hash_and_no_other_does() -> None:
    kept = hash_password("correct horse battery", log_n=4, lanes=1)

    assert matches("correct horse battery", kept)
    assert not matches("correct horse batterY", kept)
    assert not matches("", kept)


def test_two_hashes_of_one_password_differ() -> None:
    first, second = (hash_password("x" * 12, log_n=4) for _ in range(2))

    assert first != second


def test_the_cost_is_the_one_that_owasp_advises() -> None:
    kept = hash_password("x" * 12)

    assert kept.startswith("scrypt:15:8:3:")
    assert matches("x" * 12, kept)


@pytest.mark.parametrize(
    "kept", ["", "plain", "scrypt:4:8:1:!:!", "scrypt:40:8:1:AA==:AA==", "md5:4:8:1:AA==:AA=="]
)
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not matches("", kept)


def test_a_lone_surrogate_is_only_a_wrong_password() -> None:
    assert not matches("\ud800", hash_password("x" * 12, log_n=4))


@pytest.mark.parametrize(("length", "good"), [(11, False), (12, True), (256, True), (257, False)])
def test_a_new_password_has_a_length_that_helps(length: int, good: bool) -> None:
    assert (unusable("x" * length) == "") == good
