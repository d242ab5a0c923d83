"""What holds for the whole house: every file tested, everything documented, nothing stale."""

import ast
import re
import runpy
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
import msgspec
import pytest

import assist.events
from assist.cli import assist as command_line
from assist.core.detector import CueSpec
from assist.core.stages import ROWS
from assist.cues import TABLE
from assist.events import AnyEvent, Event, SuppressReason, decode, encode
from assist.settings import LANGUAGES, PREFIX, Settings, load_playbook

ROOT = Path(__file__).parent.parent
TESTED_ELSEWHERE = {
    "assist/events/__init__.py": "tests/events/test_events.py",  # its name says more
    "assist/events/base.py": "tests/events/test_events.py",  # a part of every message
}
"""Source files whose test does not stand at the mirrored place."""
PLAIN: dict[Any, list[Any]] = {
    int: [0, 2**53],
    float: [0.0, 0.1, -1e9],
    str: ["", "„Grüß“ 👋", '\\ "\n'],
    bool: [False, True],
    NoneType: [None],
    dict[str, float]: [{}, {"load": 0.5}],
}
"""Values for fields that are no message, part or choice."""
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|root|work|Users)/\w")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
DOCUMENT = re.compile(r"\bdocs/[\w/-]+\.md\b")
EXCEPTION = re.compile(r"#\s*(noqa|type: ignore)\b[:\s]?[\w, \[\]-]*?(\s{2,}#\s*\S|$)")


# --- files ----------------------------------------------------------------------------------------


def sources() -> list[str]:
    """Return the Python files of the package that hold code of their own."""
    files = sorted((ROOT / "assist").rglob("*.py"))
    return [str(file.relative_to(ROOT)) for file in files if _does_something(file)]


def _does_something(file: Path) -> bool:
    """Tell whether a file has a function that does more than declare itself."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(n, functions) and not _is_declaration(n) for n in ast.walk(tree))


def _is_declaration(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in function.body)


def mirror(source: str) -> str:
    """Return where the test of a source file stands: `__init__.py` has `test_init.py`."""
    path = Path(source)
    return str(Path("tests", *path.parts[1:-1], f"test_{path.stem.strip('_')}.py"))


@cache
def texts() -> dict[Path, str]:
    """Return every text file of the repository that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    found = {}
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.is_file():
            try:
                found[path] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:  # sound or a picture
                continue
    return found


@pytest.mark.parametrize("source", sources())
def test_every_source_file_has_its_test_file(source: str) -> None:
    place = TESTED_ELSEWHERE.get(source, mirror(source))

    assert (ROOT / place).is_file(), f"{source} has no {place}"


def test_exceptions_name_files_that_exist() -> None:
    assert [name for name in TESTED_ELSEWHERE if not (ROOT / name).is_file()] == []


def test_no_file_holds_the_path_of_a_machine() -> None:
    found = [str(p.relative_to(ROOT)) for p, text in texts().items() if MACHINE_PATH.search(text)]

    assert found == []


def test_every_exception_to_a_rule_carries_its_reason() -> None:
    bare = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path, text in texts().items()
        if path.suffix == ".py"
        for line in text.splitlines()
        if (match := EXCEPTION.search(line)) and not match[2]
    ]

    assert bare == []


def test_tests_neither_sleep_nor_mock() -> None:
    forbidden = {"time.sleep", "unittest.mock"}
    found = [
        str(path.relative_to(ROOT))
        for path, text in texts().items()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "tests") and path != Path(__file__)
        if any(name in text for name in forbidden)
    ]

    assert found == []


# --- documents ------------------------------------------------------------------------------------


def test_every_link_between_documents_leads_somewhere() -> None:
    dead = [
        f"{path.relative_to(ROOT)} → {target}"
        for path, text in texts().items()
        if path.suffix == ".md"
        for target in LINK.findall(text)
        if not (path.parent / target).exists()
    ]

    assert dead == []


def test_every_document_that_the_code_names_exists() -> None:
    dead = [
        f"{path.relative_to(ROOT)} → {name}"
        for path, text in texts().items()
        if path.suffix in {".py", ".toml", ".md", ".ts"}
        for name in DOCUMENT.findall(text)
        if not (ROOT / name).exists()
    ]

    assert dead == []


def test_every_decision_record_has_its_four_parts() -> None:
    parts = ("**Status:**", "**Context.**", "**Decision.**", "**Consequences.**")
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    lacking = [r.name for r in records if any(p not in r.read_text("utf-8") for p in parts)]

    assert records
    assert lacking == []


def test_every_decision_record_is_listed_in_the_design() -> None:
    design = (ROOT / "docs" / "design.md").read_text("utf-8")
    records = [r.name for r in sorted((ROOT / "docs" / "decisions").glob("*.md"))]

    assert [name for name in records if name not in design] == []


@pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.id)
def test_every_cue_has_its_row_and_its_paragraph(spec: CueSpec) -> None:
    page = (ROOT / "docs" / "cues.md").read_text("utf-8")
    elsewhere = f", else {spec.priority_elsewhere}" if spec.priority_elsewhere else ""
    stages = ", ".join(spec.stages) or "any"
    row = f"| `{spec.id}` | {spec.kind} | {stages} | {spec.who} | {spec.priority}{elsewhere} "
    times = f"| {spec.cooldown_ms} | {spec.ttl_ms} | {spec.tolerance_ms} |"

    assert row + times in page
    assert f"### `{spec.id}`\n" in page


def test_every_row_of_the_stages_is_documented() -> None:
    page = (ROOT / "docs" / "cues.md").read_text("utf-8")

    assert [row.rule for row in ROWS if f"| `{row.rule}` |" not in page] == []


def test_every_reason_to_show_nothing_is_documented() -> None:
    page = (ROOT / "docs" / "cues.md").read_text("utf-8")

    assert [r for r in get_args(SuppressReason) if f"`{r}`" not in page] == []


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_documented(name: str) -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")

    assert f"| `{name}` | `{PREFIX}{name.upper()}` |" in page


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, groups included."""
    yield "assist", command_line
    context = click.Context(command_line)
    for name in command_line.list_commands(context):
        command = command_line.get_command(context, name)
        assert command is not None, name
        yield f"assist {name}", command
        if isinstance(command, click.Group):
            yield from ((f"assist {name} {sub}", found) for sub, found in command.commands.items())


def sections() -> dict[str, str]:
    """Return the text under each heading of the manual of commands that names a command."""
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    parts = re.split(r"^#+ `(assist(?: \w+)*)`$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_command_is_documented_with_all_it_takes() -> None:
    manual = sections()
    lacking = [
        f"{name} {word}"
        for name, command in commands()
        for word in ("", *_words(command))
        if name not in manual or word not in manual[name]
    ]

    assert lacking == []


def test_no_command_is_documented_that_does_not_exist() -> None:
    assert set(sections()) <= {name for name, _ in commands()}


def _words(command: click.Command) -> Iterator[str]:
    """Yield what may be typed after a command."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (f"`{word}" for word in (*parameter.opts, *parameter.secondary_opts))
        else:
            yield str(parameter.name).upper()


@pytest.mark.parametrize(
    "script",
    [
        "docs/generate.py",
        "docs/generate_settings.py",
        "docs/generate_protocol.py",
        "client/generate.py",
    ],
)
def test_generated_files_are_current(script: str) -> None:
    expected: dict[Path, str] = runpy.run_path(str(ROOT / script))["files"]()

    stale = [path.name for path, text in expected.items() if path.read_text("utf-8") != text]

    assert stale == [], f"run {script}"


# --- playbooks ------------------------------------------------------------------------------------


def test_all_languages_know_the_same_phrases() -> None:
    first, *others = (set(load_playbook(language).phrases) for language in LANGUAGES)

    assert [sorted(first ^ other) for other in others] == [[]] * len(others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_has_advice_that_a_glance_takes_in(language: str) -> None:
    advice = load_playbook(language).advice
    texts = [text for one in advice.values() for text in (one.text, *one.variants.values())]

    assert {spec.id for spec in TABLE} == set(advice)
    assert [text for text in texts if len(text.split()) > 9 or len(text) > 48] == []


# --- messages -------------------------------------------------------------------------------------


def messages() -> list[type[Event]]:
    """Return every message that some file of assist.events defines."""
    names = [module.name for module in walk_packages(assist.events.__path__, "assist.events.")]
    found = [value for name in names for value in vars(import_module(name)).values()]
    kinds = {kind for kind in found if isinstance(kind, type) and issubclass(kind, Event)}
    return sorted(kinds - {Event}, key=lambda kind: kind.__name__)


def values(kind: Any) -> list[Any]:
    """Return some values that a field of this type may hold, among them the awkward ones."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return built(kind)
    if get_origin(kind) is tuple:
        inner = values(get_args(kind)[0])
        return [(), tuple(inner)]
    if get_origin(kind) in (Union, UnionType):
        return [value for one in get_args(kind) for value in values(one)]
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return PLAIN[kind]


def built(kind: type[msgspec.Struct]) -> list[Any]:
    """Return messages in which each field takes each of its values at least once."""
    fields = {field.name: values(field.type) for field in msgspec.structs.fields(kind)}
    count = max(map(len, fields.values()))
    return [kind(**{k: own[i % len(own)] for k, own in fields.items()}) for i in range(count)]


def test_every_message_that_is_defined_can_be_decoded() -> None:
    assert set(messages()) == set(get_args(AnyEvent))


@pytest.mark.parametrize("kind", messages(), ids=lambda kind: kind.__name__)
def test_every_message_survives_the_round_trip(kind: type[Event]) -> None:
    for event in built(kind):
        assert decode(encode(event)) == event
