"""Verdicts on nudges: kept on this machine, they demote what does not help; a setting, no score."""

from pathlib import Path

import pytest

from assist.errors import SettingsError
from assist.events import CallSettings, NudgeFeedback, NudgeShown
from assist.feedback import ENOUGH, Ballot, Votes, read, settings, unhelpful, write


def after(helpful: int, against: int, start: Votes | None = None) -> Votes:
    votes = start or Votes()
    for good in [True] * helpful + [False] * against:
        votes = votes.plus(helpful=good)
    return votes


def shown(cue: str) -> NudgeShown:
    return NudgeShown(
        at=1000,
        id="n-1",
        cue=cue,
        cue_id="c-1",
        kind="nudge",
        sign="say",
        text="Say it.",
        reason="",
        priority=2,
        expires=9000,
        rule="x.Y",
        playbook="en/support@1",
        evidence=(),
    )


def test_without_votes_a_cue_is_believed_in() -> None:
    assert unhelpful(0, 0) == pytest.approx(0.4**3)  # Beta(3, 1) below 0.4


def test_few_votes_change_nothing() -> None:
    assert after(0, ENOUGH - 1).level == 0


def test_nine_votes_against_and_none_for_it_demote_by_one_level_and_count_anew() -> None:
    assert after(0, ENOUGH).level == 0  # 88 % certain
    assert after(0, ENOUGH + 1) == Votes(level=1)


def test_votes_against_a_demoted_cue_take_it_off_the_screen() -> None:
    assert after(0, 2 * (ENOUGH + 1)) == Votes(level=2)


def test_there_is_no_third_level() -> None:
    assert after(0, 4 * ENOUGH).level == 2


def test_mixed_votes_leave_it_where_it_is() -> None:
    assert after(5, 5).level == 0


def test_the_first_votes_are_not_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "state" / "feedback.json"
    ballot = Ballot(file, {})
    ballot.observe(shown("why_missing"))
    ballot.observe(NudgeFeedback(at=2000, id="n-1", verdict="helpful"))
    ballot.observe(NudgeFeedback(at=3000, id="n-1", verdict="wrong"))

    assert read(file) == {"why_missing": Votes(helpful=1, against=1)}


def test_a_verdict_on_an_unknown_nudge_counts_for_nothing(tmp_path: Path) -> None:
    ballot = Ballot(tmp_path / "feedback.json", {})
    ballot.observe(NudgeFeedback(at=2000, id="n-9", verdict="wrong"))

    assert read(tmp_path / "feedback.json") == {}


def test_a_call_goes_on_when_a_vote_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    ballot = Ballot(tmp_path / "file" / "feedback.json", {})
    ballot.observe(shown("why_missing"))
    ballot.observe(NudgeFeedback(at=2000, id="n-1", verdict="wrong"))

    assert "cannot write the votes" in caplog.text


def test_a_broken_file_is_one_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "feedback.json"
    file.write_text("nonsense")

    with pytest.raises(SettingsError, match="assist feedback reset"):
        read(file)


def test_what_the_votes_change_is_a_setting_of_the_call(tmp_path: Path) -> None:
    file = tmp_path / "feedback.json"
    votes = {
        "venting": Votes(level=1),
        "why_missing": Votes(helpful=3),
        "off_track": Votes(level=2),
    }
    write(file, votes)

    assert settings(read(file)) == CallSettings(later=("venting",), hidden=("off_track",))
