import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assist.cli.playbook import playbook
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.errors import PlaybookError, ProtocolError
from assist.evaluate.find import find_calls
from assist.evaluate.run import inputs
from assist.events import encode
from assist.settings import load_playbook

OWN = """\
name = "shop"
language = "en"
version = 1
extends = "support"
[[cues]]
id = "bananas_named"
text = "Say pears instead."
priority = 1
[cues.said]
match = ["bananas"]
examples = ["Two bananas."]
"""
CALL = "== fruit\nlanguage en\npartial\n\nC Hello there.\nA We have bananas.\n\n"
GERMAN = "== obst\nlanguage de\npartial\n\nA Wir haben bananas.\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    path = tmp_path / "calls.txt"
    path.write_text(CALL + GERMAN, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(playbook, [str(argument) for argument in arguments])


def test_each_problem_is_one_line_with_its_place(own: Path) -> None:
    own.write_text(OWN + 'not_examples = ["No bananas."]\n', encoding="utf-8")

    result = run("check", own)

    assert result.exit_code == 1
    assert f"{own}, line 12, cues.bananas_named.said.not_examples: “No" in result.stdout


def test_a_wrong_value_is_told_with_what_it_must_be(own: Path) -> None:
    own.write_text(OWN + '[cues.after]\nwithin_s = "soon"\n', encoding="utf-8")

    result = run("check", own)

    assert result.stdout == (
        f"{own}, line 13, cues.bananas_named.after.within_s: must be a number from 1 to 600\n"
    )


def test_the_difference_is_told_for_each_call(own: Path, calls: Path) -> None:
    result = run("try", own, calls)

    assert result.exit_code == 0
    assert "bananas_named" in result.stdout
    assert "1 calls: 1 appear, 0 vanish, 0 read otherwise; 1 in another" in result.stdout


def test_the_difference_may_be_read_by_a_program(own: Path, calls: Path) -> None:
    told = json.loads(run("try", own, calls, "--json").stdout)

    ((change,),) = told["calls"].values()
    assert (change["cue"], change["change"]) == ("bananas_named", "+")
    assert told["skipped"] == 1


def test_a_playbook_does_not_differ_from_itself(own: Path, calls: Path) -> None:
    told = json.loads(run("try", own, calls, "--against", own, "--json").stdout)

    assert told["calls"] == {"fruit": []}


def test_a_recorded_log_is_tried_without_its_nudges(own: Path, calls: Path) -> None:
    (labelled, _), _ = find_calls([calls])
    engine = Engine(call_id="logged", playbook=load_playbook("en"), table=TABLE)
    log = calls.with_name("log.jsonl")
    log.write_bytes(b"\n".join(encode(e) for one in inputs(labelled) for e in engine.feed(one)))

    told = json.loads(run("try", own, log, "--json").stdout)

    assert [one["change"] for one in told["calls"]["logged"]] == ["+"]


def test_playbooks_of_two_languages_are_not_compared(own: Path, calls: Path) -> None:
    result = run("try", own, calls, "--against", "de")

    assert isinstance(result.exception, PlaybookError)
    assert str(result.exception) == f"{own} is en, de is de"


def test_a_missing_call_ends_with_one_sentence(own: Path, tmp_path: Path) -> None:
    assert isinstance(run("try", own, tmp_path / "none").exception, ProtocolError)
