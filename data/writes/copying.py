"""Bulk writing: rows by COPY in the session's own transaction, with ids drawn beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

NULL = "\\N"
"""How COPY's text format writes that there is no value."""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def new_ids(session: Session, table: str, count: int) -> list[int]:
    """Draw ``count`` ids of a table whose key is called ``id``."""
    statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(session.execute(statement, {"table": table, "count": count}).scalars())


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Append rows to a table. Geometries are given as hexadecimal EWKB; an id may be given for any table."""
    with _cursor(session) as cursor, cursor.copy(_copy(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def copy_lines(session: Session, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Append rows that are written already, each its `copy_text` fields with tabs between; far quicker."""
    body = "\n".join(lines)
    if body:
        with _cursor(session) as cursor, cursor.copy(_copy(table, columns)) as copy:
            copy.write(f"{body}\n".encode())


def copy_text(value: str | float | date | None) -> str:
    """Return a value as a field of `copy_lines`; an enumeration's member is a text."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def escape(value: str) -> str:
    """Return a text as a field of `copy_lines`."""
    return value if value.isalnum() else value.translate(_ESCAPES)


def _cursor(session: Session) -> Any:
    connection: Any = session.connection().connection.driver_connection
    return connection.cursor()


def _copy(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def analyze(session: Session, *tables: str) -> None:
    """Bring the statistics of tables up to date, as their owner may and the importer may not."""
    session.execute(
        text("SELECT access.analyze(VARIADIC cast(:tables AS regclass[]))"), {"tables": list(tables)}
    )
