from pathlib import Path

import pytest

from tests.golden.make import logs

LOGS = dict(logs())


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_engine_concludes_what_the_golden_log_says(path: Path) -> None:
    assert LOGS[path].decode() == path.read_text(encoding="utf-8"), "if intended: make golden"
