"""What a check of a playbook finds, each with its line."""

from pathlib import Path

import pytest

from assist.errors import PlaybookError, SettingsError
from assist.evaluate.proofread import proofread, says
from assist.playbooks import parse

HEAD = 'name = "shop"\nlanguage = "en"\nversion = 1\n'
CUE = '[[cues]]\nid = "early"\ntext = "{text}"\n[cues.said]\nmatch = ["discount"]\n{more}'
GOOD = CUE.format(text="Wait.", more='examples = ["A discount."]\n')


def found(folder: Path, text: str) -> list[str]:
    """Return the problems that stand in this text, without its file's name."""
    path = folder / "shop.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    own = (p for p in proofread(str(path)) if p.file == str(path))
    return [str(problem).removeprefix(f"{path}, ") for problem in own]


def test_a_good_playbook_has_no_problems(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            GOOD + 'not_examples = [\n  "No discount.",\n]\n',
            "line 11, cues.early.said.not_examples: “No discount.” must not be matched, and is",
        ),
        (
            CUE.format(text="Wait.", more='examples = ["A rebate."]\n'),
            "line 9, cues.early.said.examples: “A rebate.” must be matched, and is not",
        ),
        (
            CUE.format(text="Wait.", more=""),
            "line 7, cues.early.said: needs an example: a sentence that must be matched",
        ),
        (
            CUE.format(text="Say one two three four five six seven eight nine.", more=""),
            "line 6, cues.early.text: must have at most 9 words and 48 characters, not 10 and 49",
        ),
        (
            GOOD.replace(
                "[cues.said]", 'reason = "This second line is far too long {words}"\n[cues.said]'
            ),
            "line 7, cues.early.reason: must have at most 30 characters beside its {…}",
        ),
        (
            GOOD.replace("early", "venting"),
            "line 5, cues.venting.id: there is a built-in cue of this name",
        ),
        (
            GOOD + '[cues.after]\ncue = "ventin"\n',
            "line 11, cues.early.after.cue: there is no cue 'ventin'",
        ),
        (
            '[advice.ventin]\nsign = "say"\ntext = "Wait."\n',
            "line 4, advice.ventin: there is no such cue",
        ),
        (
            '[thresholds]\n"ventin.on" = 5\n',
            "line 5, thresholds.ventin.on: does not begin with the name of a cue",
        ),
        (
            '[cards.close]\ntitle = "a"\nphrases = ["a"]\n',
            "line 6, cards.close.phrases: must hold 4 to 8 phrases, not 1",
        ),
        (
            '[[mandatory]]\nname = "terms"\ntext = "Too short."\n',
            "line 6, mandatory.terms.text: must have 12 words or more, or it is said by chance",
        ),
        (
            '[phrases.rebate]\nmatch = ["rebate"]\nexamples = ["A rebate."]\n',
            "line 4, phrases.rebate: needs 3 examples",
        ),
        (
            '[phrases.rebate]\nmatch = [\n  "rebate of {nosuch}",\n]\n',
            "line 6, phrases.rebate.match: the phrase 'rebate of {nosuch}' names the unknown class"
            " {nosuch}",
        ),
        ("hotword = 1\n", "line 4, hotword: is an unknown key; did you mean hotwords?"),
    ],
)
def test_a_problem_is_found_on_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in found(tmp_path, text)


def test_a_sibling_must_have_the_same(tmp_path: Path) -> None:
    german = HEAD.replace('"en"', '"de"')
    (tmp_path / "shop.de.toml").write_text(german, encoding="utf-8")
    path = tmp_path / "shop.en.toml"
    path.write_text(HEAD + GOOD, encoding="utf-8")

    sentences = [problem.what for problem in proofread(str(path))]

    assert f"{tmp_path / 'shop.de.toml'} has no advice.early" in sentences


def test_guards_are_part_of_what_a_set_finds() -> None:
    book = parse(HEAD + '[phrases.no]\nmatch = ["no"]\nguard = ["no problem"]\n')

    assert says(book, "no", "Oh no.")
    assert not says(book, "no", "No problem.")


def test_an_unknown_playbook_is_refused() -> None:
    with pytest.raises(SettingsError, match="there is no playbook en/nothing"):
        proofread("en/nothing")


def test_a_file_without_a_language_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text("version = 1\n", encoding="utf-8")

    with pytest.raises(PlaybookError, match="does not say its language"):
        proofread(str(path))
