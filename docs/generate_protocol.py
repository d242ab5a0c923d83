"""Write docs/protocol.md from the messages, tables and limits of assist.protocol: `make docs`."""

import inspect
import runpy
from collections.abc import Iterable
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from assist import protocol
from assist.protocol import CLOSE_CODES, FORMATS, ClientMessage, Format, ServerMessage, Trouble

HERE = Path(__file__).parent
annotations = runpy.run_path(str(HERE / "generate.py"))["annotations"]
TYPES = {str: "string", int: "integer", float: "number", bool: "true or false", NoneType: "null"}
COUNTED = (protocol.Gap, protocol.Pause, protocol.Resume, protocol.End)
"""Messages that take a place among the items."""
ACTIONS = {
    "stop": "stops",
    "again": "connects again after a wait",
    "at once": "connects again at once; after a wait, when that goes on",
    "later": "connects again after `fault.retry_after` seconds, or after a wait",
    "once": "connects again; reports when the same item is refused once more",
    "new token": "connects again with a new token; reports the second time",
    "report": "reports and stops",
}
INTRODUCTION = """\
<!-- Written by docs/generate_protocol.py from assist/protocol.py: change the text there, then
`make docs`. -->

# The audio protocol

How a source of sound that we write ourselves speaks to the service: the desk's capture, the browser
page, the load generator, or your own program. It is a WebSocket at `{path}`, without compression.
Sound goes one way, as binary frames; the rest is text, one JSON object a message. A message with an
unknown field is refused. This is version {version}.

It is made for networks that break. **Every item that the client sends after `hello`, a frame or a
`gap`, `pause`, `resume` or `end`, has the next number, `seq`,** counted from 1 over both channels
together. The client keeps its items in a ring until the server has acknowledged them. After a lost
connection both agree in `hello` and `welcome` on the item to go on with, so that no sound is lost
and none is heard twice.

In Python, [`assist.client`](../assist/client/__init__.py) does all of this:

```python
sender = Sender("call-2026-000123", agent="anna")
outcome = await stream(url, steps, sender=sender, token=lambda: token)
```
"""
FLOW = """\
## The flow

```
client                                               server
hello {{call_id, token}}                         ──►   within {hello} s after the upgrade
                                               ◄──   welcome {{epoch 1, resume_from 1, resume_key}}
[1 agent 100 ms] [2 customer 100 ms]           ──►
                                               ◄──   ack {{seq 0, received 2}}
        ✕ the link breaks; the ring goes on filling; the call clock stands
hello {{call_id, resume_key, oldest 1, next 61}} ──►
                                               ◄──   welcome {{epoch 2, resume_from 3}}
[3] … [60] at once, then live
gap {{61, customer 1300}}                        ──►
pause {{62}} … resume {{63, skipped 41200}}        ──►
end {{64}}                                       ──►
                                               ◄──   ack {{64}}, ended, close 1000
```

* **Safe.** `ack.seq` covers what is stored and will not be asked for again. `ack.received` is what
  came in. There is an `ack` every {ack} ms while something is new, and every {heartbeat} s in any
  case: a client that hears nothing for {dead} s takes the link for dead.
* **Twice.** An item that the server has is dropped. If one before it is missing, the connection is
  closed with 1002, and the client connects again.
* **A full ring.** The ring holds {ring} to {ring_most} s of sound. When it is full, the oldest
  sound leaves; its place and its length stay, and a run of such frames is sent as one `gap` with
  `through`. Pauses, gaps and the end are never dropped.
* **A full socket.** With more than {buffer} KiB waiting in its socket the client sends nothing; the
  rest waits in the ring.
* **A pause.** Either side may want one. It lasts until neither does; meanwhile nothing is recorded,
  and `resume.skipped` says how long it was. When the server asks, it drops sound at once, and the
  client stops within {stop} ms.
* **Taking over.** A `hello` for a call that another connection carries takes it over: the older one
  is closed with 4409. Each connection has an `epoch` of its own.
* **Coming back.** After {waits} s, each up to {jitter} % longer; the last wait repeats. A call
  whose client is not back within {resume} s ends as `lost`. While its client is there it must send
  an item at least every {idle} s, unless it pauses.
* **Who may.** The token stands in `hello` and nowhere else, never in the address.
  `welcome.resume_key` stands for it on the next connections of the same call.
"""
FRAMES = """\
## Frames

A frame is at most {binary} bytes long, all numbers little-endian:

| offset | type | field |
|---|---|---|
| 0 | u32 | `seq` |
| 4 | u8 | channel: place in `hello.channels` |
| 5 | u8 | flags: 0 |
| 6 | u16 | duration in milliseconds |
| {header} | | sound, one channel |

The sound must be exactly as long as the duration says.

| codec | rate | sound | durations in ms |
|---|---|---|---|
"""
SOUND = {
    "pcm16": "signed 16 bit",
    "mulaw": "G.711 µ-law",
    "opus": "one packet, no container",
}


