"""Bring a database to the newest tables."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.errors import StoreError


def newest() -> str:
    """Return the revision that this version of Call Assist wants."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # there is a first migration
    return head


async def revision(connection: AsyncConnection) -> str:
    """Return the revision of a database; empty for one without tables."""
    return await connection.run_sync(_revision)


def revisions() -> list[str]:
    """Return the revisions that there have been, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [one.revision for one in script.walk_revisions()][::-1]


async def upgrade(connection: AsyncConnection, *, to: str = "head") -> None:
    """Run every migration that is missing.

    Args:
        connection: in a writing transaction.
        to: the last of them; only tests want an older one.

    Raises:
        StoreError: a newer version of Call Assist made the tables.
    """
    found = await revision(connection)
    if found and found not in revisions():
        raise StoreError("a newer version of Call Assist made this store; use that one")
    await connection.run_sync(_upgrade, to)


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _upgrade(connection: Connection, to: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _config() -> Config:
    """Return what Alembic would read from a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("assist.store") / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
