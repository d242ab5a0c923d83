"""What this machine has to compute with."""

import os
import subprocess
from collections.abc import Collection

import numpy as np

_ASK = ("nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits")
_PATIENCE_S = 5.0


def cores() -> int:
    """Return how many cores of the processor this program may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def use_wide_vectors() -> None:
    """Let CTranslate2 compute with AVX-512; call it before it computes for the first time.

    It takes AVX2 unless this variable of the environment tells it otherwise. What the operator
    has set stays.
    """
    found = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    if has_wide_vectors(found):
        os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")


def has_wide_vectors(found: Collection[str]) -> bool:
    """Tell whether AVX-512 is faster than AVX2, from numpy's names of what the processor has.

    Before Ice Lake and Zen 4 such a processor ran slower as long as it used it; they are the first
    that also multiply bytes with it.
    """
    return "AVX512_ICL" in found


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
