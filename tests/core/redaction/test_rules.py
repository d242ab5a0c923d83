"""Secrets that overlap become one."""

from assist.core.redaction.rules import KINDS, STANDARD, Find, joined


def test_finds_that_overlap_become_one_with_the_weightier_name() -> None:
    finds = [Find("number", 4, 9), Find("iban", 2, 8), Find("email", 12, 14)]

    assert joined(finds) == [Find("iban", 2, 9), Find("email", 12, 14)]


def test_an_own_pattern_gives_way_to_a_known_secret() -> None:
    assert joined([Find("customer", 0, 3), Find("card", 0, 5)]) == [Find("card", 0, 5)]


def test_the_standard_is_part_of_all_kinds() -> None:
    assert set(KINDS) > STANDARD
