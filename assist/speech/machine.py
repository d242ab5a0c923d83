"""What this machine has to compute with."""

import os
import subprocess

_ASK = ("nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits")
_PATIENCE_S = 5.0


def cores() -> int:
    """Return how many cores of the processor this program may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def gpu_gigabytes() -> float:
    """Return the memory of the largest NVIDIA graphics card in gigabytes; 0 = there is none."""
    try:
        asked = subprocess.run(
            _ASK, capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0.0
    return largest(asked.stdout)


def largest(mebibytes: str) -> float:
    """Return the largest of the sizes in MiB, one a line, in gigabytes; 0 when there is none."""
    sizes = [int(line) for line in mebibytes.split() if line.isdigit()]
    return max(sizes, default=0) * 2**20 / 1e9