def files() -> dict[Path, str]:
    """Return what each generated file must contain."""
    text = [
        INTRODUCTION.format(path=protocol.PATH, version=protocol.VERSION),
        FLOW.format(**_figures()),
        FRAMES.format(binary=protocol.BINARY_LIMIT, header=protocol.HEADER)
        + "\n".join(map(_format, FORMATS.values())),
        f"\n## What the client says\n\nText of at most {protocol.TEXT_LIMIT // 1024} KiB.\n",
        *map(_message, get_args(ClientMessage)),
        "## What the server says\n",
        *map(_message, get_args(ServerMessage)),
        "## Close codes\n",
        "\n".join(_codes()),
        "\n## Codes of `status`\n",
        ", ".join(f"`{code}`" for code in get_args(Trouble)) + ".\n",
    ]
    return {HERE / "protocol.md": "\n".join(text)}


def _figures() -> dict[str, str]:
    """Return the limits as the flow tells them."""
    return {
        "hello": _seconds(protocol.HELLO_MS),
        "ack": str(protocol.ACK_MS),
        "heartbeat": _seconds(protocol.HEARTBEAT_MS),
        "dead": _seconds(protocol.DEAD_MS),
        "idle": _seconds(protocol.IDLE_MS),
        "resume": _seconds(protocol.RESUME_MS),
        "stop": str(protocol.STOP_MS),
        "ring": str(protocol.RING_S),
        "ring_most": str(protocol.RING_MOST_S),
        "buffer": str(protocol.SEND_BUFFER // 1024),
        "waits": ", ".join(f"{wait:g}" for wait in protocol.RETRY_S),
        "jitter": f"{protocol.JITTER:.0%}".rstrip("%"),
    }


def _seconds(ms: int) -> str:
    return f"{ms / 1000:g}"


def _format(form: Format) -> str:
    first, *_, last = form.durations
    steps = {b - a for a, b in zip(form.durations, form.durations[1:], strict=False)}
    every = "" if steps == {1} else f", in steps of {min(steps)}"
    return f"| `{form.codec}` | {form.rate} | {SOUND[form.codec]} | {first} to {last}{every} |"


def _message(kind: type[msgspec.Struct]) -> str:
    """Write the section of one message."""
    place = " Takes the next `seq`." if kind in COUNTED else ""
    head = f"### `{kind.__struct_config__.tag}`\n\n{inspect.getdoc(kind)}{place}\n"
    written = dict(annotations(kind))
    rows = [_row(field, written[field.name][1]) for field in fields(kind)]
    if not rows:
        return f"{head}\nIt has no fields.\n"
    return "\n".join([head, "| field | type | meaning |", "|---|---|---|", *rows, ""])


def _row(field: FieldInfo, meaning: str) -> str:
    default = ""
    if not field.required:
        value = field.default if field.default is not msgspec.NODEFAULT else {}
        default = f", else `{msgspec.json.encode(value).decode()}`"
    return f"| `{field.name}` | {_type(field.type)}{default} | {meaning} |"


def _type(kind: Any) -> str:
    """Write a type as JSON knows it."""
    arguments = get_args(kind)
    origin = get_origin(kind)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{msgspec.json.encode(one).decode()}`" for one in arguments)
    if origin is tuple:
        return f"array of {_type(arguments[0])}"
    if origin is dict:
        return f"object of {_type(arguments[1])}"
    if origin in (Union, UnionType):
        return " or ".join(map(_type, arguments))
    return TYPES[kind]


def _codes() -> Iterable[str]:
    yield "| code | meaning | the client |"
    yield "|---|---|---|"
    for code, row in CLOSE_CODES.items():
        yield f"| {code} | {row.meaning} | {ACTIONS[row.then]} |"
    yield "| any other | The link broke. | connects again after a wait |"


if __name__ == "__main__":
    for path, content in files().items():
        path.write_text(content, encoding="utf-8")
