"""Logs: one JSON object a line, or lines for a person; never a spoken word, a name or a token.

Our own code logs a fixed word and fields from a fixed list; of other libraries only the name and
the kind of trouble is kept, because their sentences may quote what came in. One thread writes.
"""

import logging
import sys
from collections.abc import MutableMapping
from logging.handlers import QueueHandler, QueueListener
from queue import Full, Queue
from typing import Any, TextIO

import structlog

from assist import __version__

FIELDS = (
    "ts",
    "level",
    "event",
    "node",
    "call",
    "epoch",
    "channel",
    "at",
    "seq",
    "source",
    "user",
    "code",
    "place",
    "ms",
    "count",
    "figures",
    "version",
)
"""All that a line may hold."""
WAITING = 10_000
"""Records that may wait for the writing thread; more are counted and lost."""
OFTEN, WITHIN_S = 5, 10.0
"""An event that comes more often within such a time is told once, with its count."""

Fields = MutableMapping[str, Any]


def start(out: TextIO | None = None, *, readable: bool, level: int = logging.INFO) -> QueueListener:
    """Log from now on; stop the listener that is returned at the end.

    Args:
        out: where lines go; standard error by default.
        readable: for a person rather than a program.
        level: the least that is told.
    """
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(formatter(readable=readable))
    queue: Queue[logging.LogRecord] = Queue(WAITING)
    source = _Patient(queue)
    source.addFilter(Often())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(source)
    root.setLevel(logging.WARNING)
    logging.getLogger("assist").setLevel(level)
    listener = _Writer(queue, handler)
    listener.start()
    return listener


def formatter(*, readable: bool) -> logging.Formatter:
    """Return what turns a record into a line."""
    show: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _ours_alone,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _known, show],
    )


def _ours_alone(logger: Any, name: str, fields: Fields) -> Fields:
    """Keep the sentences of other libraries out."""
    record: logging.LogRecord = fields["_record"]
    if record.name.split(".", 1)[0] != "assist":
        fields["event"], fields["source"] = "library", record.name
    if record.exc_info and record.exc_info[0]:
        fields["code"] = record.exc_info[0].__name__
    fields.pop("exc_info", None)
    return fields


def _known(logger: Any, name: str, fields: Fields) -> Fields:
    """Keep the fields of the list alone."""
    return {"version": __version__} | {key: fields[key] for key in FIELDS if key in fields}


class _Writer(QueueListener):
    """Write what waits; a full queue is written before the end."""

    def enqueue_sentinel(self) -> None:
        self.queue.put(self._sentinel)  # type: ignore[attr-defined]  # as its parent does


class _Patient(QueueHandler):
    """Count what finds no room, instead of waiting or complaining."""

    lost = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.exc_text = None
        if record.exc_info:
            record.exc_info = (record.exc_info[0], None, None)  # type: ignore[assignment]  # no trace
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except Full:
            self.lost += 1


class Often(logging.Filter):
    """Let an event through five times in ten seconds; then tell once how many more there were."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be told."""
        key = (record.name, str(record.msg)[:80])
        since, count = self._seen.get(key, (record.created, 0))
        if record.created - since >= WITHIN_S:
            if count > OFTEN:
                record.count = count - OFTEN
            since, count = record.created, 0
        if len(self._seen) > 1_000:
            self._seen.clear()
        self._seen[key] = since, count + 1
        return count < OFTEN
