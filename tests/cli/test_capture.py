import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from assist.capture.desk import Desk
from assist.capture.levels import TURNED
from assist.capture.sound import Device, DeviceError
from assist.cli.capture import View, capture, carrier, check, devices_list
from assist.client import Sender
from assist.errors import SettingsError
from assist.settings import Settings
from assist.settings.desk import Capture
from assist.settings.serving import Serve
from tests.capture.card import CALL, MICROPHONE, card, needs_card, tone
from tests.capture.devices import CALL as SPEAKER
from tests.capture.devices import MIC, room
from tests.cli.test_carrying import speaking
from tests.server.running import running

JABRA = Device(
    "alsa_input.usb-GN_Netcom_A_S_Jabra_EVOLVE_30_II_MS_00006F1D-00.mono-fallback",
    "Jabra EVOLVE 30 II MS Mono",
    loopback=False,
)


def printed(text: object) -> str:
    file = io.StringIO()
    Console(file=file, width=80).print(text, soft_wrap=True)
    return file.getvalue()


def test_devices_are_listed_by_what_they_are_for_the_usual_first_with_whole_names() -> None:
    text = printed(devices_list([SPEAKER, JABRA, MIC]))

    assert text.splitlines() == [
        "Microphone",
        "  Headset  (default)",
        "    mic",
        "  Jabra EVOLVE 30 II MS Mono",
        f"    {JABRA.name}",
        "Call audio",
        "  Speaker  (default)",
        "    speaker.monitor",
        "Choose one by its name, or by a part of it that no other device has.",
    ]


def test_of_a_kind_that_is_not_there_the_list_says_so() -> None:
    assert printed(devices_list([MIC])).splitlines()[-3:-1] == ["Call audio", "  none"]


def test_a_machine_without_devices_says_so() -> None:
    with pytest.raises(DeviceError, match="no sound device"):
        devices_list([])


def test_a_check_of_swapped_devices_says_so() -> None:
    chosen = Settings(capture=Capture(microphone="speaker.monitor", call="mic"))
    console = Console(file=io.StringIO(), width=80)

    code = check(speaking(), chosen, console, seconds=1.5)

    text = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert code == 1
    assert TURNED in text


def test_a_check_of_two_tones_says_that_nobody_spoke() -> None:
    console = Console(file=io.StringIO(), width=120)

    code = check(speaking(), Settings(), console, seconds=2.0)

    text = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert code == 1
    assert "Headset" in text
    assert "Microphone: only noise. Speak while it is checked." in text


def test_a_check_without_a_microphone_names_it() -> None:
    system = speaking()
    system.present.remove(MIC)
    console = Console(file=io.StringIO(), width=120)

    code = check(system, Settings(), console, seconds=1.5)

    text = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert code == 1
    assert "No microphone: is the headset plugged in? There is no microphone" in text


def test_without_a_token_it_does_not_begin(tmp_path: Path) -> None:
    chosen = Settings(serve=Serve(data=str(tmp_path)))

    with pytest.raises(SettingsError, match="there is no token"):
        carrier(room(), chosen)


def test_without_a_terminal_only_what_changes_is_written() -> None:
    console = Console(file=io.StringIO(), width=120)
    view, here, sender = View(console), room(), Sender("call-0001")
    desk = Desk(here, sender, now=here.now)
    with view:
        for _ in range(40):
            here.now += 0.05
            desk.tick(here.now)
            view.show(desk, sender)
        sender.pause("agent", 0)
        view.show(desk, sender)

    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it is a StringIO
    assert [line.split()[1] for line in lines] == ["no", "paused"]


@needs_card
def test_the_command_carries_a_call_until_it_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with card(tmp_path, monkeypatch) as plugs, running() as here:
        plugs.plug_microphone()
        plugs.plug("call_out")
        plugs.play("headset", tone(440, 20))
        token = tmp_path / "desk-token"
        token.write_text(here.access.token)
        names = {
            "TOKEN_FILE": str(token),
            "SERVER": here.base,
            "MICROPHONE": MICROPHONE,
            "CALL": CALL,
        }
        settings = {f"ASSIST_CAPTURE__{name}": value for name, value in names.items()}
        desk = subprocess.Popen(
            [sys.executable, "-m", "assist", "capture"],
            env=os.environ | settings | {"XDG_CONFIG_HOME": "/none"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        here.until(lambda events: any(event.at >= 1000 for event in events))
        begun = time.monotonic()
        desk.send_signal(signal.SIGINT)
        said, wrong = desk.communicate(timeout=20)
        took = time.monotonic() - begun
        events = here.until_ended(here.events[0].call_id)

    assert desk.returncode == 0, wrong
    assert "live" in said
    assert took < 5
    assert events[0].call_id.startswith("desk-")


@needs_card
def test_the_command_lists_what_the_sound_server_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with card(tmp_path, monkeypatch) as plugs:
        plugs.plug_microphone()
        found = CliRunner().invoke(capture, ["--list"])

    assert found.exit_code == 0, found.exception
    assert MICROPHONE in found.output
