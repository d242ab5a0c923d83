"""A Genesys client as we understand it, without a socket: it writes messages and checks answers."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assist.events import Event
from assist.ingest.audiohook import AudioHook
from assist.ingest.items import Close, Item, Send
from assist.settings.doors import AudioHookDoor

SESSION = "5a3b1c0e-0f6d-4c55-9a51-2b7e8f0d1c11"
ORGANISATION = "d7934305-0972-4844-938e-9060eef73d05"
CORRELATION = "e160e428-53e2-487c-977d-96989bf5c99d"
CONVERSATION = "090eaa2f-72fa-480a-83e0-8667ff89c0ec"
PARTICIPANT = "883efee8-3d6c-4537-b500-6d7ca4b92fa0"
NOBODY = "00000000-0000-0000-0000-000000000000"
KEY = "our-test-key"
SECRET = base64.b64encode(b"what only the two of us know").decode()
BOTH, TURNED = ("external", "internal"), ("internal", "external")


def media(
    *channels: str, form: str = "PCMU", rate: int = 8000, kind: str = "audio"
) -> dict[str, Any]:
    """Return one offer."""
    return {"type": kind, "format": form, "channels": list(channels), "rate": rate}


def opening(*offers: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return what `open` says."""
    participant = {"id": PARTICIPANT, "ani": "+15550001", "aniName": "Ada", "dnis": "+15550002"}
    return {
        "organizationId": ORGANISATION,
        "conversationId": CONVERSATION,
        "participant": participant,
        "media": list(offers or (media(*BOTH), media("external"), media("internal"))),
        **changed,
    }


def probing() -> dict[str, Any]:
    """Return what `open` says when nobody is there."""
    nobody = {"id": NOBODY, "ani": "", "aniName": "", "dnis": ""}
    return opening(conversationId=NOBODY, participant=nobody)


def time_of(ms: float) -> str:
    """Write milliseconds as the protocol does."""
    return f"PT{ms / 1000:.4f}".rstrip("0").rstrip(".") + "S"


@dataclass
class Client:
    """One session, seen from the other end."""

    door: AudioHookDoor = field(default_factory=AudioHookDoor)
    authorised: bool = True
    now: int = 1_000
    seq: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    position: float = 0.0
    closed: bool = False

    def __post_init__(self) -> None:
        self.session = AudioHook(
            self.door,
            session=SESSION,
            organisation=ORGANISATION,
            authorised=self.authorised,
            now=self.now,
        )

    # ---- what it sends ----

    def open(self, *offers: dict[str, Any], **changed: Any) -> list[Item]:
        return self.say("open", opening(*offers, **changed))

    def say(self, kind: str, parameters: Any = None, /, **changed: Any) -> list[Item]:
        """Send a message with everything around it, or with something changed."""
        self.seq += 1
        message = {
            "version": "2",
            "id": SESSION,
            "type": kind,
            "seq": self.seq,
            "serverseq": len(self.answers),
            "position": time_of(self.position),
            "parameters": {} if parameters is None else parameters,
            **changed,
        }
        return self.text(json.dumps(message))

    def text(self, text: str) -> list[Item]:
        return self._take(self.session.text(text, self.now))

    def audio(self, ms: int = 200, *, width: int = 2) -> list[Item]:
        """Send silence in one message."""
        self.now += ms
        items = self.binary(b"\xff" * (8 * ms * width))
        self.position += ms
        return items

    def binary(self, data: bytes) -> list[Item]:
        return self._take(self.session.binary(data, self.now))

    def resumed(self, discarded: float, *, start: float | None = None) -> list[Item]:
        start = self.position if start is None else start
        return self.say("resumed", {"start": time_of(start), "discarded": time_of(discarded)})

    def discarded(self, ms: float, *, jump: bool = True) -> list[Item]:
        start, self.position = self.position, self.position + (ms if jump else 0)
        return self.say("discarded", {"start": time_of(start), "discarded": time_of(ms)})

    def close(self, reason: str = "end") -> list[Item]:
        return self.say("close", {"reason": reason})

    # ---- what else happens ----

    def told(self, *events: Event) -> list[Item]:
        return [item for event in events for item in self._take(self.session.told(event))]

    def wait(self, ms: int) -> list[Item]:
        """Let time pass as the service does: it asks every 100 ms."""
        found: list[Item] = []
        for _ in range(0, ms, 100):
            self.now += 100
            found += self._take(self.session.wait(self.now))
        return found

    # ---- what it gets ----

    @property
    def last(self) -> dict[str, Any]:
        return self.answers[-1]

    def kinds(self) -> list[str]:
        return [answer["type"] for answer in self.answers]

    def transcripts(self) -> list[dict[str, Any]]:
        """Return what every transcript says; an event holds one."""
        events = [a["parameters"]["entities"] for a in self.answers if a["type"] == "event"]
        assert all(len(entities) == 1 for entities in events)
        return [entity["data"] for (entity,) in events]

    def _take(self, items: Iterable[Item]) -> list[Item]:
        found = list(items)
        for item in found:
            assert not self.closed, "nothing may follow a close"
            if isinstance(item, Send):
                self.check(item)
            self.closed = isinstance(item, Close)
        return found

    def check(self, sent: Send) -> None:
        """Demand of an answer what the protocol demands of every one."""
        assert isinstance(sent.data, str), "no sound ever goes back"
        assert len(sent.data) <= 65_535
        answer = json.loads(sent.data)
        assert set(answer) == {"version", "id", "type", "seq", "clientseq", "parameters"}
        assert (answer["version"], answer["id"]) == ("2", SESSION)
        assert answer["seq"] == len(self.answers) + 1, "a hole"
        self.answers.append(answer)


def without(items: Sequence[Item], *kinds: type) -> list[Item]:
    """Return the items that are of none of these kinds."""
    return [item for item in items if not isinstance(item, kinds)]


def interleaved(*channels: NDArray[np.uint8]) -> bytes:
    """Return µ-law of several channels as one message of sound."""
    return np.stack(channels, axis=1).tobytes()


def signed(
    *,
    secret: bytes = b"what only the two of us know",
    key: str = KEY,
    nonce: str = "VGhpc0lzQVVuaXF1ZU5vbmNl",
    created: int = 1_800_000_000,
    target: str = "/ingest/audiohook",
    authority: str = "assist.example.org",
    more: str = "",
    names: Sequence[str] = (),
    **changed: str,
) -> dict[str, str]:
    """Return the headers of an upgrade, signed; `changed` are changed after that."""
    headers = {
        "audiohook-organization-id": ORGANISATION,
        "audiohook-session-id": SESSION,
        "audiohook-correlation-id": CORRELATION,
        "x-api-key": key,
    }
    values = {"@request-target": target, "@authority": authority, **headers}
    covered = list(names or values)
    listed = " ".join(f'"{name}"' for name in covered)
    parameters = f'keyid="{key}";nonce="{nonce}";alg="hmac-sha256";created={created}{more}'
    text = f"({listed});{parameters}"
    base = "\n".join([*_lines(covered, values), f'"@signature-params": {text}'])
    value = base64.b64encode(hmac.new(secret, base.encode(), hashlib.sha256).digest()).decode()
    found = {**headers, "signature-input": f"sig1={text}", "signature": f"sig1=:{value}:"}
    return found | {name.replace("_", "-"): value for name, value in changed.items()}


def _lines(names: Sequence[str], values: dict[str, str]) -> Iterator[str]:
    return (f'"{name}": {values[name]}' for name in names)
