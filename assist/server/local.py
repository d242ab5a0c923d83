"""One server on this machine alone: its port, and uvicorn as this project runs it."""

import errno
import logging
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from assist.errors import SettingsError
from assist.server.wire import Wire
from assist.settings.serving import Serve

HOST = "127.0.0.1"
PORT = 8765
_TRIES = 20
_HERE = Serve()
_SEND_BUFFER = 64 * 1024
"""Makes a client that stops reading visible before it costs megabytes."""


def bind(port: int = PORT, host: str = HOST, *, tries: int = _TRIES) -> socket.socket:
    """Take a port, or the next free one; 0 = any.

    Raises:
        SettingsError: none of the next ones is free, or the address is not this machine's.
    """
    for candidate in range(port, min(port + tries, 65536)) if port else (0,):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        taken = socket.socket(family, socket.SOCK_STREAM)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            taken.bind((host, candidate))
            taken.listen(1024)
        except OSError as error:
            taken.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise SettingsError(f"{host} is no address of this machine") from error
        else:
            return taken
    if tries == 1:
        raise SettingsError(f"port {port} is taken; choose another --port")
    raise SettingsError(f"no free port from {port} to {port + tries - 1}; choose another --port")


class Server(uvicorn.Server):
    """Ends on Ctrl-C or SIGTERM without passing the signal on: the program ends as it likes."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; the second time at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def server(app: ASGIApp) -> Server:
    """Make the server; run it with `serve(sockets=[bind(...)])`."""
    return Server(config(app))


def config(app: ASGIApp, serve: Serve = _HERE) -> uvicorn.Config:
    """Return uvicorn's settings as this project runs it."""
    logging.getLogger("uvicorn.error").addFilter(_no_tracebacks_for_bad_bytes)
    return uvicorn.Config(
        app,
        ws=Wire,
        ws_max_size=262_144,
        ws_per_message_deflate=False,  # it takes more memory than all the rest of a connection
        access_log=False,  # the accept line would log path and query
        log_level="warning",
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=serve.certificate or None,
        ssl_keyfile=serve.key or None,
        proxy_headers=serve.behind_proxy,
        forwarded_allow_ips="127.0.0.1",
    )


def _no_tracebacks_for_bad_bytes(record: logging.LogRecord) -> bool:
    """Keep out the traceback that a client's invalid UTF-8 causes; it is closed with 1007."""
    return not record.getMessage().startswith("Invalid UTF-8 sequence")
