"""The command `assist`."""

import sys
from collections.abc import Sequence

from assist.cli import assist
from assist.errors import AssistError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a mistake ends it with one sentence, not with a traceback.

    Args:
        arguments: instead of the program's own.
    """
    try:
        assist(arguments, prog_name="assist")
    except AssistError as error:
        sys.stderr.write(f"assist: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
