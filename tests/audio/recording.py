"""A process that records until it is killed: `python -m tests.audio.recording FILE`.

It prints, for every 100 ms that it has handed over, how many milliseconds there are by now.
"""

import sys
from pathlib import Path

from assist.audio.recorded import Recorded
from assist.core.audio import RATE
from tests.audio.sound import tones


def run(path: Path) -> None:
    recorded = Recorded(path)
    second = tones(1.0, RATE, 2)
    for ms in range(100, 3_600_000, 100):
        at = ms % 1_000 * RATE // 1_000
        recorded.add(second[at : at + RATE // 10])
        sys.stdout.write(f"{ms}\n")
        sys.stdout.flush()
        sys.stdin.readline()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
