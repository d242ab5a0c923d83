import subprocess
import sys
from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.store.lock import Lock

HOLD = """
import sys
from pathlib import Path
from assist.store.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_one_service_at_a_time(tmp_path: Path) -> None:
    first = Lock(tmp_path / "lock")

    with pytest.raises(StoreError, match="another service already runs"):
        Lock(tmp_path / "lock")

    first.release()
    first.release()
    Lock(tmp_path / "lock").release()


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another service"):
            Lock(tmp_path / "lock")
        process.kill()
        process.wait(10)

    Lock(tmp_path / "lock").release()
