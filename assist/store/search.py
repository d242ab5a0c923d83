"""Full text of all utterances: FTS5 on SQLite, tsvector on PostgreSQL; the newest first."""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    cast,
    column,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.errors import StoreError
from assist.store.folding import terms
from assist.store.reading import MOST, PAGE, Filters, Page, Reach
from assist.store.tables import CALLS, UTTERANCES

TEXT = table("utterances_text", column("rowid", BigInteger), column("utterances_text", Text))
"""SQLite's full text; the column of its own name stands for all of it."""
SHOWN = (
    UTTERANCES.c.id,
    UTTERANCES.c.call_id,
    UTTERANCES.c.utterance,
    UTTERANCES.c.channel,
    UTTERANCES.c.start,
    UTTERANCES.c.end,
    UTTERANCES.c.text,
    CALLS.c.started_at,
)


async def search(
    connection: AsyncConnection,
    query: str,
    reach: Reach,
    filters: Filters,
    *,
    limit: int = PAGE,
    after: str = "",
) -> Page:
    """Return the utterances that hold every word of a query.

    Args:
        connection: in a reading transaction.
        query: words; one that ends with a star stands for all that begin so.
        reach: whose calls.
        filters: which calls.
        limit: rows of a page.
        after: where the page before ended.

    Raises:
        StoreError: the query has no word, or `after` is not what a page said.
    """
    words = terms(query)
    if not words:
        raise StoreError("there is no word to search for")
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise StoreError("the page to go on from is unknown")
    sqlite = connection.dialect.name == "sqlite"
    count = min(max(limit, 1), MOST)
    source, match, number = _full_text(words) if sqlite else _vectors(words)
    found = (
        select(*SHOWN)
        .select_from(source.join(CALLS, CALLS.c.id == UTTERANCES.c.call_id))
        .where(match, reach.condition(), *filters.conditions())
        .order_by(number.desc())
        .limit(count)
    )
    if after:
        found = found.where(number < int(after))
    rows = (await connection.execute(found)).mappings().all()
    return Page(rows, str(rows[-1]["id"]) if len(rows) == count else "")


def fts5(words: Sequence[str]) -> str:
    """Write words in the syntax of FTS5, each quoted."""
    return " ".join(f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in words)


def tsquery(words: Sequence[str]) -> str:
    """Write words in the syntax of PostgreSQL, each quoted."""
    return " & ".join(f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'" for word in words)


def _full_text(
    words: Sequence[str],
) -> tuple[FromClause, ColumnElement[bool], ColumnElement[int]]:
    """Return where SQLite looks, for what, and the number by which FTS5 itself can sort."""
    source = TEXT.join(UTTERANCES, UTTERANCES.c.id == TEXT.c.rowid)
    return source, TEXT.c.utterances_text.op("MATCH")(fts5(words)), TEXT.c.rowid


def _vectors(
    words: Sequence[str],
) -> tuple[FromClause, ColumnElement[bool], ColumnElement[int]]:
    """Return the same for PostgreSQL."""
    # A column of PostgreSQL alone, which it fills itself.
    vector = literal_column("utterances.vector", postgresql.TSVECTOR)
    query = cast(tsquery(words), postgresql.TSQUERY)
    return UTTERANCES, vector.bool_op("@@")(query), UTTERANCES.c.id
