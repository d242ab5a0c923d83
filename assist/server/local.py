"""One server on this machine alone: its port, and uvicorn as this project runs it."""

import errno
import logging
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from assist.errors import SettingsError

HOST = "127.0.0.1"
PORT = 8765
_TRIES = 20
_SEND_BUFFER = 64 * 1024
"""Makes a client that stops reading visible before it costs megabytes."""


def bind(port: int = PORT) -> socket.socket:
    """Take a port, or the next free one; 0 = any.

    Raises:
        SettingsError: none of the next twenty is free.
    """
    for candidate in range(port, min(port + _TRIES, 65536)) if port else (0,):
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            taken.bind((HOST, candidate))
            taken.listen(128)
        except OSError as error:
            taken.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return taken
    raise SettingsError(f"no free port from {port} to {port + _TRIES - 1}; choose another --port")


class Server(uvicorn.Server):
    """Ends on Ctrl-C or SIGTERM without passing the signal on: the program ends as it likes."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; the second time at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def server(app: ASGIApp) -> Server:
    """Make the server; run it with `serve(sockets=[bind(...)])`."""
    logging.getLogger("uvicorn.error").addFilter(_no_tracebacks_for_bad_bytes)
    return Server(
        uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=262_144,
            ws_per_message_deflate=False,  # 61 KiB a connection with it, 27 without
            access_log=False,  # the accept line would log path and query
            log_level="warning",
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )


def _no_tracebacks_for_bad_bytes(record: logging.LogRecord) -> bool:
    """Keep out the traceback that a client's invalid UTF-8 causes; it is closed with 1007."""
    return not record.getMessage().startswith("Invalid UTF-8 sequence")
