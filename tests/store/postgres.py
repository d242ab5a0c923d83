"""A real PostgreSQL for the tests, on a free port and in a directory of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "postgres"
OPEN = "/var/tmp"  # root's own place for such files may be closed to that user
SETTINGS = "-c listen_addresses=127.0.0.1 -c wal_recycle=off -c max_connections=50"


def binaries() -> Path | None:
    """Return where Debian puts the newest PostgreSQL, or where the path leads."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if found:
        return found[-1]
    tool = shutil.which("pg_ctl")
    return Path(tool).parent if tool else None


@dataclass(frozen=True)
class Server:
    """A running server, and how it is told to stop."""

    tools: Path
    directory: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str) -> None:
        self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-qc", statement)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.directory} {SETTINGS}"
        log = str(self.directory / "log")
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-l", log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", mode, "stop")

    def _run(self, tool: str, *words: str) -> None:
        command = [str(self.tools / tool), *words]
        if os.getuid() == 0:  # the server refuses to run as root
            command = ["runuser", "-u", USER, "--", *command]
        subprocess.run(command, cwd=self.directory, check=True, capture_output=True, timeout=60)


@contextmanager
def postgres(tools: Path) -> Iterator[Server]:
    """Run a server until the block ends."""
    root = os.getuid() == 0
    directory = Path(tempfile.mkdtemp(prefix="assist-postgres-", dir=OPEN if root else None))
    if root:
        shutil.chown(directory, USER)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Server(tools, directory, port)
    words = ["-D", str(directory / "data"), "-A", "trust", "-U", USER, "-E", "UTF8"]
    server._run("initdb", *words, "--locale=C.UTF-8")
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory)
