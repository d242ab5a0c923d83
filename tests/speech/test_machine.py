import pytest

from assist.speech.machine import cores, gpu_gigabytes, largest


def test_there_is_a_core() -> None:
    assert cores() >= 1


def test_the_largest_card_counts() -> None:
    assert largest("8192\n24576\n") == pytest.approx(25.77, abs=0.01)


@pytest.mark.parametrize("told", ["", "No devices were found\n"])
def test_no_card_has_no_memory(told: str) -> None:
    assert largest(told) == 0.0


def test_without_the_tool_of_the_driver_there_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert gpu_gigabytes() == 0.0
