"""Write the golden logs: the demo calls' words and speech through the engine, one event a line.

A change of these files shows in plain JSON what an agent would now see differently.
"""

from collections.abc import Iterator
from pathlib import Path

from assist.cues import TABLE
from assist.evaluate.find import find_calls
from assist.evaluate.run import run
from assist.events import OUTPUTS, encode
from assist.settings import load_playbook
from assist.speech.bundled import bundled

HERE = Path(__file__).parent


def logs() -> Iterator[tuple[Path, bytes]]:
    """Yield file and text of each golden log; inputs are left out, they stand in demo/calls."""
    for call, _ in find_calls([bundled("demo", "calls")]):
        events = run(call, load_playbook(call.call.language), TABLE)
        lines = [encode(event) + b"\n" for event in events if isinstance(event, OUTPUTS)]
        yield HERE / f"{call.call.id}.jsonl", b"".join(lines)


if __name__ == "__main__":
    for path, text in logs():
        path.write_bytes(text)
