"""A hub on this machine that speaks as much of the Hugging Face API as a download needs."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest

COMMIT = "c0ffee00" * 5
PIECE = 1 << 14
"""Bytes that the client keeps at a time."""


@dataclass
class FakeHub:
    """One repository's files, and what happens to the requests for its weights."""

    files: dict[str, bytes]
    trouble: list[str] = field(default_factory=list)
    """For each request for the weights in turn: `cut` = half of it, `refuse` = an error."""
    ranges: list[str] = field(default_factory=list)
    """What was asked for of the weights, as the header Range says."""
    damage: bool = False
    """Whether the weights arrive with another first byte."""
    asked: threading.Event = field(default_factory=threading.Event)
    """Set once somebody asked for the weights."""
    held: threading.Event | None = None
    """What the weights wait for."""
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def facts(self) -> object:
        return {
            "id": "a/b",
            "sha": COMMIT,
            "siblings": [{"rfilename": name} for name in self.files],
        }

    def tree(self) -> object:
        return [self.entry(name, content) for name, content in self.files.items()]

    def entry(self, name: str, content: bytes) -> dict[str, object]:
        entry: dict[str, object] = {"type": "file", "path": name, "size": len(content)}
        entry["oid"] = hashlib.sha1(content).hexdigest()
        if name == "model.bin":
            sha256 = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 134}
        return entry

    def etag(self, name: str) -> str:
        return hashlib.sha256(self.files[name]).hexdigest()


@contextmanager
def running(folder: Path) -> Iterator[FakeHub]:
    """Serve the files of a model on 127.0.0.1 until the block ends."""
    hub = FakeHub({path.name: path.read_bytes() for path in folder.iterdir()})

    class Handler(_Handler):
        here = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    here: FakeHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:  # the name that http.server calls
        self._file(self._name(), body=False)

    def do_GET(self) -> None:  # the name that http.server calls
        path = urlsplit(self.path).path
        if path.startswith("/api/"):
            self._json(self.here.tree() if "/tree/" in path else self.here.facts())
        else:
            self._file(self._name(), body=True)

    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).rpartition("/")[2]

    def _json(self, content: object) -> None:
        self._answer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _file(self, name: str, *, body: bool) -> None:
        if name not in self.here.files:
            self._answer(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        content, trouble = self.here.files[name], ""
        headers = {"ETag": f'"{self.here.etag(name)}"', "X-Repo-Commit": COMMIT}
        asked = self.headers.get("Range", "")
        if body and name == "model.bin":
            self.here.ranges.append(asked)
            trouble = self.here.trouble.pop(0) if self.here.trouble else ""
            content = b"?" + content[1:] if self.here.damage else content
            self.here.asked.set()
            if self.here.held:
                self.here.held.wait()
        if trouble == "refuse":
            self._answer(503, b"", {})
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if asked:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._answer(206 if asked else 200, content[start:], headers, body, cut=trouble == "cut")

    def _answer(
        self,
        status: int,
        content: bytes,
        headers: dict[str, str],
        body: bool = True,
        *,
        cut: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = cut

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what was asked for stands in `ranges`."""


def pointed_at(hub: FakeHub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the hub's client use this hub and an empty cache, in small pieces and without pauses."""
    there = "huggingface_hub.constants"
    monkeypatch.setattr(f"{there}.ENDPOINT", hub.endpoint)
    template = hub.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(f"{there}.HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(f"{there}.HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(f"{there}.DOWNLOAD_CHUNK_SIZE", PIECE)
    quick = SimpleNamespace(sleep=lambda seconds: None)
    monkeypatch.setattr("huggingface_hub.file_download.time", quick)
