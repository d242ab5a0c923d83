import os

import pytest

from assist.speech.machine import (
    cores,
    gpu_gigabytes,
    has_wide_vectors,
    largest,
    use_wide_vectors,
)


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


@pytest.mark.parametrize(
    ("found", "wide"),
    [
        (["X86_V3", "X86_V4", "AVX512_ICL"], True),
        (["X86_V3", "X86_V4"], False),  # Skylake slows down for it
        (["NEON", "ASIMD"], False),
    ],
)
def test_wide_vectors_are_used_where_they_are_faster(found: list[str], wide: bool) -> None:
    assert has_wide_vectors(found) is wide


def test_what_the_operator_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "GENERIC")

    use_wide_vectors()

    assert os.environ["CT2_FORCE_CPU_ISA"] == "GENERIC"
