"""The overlay in a window of its own, above all others; needs pywebview, the extra `desktop`.

It is a program of its own, for the window's loop wants the main thread, which is the call's. The
address comes on its standard input: it may hold a token, which no list of processes is to show.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from assist.errors import SettingsError

LIBRARY = "webview"
MISSING = 'a window of its own needs pywebview: pip install "call-assist[desktop]"'
WIDTH, HEIGHT = 360, 180
SMALLEST = (280, 150)
"""In pixels; the overlay is made for these."""
LEAVES_S = 5.0
"""The window is closed by force when it has not gone after so long."""


def need_library() -> None:
    """See that there is what it takes.

    Raises:
        SettingsError: there is not.
    """
    if find_spec(LIBRARY) is None:
        raise SettingsError(MISSING)


@contextlib.contextmanager
def opened(url: str) -> Iterator[None]:
    """Show a page in the window while the block runs; whoever closes it ends nothing else.

    Args:
        url: of the page, with all that it takes to come in.

    Raises:
        SettingsError: pywebview is not installed.
    """
    need_library()
    program = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, text=True)
    assert program.stdin is not None
    try:
        with contextlib.suppress(BrokenPipeError), program.stdin as pipe:
            pipe.write(url)  # one that could not begin has said why
        yield
    finally:
        program.terminate()
        try:
            program.wait(LEAVES_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def show(library: Any, url: str) -> None:
    """Show the page until the window is closed.

    Args:
        library: `webview`.
        url: of the page.
    """
    library.create_window(
        "Call Assist",
        url,
        width=WIDTH,
        height=HEIGHT,
        min_size=SMALLEST,
        frameless=True,
        easy_drag=True,
        on_top=True,
        focus=False,
    )
    library.start()


if __name__ == "__main__":
    show(import_module(LIBRARY), sys.stdin.read())
