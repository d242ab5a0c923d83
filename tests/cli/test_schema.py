import json

from click.testing import CliRunner

from assist.cli.schema import schema


def test_the_schema_is_json_and_names_every_message() -> None:
    found = json.loads(CliRunner().invoke(schema).output)

    assert {"CallStarted", "NudgeShown", "Fault"} <= found["$defs"].keys()
