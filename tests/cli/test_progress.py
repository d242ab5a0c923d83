import pytest

from assist.cli.progress import progress


def test_quick_work_shows_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("call.wav", 100) as advance:
        advance(50)

    assert capsys.readouterr().err == ""
