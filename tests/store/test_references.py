from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.store.references import References, load


def test_a_reference_comes_back_and_looks_different_each_time() -> None:
    references = References(b"k" * 32)

    first, second = references.hide("CRM-1"), references.hide("CRM-1")

    assert first != second
    assert b"CRM" not in first + second
    assert references.show(first) == references.show(second) == "CRM-1"


def test_a_person_has_one_digest_a_key() -> None:
    assert References(b"k" * 32).digest("CRM-1") == References(b"k" * 32).digest("CRM-1")
    assert References(b"k" * 32).digest("CRM-1") != References(b"x" * 32).digest("CRM-1")
    assert References(b"k" * 32).digest("CRM-1") != References(b"k" * 32).digest("CRM-2")


def test_another_key_is_one_sentence() -> None:
    hidden = References(b"k" * 32).hide("CRM-1")

    with pytest.raises(StoreError, match="key of the references has changed"):
        References(b"x" * 32).show(hidden)


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "references.key"

    assert load(file).digest("a") == load(file).digest("a")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")

    with pytest.raises(StoreError, match="holds no key"):
        load(tmp_path / "key")
    with pytest.raises(StoreError, match="cannot be read"):
        load(tmp_path / "nowhere" / "key")
