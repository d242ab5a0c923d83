"""The service under load, in a process of its own; it notes when the engine decided what.

    python -m benchmarks.served STAMPS --calls 60

It runs on timing alone, on any free port, and says where in a line of JSON. After SIGTERM it writes
the stamps: for every nudge and note its call, its place in the log and the machine's time when the
engine had decided it. That clock is the same for all processes of a machine, so that a page's
process can subtract it from the time at which the message arrived.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from assist.events import Event, NudgeShown, SupervisorNote
from assist.server import logs
from assist.server.access import Access, Audit
from assist.server.local import bind
from assist.server.service import Service
from assist.settings import Settings
from assist.settings.serving import Serve

Stamp = tuple[str, int, float]
"""A call, a place in its log, and when it was decided, in seconds of the machine's clock."""


class Timed(Service):
    """The service, with its stamps."""

    stamps: list[Stamp]

    def _publish(self, event: Event, decided: float) -> None:
        if isinstance(event, NudgeShown | SupervisorNote):
            self.stamps.append((event.call_id, event.seq, decided))
        super()._publish(event, decided)


def main() -> None:
    """Serve until SIGTERM, then write the stamps."""
    arguments = _arguments()
    settings = Settings(serve=Serve(calls=arguments.calls, drain_timeout=0))
    with TemporaryDirectory() as folder, bind(0) as listening:
        listener = logs.start(readable=False)
        access = Access(settings.access, audit=Audit(Path(folder)))
        service = Timed(settings, access)
        service.stamps = []
        where = {"port": listening.getsockname()[1], "token": access.token}
        print(json.dumps(where), flush=True)
        asyncio.run(service.run(listening))
        listener.stop()
    arguments.stamps.write_text(json.dumps(service.stamps))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stamps", type=Path)
    parser.add_argument("--calls", type=int, default=100)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
