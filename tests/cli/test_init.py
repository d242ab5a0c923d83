import subprocess
import sys

import click
from click.testing import CliRunner

from assist.cli import COMMANDS, assist


def test_the_help_names_every_command() -> None:
    output = CliRunner().invoke(assist, ["--help"]).output

    assert all(f"  {name} " in output for name in COMMANDS)


def test_every_command_is_found_under_its_name() -> None:
    context = click.Context(assist)

    found = {name: assist.get_command(context, name) for name in COMMANDS if name != "demo"}

    assert all(command and command.name == name for name, command in found.items())


def test_the_help_imports_no_command() -> None:
    code = "import sys; from assist.cli import assist; assist(['--help'], standalone_mode=False)"
    code += "; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(assist, ["replya"])

    assert result.exit_code == 2
    assert "No such command 'replya'" in result.output
