"""Write down what was measured, with the machine and the command that measured it."""

import json
import math
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assist.errors import AssistError
from assist.speech.machine import cores

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("ctranslate2", "faster-whisper", "onnxruntime", "numpy")


def write(name: str, content: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write figures as JSON, and say where.

    Args:
        name: of the file, without its ending.
        content: the figures; what is not finite becomes null.
        folder: where it is put.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    whole = {"command": command(), **made(), "machine": machine()}
    path.write_text(json.dumps(_plain(whole | content), indent=1, ensure_ascii=False) + "\n")
    print(f"written: {path}")
    return path


def plainly(main: Callable[[], None]) -> None:
    """Run a script; end it with one sentence when its input is no good."""
    try:
        main()
    except AssistError as error:
        raise SystemExit(str(error)) from None


def machine() -> dict[str, Any]:
    """Describe this machine."""
    return {
        "processor": _cpu() or platform.processor(),
        "cores": cores(),
        "memory_gib": _memory(),
        "gpu": _asked("nvidia-smi", "--query-gpu=name", "--format=csv,noheader"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def made() -> dict[str, str]:
    """Tell when this runs, and of which commit."""
    return {"date": _date(), "commit": _commit()}


def command() -> str:
    """Return the command line, as it can be typed in a checkout."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    program = f"python -m {spec.name}" if spec else f"python {Path(sys.argv[0]).name}"
    return " ".join((program, *sys.argv[1:]))


def rounded(value: float, digits: int = 0) -> float | None:
    """Round for the record; None for what is not finite."""
    if not math.isfinite(value):
        return None
    return round(value, digits) if digits else round(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _date() -> str:
    return datetime.now(UTC).date().isoformat()


def _commit() -> str:
    changed = _asked("git", "status", "--porcelain", "--untracked-files=no")
    return _asked("git", "rev-parse", "--short", "HEAD") + (" (changed)" if changed else "")


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # only Linux has it
        return ""
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else ""


def _memory() -> int:
    try:
        first = Path("/proc/meminfo").read_text().splitlines()[0]
    except OSError:
        return 0
    return round(int(first.split()[1]) / 2**20)


def _asked(*words: str) -> str:
    try:
        asked = subprocess.run(
            words, capture_output=True, text=True, timeout=10, check=True, cwd=Path(__file__).parent
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()
