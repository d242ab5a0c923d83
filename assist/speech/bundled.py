"""Find what comes with the project: in a checkout beside the package, in a wheel inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def bundled(*parts: str) -> Path:
    """Return where a bundled file or folder is, or would be.

    Args:
        parts: of the path from the root of the project, like `models`, `demo`.
    """
    inside = _PACKAGE / "bundled" / Path(*parts)
    return inside if inside.exists() else _PACKAGE.parent / Path(*parts)
