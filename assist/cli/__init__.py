"""The commands; each is imported only when it runs, so that `assist --help` is quick."""

from importlib import import_module

import click

from assist import __version__

COMMANDS = {
    "demo": "Replay the bundled calls through the whole system and open the overlay.",
    "serve": "Take live calls, and serve agents and supervisors on one port.",
    "run": "Serve, capture and open the overlay, all on this machine.",
    "capture": "Send microphone and call audio to the service, and watch both devices.",
    "users": "Say who may come in: people with their roles, machines with their keys.",
    "replay": "Run recordings, or a log, and print transcript, stages and nudges.",
    "evaluate": "Run labelled calls and print how well the cues were noticed.",
    "playbook": "Check a playbook, and try it on calls.",
    "feedback": "Show or forget the verdicts on nudges that were given on this machine.",
    "models": "List, fetch and verify the speech models.",
    "report": "Write what many stored calls have in common, as a page and a table.",
    "learn": "Write verdicts on stored calls as labelled calls, to evaluate a playbook with.",
    "export": "Write a finished call as JSON, CSV, WebVTT, HTML or a labelled call.",
    "store": "Check, upgrade, rebuild, restore and hold the stored calls.",
    "retention": "Show how long what is kept, and remove what is older.",
    "erase": "Remove calls from the store, for ever.",
    "backup": "Copy the stored calls while the service runs.",
    "doctor": "Check this machine and say what to do.",
    "schema": "Print the JSON Schema of every message.",
}
"""Command → what it does; it stands in the file of that name, under that name."""


class _Commands(click.Group):
    """Find the commands in the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"assist.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing what it names."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assist")
@click.option("--config", type=click.Path(), help="A TOML file of settings.")
def assist(config: str | None) -> None:
    """Listen to a customer call on this machine and show the agent one short nudge at a time."""
