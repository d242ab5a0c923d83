import pytest

from assist.core.kept import is_kept
from assist.settings import LANGUAGES, load_playbook


@pytest.mark.parametrize(
    "text",
    [
        *("No,", "not", "NEVER", "don't", "Isn’t.", "can't!", "cannot", "nothing", "without"),
        *("Nein.", "kein", "keinerlei", "nicht", "nie", "niemandem", "ohne"),
        *("yes", "Ja!", "ok"),
        *("7", "12,50", "B2B", "seven", "twenty-one", "hundredth", "third"),
        *("sieben", "dreizehn", "einundzwanzig", "dreißig", "zweihundert", "halben"),
        *("fucking", "shitty", "Bullshit", "damned", "Scheiße", "verarscht", "Mist"),
    ],
)
def test_what_decides_the_meaning_is_kept(text: str) -> None:
    assert is_kept(text)


@pytest.mark.parametrize(
    "text",
    ["router", "Rechnung", "agent", "account", "payment", "warranty", "knot", "note", "want"],
)
def test_other_words_are_not(text: str) -> None:
    assert not is_kept(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_playbooks_negations_and_numbers_are_kept(language: str) -> None:
    classes = load_playbook(language).classes

    words = (word for name in ("neg", "num") for entry in classes[name] for word in entry.split())

    assert [word for word in words if not is_kept(word)] == []
