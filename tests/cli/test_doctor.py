import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from assist.cli import doctor as checks
from assist.cli.doctor import doctor
from assist.settings import Settings
from assist.speech.advise import recommend
from assist.speech.machine import cores, gpu_gigabytes


def test_this_machine_is_well() -> None:
    result = CliRunner().invoke(doctor)

    assert result.exit_code == 0
    assert "Silero VAD v6" in result.output


def test_what_is_needed_and_missing_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "DISK_GB", 1e9)

    result = CliRunner().invoke(doctor)

    assert result.exit_code == 1
    assert "make room for" in " ".join(result.output.split())  # however wide the terminal is


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "DISK_GB", 1e9)

    assert not checks.disk(tmp_path).good


def test_a_taken_port_is_told_but_not_needed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        finding = checks.free_port(taken.getsockname()[1])

    assert (finding.good, finding.needed) == (False, False)


def test_a_speech_model_is_not_needed() -> None:
    assert checks.speech_model().good or not checks.speech_model().needed


def test_the_model_that_suits_this_machine_is_named() -> None:
    best, why = recommend("auto", cores=cores(), gpu_gigabytes=gpu_gigabytes())

    assert f"{best} is recommended: {why}" in checks.speech_model().text


def test_where_speech_is_decoded_is_told() -> None:
    finding = checks.device(Settings(device="cpu"))

    assert finding.good
    assert finding.text.startswith("Speech runs on the processor (int8, ")


def test_a_device_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # on a machine with a card, too

    finding = checks.device(Settings(device="cuda"))

    assert (finding.good, finding.needed) == (False, True)
    assert "there is no CUDA graphics card here" in finding.text


def test_portaudio_is_not_needed() -> None:
    assert checks.portaudio().good or not checks.portaudio().needed
