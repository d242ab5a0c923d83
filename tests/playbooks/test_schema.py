"""How the text of a playbook is read."""

import pytest

from assist.errors import PlaybookError
from assist.playbooks import parse

HEAD = 'name = "shop"\nlanguage = "en"\nversion = 3\n'


def test_a_playbook_names_itself_as_evidence_quotes_it() -> None:
    assert parse(HEAD).reference == "en/shop@3"


def test_lists_of_a_later_text_are_added() -> None:
    below = HEAD + '[phrases.thanks]\nmatch = ["thanks"]\n'
    above = '[phrases.thanks]\nmatch = ["cheers"]\n'

    assert parse(below, above).phrases["thanks"].match == ("thanks", "cheers")


def test_single_values_of_a_later_text_win() -> None:
    assert parse(HEAD, "version = 4\n").version == 4


def test_a_threshold_that_is_not_named_keeps_its_start_value() -> None:
    book = parse(HEAD + '[thresholds]\n"venting.on" = 5\n')

    assert book.threshold("venting.on", 4.0) == 5
    assert book.threshold("venting.off", 2.0) == 2.0


def test_broken_toml_is_refused() -> None:
    with pytest.raises(PlaybookError, match="no valid TOML"):
        parse("name = ")


def test_an_unknown_key_is_refused_with_its_name() -> None:
    with pytest.raises(PlaybookError, match="phrazes"):
        parse(HEAD + "[phrazes.thanks]\n")


def test_a_value_of_the_wrong_kind_is_refused_with_its_place() -> None:
    with pytest.raises(PlaybookError, match="version: must be a whole number"):
        parse(HEAD.replace("3", '"three"'))


def test_a_sign_that_the_overlay_does_not_know_is_refused() -> None:
    with pytest.raises(PlaybookError, match="sign"):
        parse(HEAD + '[advice.venting]\nsign = "shout"\ntext = "Listen."\n')
