"""Write the tables of the service's settings into docs/settings.md: `make docs`."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import fields

from assist.settings import Settings

HERE = Path(__file__).parent
annotations = runpy.run_path(str(HERE / "generate.py"))["annotations"]
PAGE = HERE / "settings.md"
BEGIN = "<!-- Written by docs/generate_settings.py from assist/settings; `make docs`. -->\n"
END = "<!-- The end of what is written. -->\n"
HEAD = "| setting | default | meaning |\n|---|---|---|\n"


def files() -> dict[Path, str]:
    """Return what each generated file must contain."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    return {PAGE: before + BEGIN + "\n" + tables() + "\n" + END + rest.partition(END)[2]}


def tables() -> str:
    """Write a table for each table of settings."""
    found = [
        table(name, kind)
        for field in fields(Settings)
        if is_table(field.type)
        for name, kind in nested(field.name, field.type)
    ]
    return "\n".join(found)


def nested(name: str, kind: type) -> Iterator[tuple[str, type]]:
    """Yield a table of settings and those in it."""
    yield name, kind
    for field in fields(kind):
        if is_table(field.type):
            yield from nested(f"{name}.{field.name}", field.type)


def is_table(kind: object) -> bool:
    """Tell whether a setting is a table of settings."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def table(name: str, kind: type) -> str:
    """Write one table."""
    told = {}
    for one in reversed(kind.__mro__):
        if is_table(one) and one is not msgspec.Struct:
            told |= {field: text for field, (_, text) in annotations(one)}
    rows = [
        f"| `{field.name}` | {default(field)} | {meaning(told.get(field.name, ''))} |"
        for field in fields(kind)
        if not is_table(field.type)
    ]
    purpose = str(kind.__doc__).strip()
    head = HEAD + "\n".join(rows) + "\n" if rows else ""
    return f"### `[{name}]`\n\n{purpose}\n\n{head}"


def default(field: msgspec.structs.FieldInfo) -> str:
    """Write a default as it would stand in TOML."""
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value in ("", (), {}):
        return "none"
    if isinstance(value, tuple):
        return f"`{list(value)!r}`".replace("'", '"')
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def meaning(text: str) -> str:
    """Write what a setting means in one line."""
    return re.sub(r"\s+", " ", text).strip().removesuffix(".").replace("|", "\\|")


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, "utf-8")
