import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from assist.server import logs


@contextmanager
def logged(out: io.StringIO, *, readable: bool = False) -> Iterator[None]:
    """Log into a text until the block ends."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    ours = logging.getLogger("assist").level
    listener = logs.start(out, readable=readable)
    try:
        yield
    finally:
        listener.stop()
        root.handlers[:] = before
        root.setLevel(level)
        logging.getLogger("assist").setLevel(ours)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_holds_the_known_fields_alone() -> None:
    out = io.StringIO()
    with logged(out):
        facts = {"call": "c1", "code": 1000, "words": "my card is 4111"}
        logging.getLogger("assist.door").info("door_closed", extra=facts)

    (line,) = lines(out)
    assert line["event"] == "door_closed"
    assert (line["call"], line["code"], line["level"]) == ("c1", 1000, "info")
    assert set(line) <= set(logs.FIELDS)
    assert "4111" not in out.getvalue()


def test_what_other_libraries_say_is_not_repeated() -> None:
    out = io.StringIO()
    with logged(out):
        logging.getLogger("uvicorn.error").error("bad request from %s: %s", "anna", "4111")

    (line,) = lines(out)
    assert (line["event"], line["source"]) == ("library", "uvicorn.error")
    assert "anna" not in out.getvalue()


def test_of_an_exception_only_its_kind_is_told() -> None:
    out = io.StringIO()
    with logged(out):
        try:
            raise KeyError("my card is 4111")
        except KeyError:
            logging.getLogger("assist.live").exception("call_failure")

    (line,) = lines(out)
    assert line["code"] == "KeyError"
    assert "4111" not in out.getvalue()
    assert "Traceback" not in out.getvalue()


def test_a_person_gets_a_readable_line() -> None:
    out = io.StringIO()
    with logged(out, readable=True):
        logging.getLogger("assist.service").info("call_opened", extra={"call": "c1"})

    assert "call_opened" in out.getvalue()
    assert "call=c1" in out.getvalue()


def test_what_comes_too_often_is_told_with_its_count() -> None:
    out = io.StringIO()
    with logged(out):
        for _ in range(50):
            logging.getLogger("assist.door").info("door_closed")

    assert len(lines(out)) == logs.OFTEN


def test_after_a_while_the_count_is_told() -> None:
    often = logs.Often()
    record = logging.LogRecord("assist.door", logging.INFO, "", 0, "door_closed", (), None)
    record.created = 100.0
    told = [often.filter(record) for _ in range(20)]
    record.created = 111.0

    assert told.count(True) == logs.OFTEN
    assert often.filter(record)
    assert record.__dict__["count"] == 20 - logs.OFTEN


def test_a_full_queue_loses_lines_and_keeps_nobody_waiting() -> None:
    out = io.StringIO()
    with logged(out):
        handler = logging.getLogger().handlers[0]
        assert isinstance(handler, logs._Patient)
        for number in range(3 * logs.WAITING):
            handler.enqueue(logging.LogRecord("assist.x", 20, "", 0, f"e{number}", (), None))

    assert handler.lost + len(out.getvalue().splitlines()) == 3 * logs.WAITING
