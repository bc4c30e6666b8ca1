"""Bulk writing: rows by COPY in the session's own transaction, with ids drawn beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session


def new_ids(session: Session, table: str, count: int) -> list[int]:
    """Draw ``count`` ids of a table whose key is called ``id``."""
    statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(session.execute(statement, {"table": table, "count": count}).scalars())


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Append rows to a table. Geometries are given as hexadecimal EWKB; an id may be given for any table."""
    connection: Any = session.connection().connection.driver_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def analyze(session: Session, *tables: str) -> None:
    """Bring the statistics of tables up to date, as their owner may and the importer may not."""
    session.execute(
        text("SELECT access.analyze(VARIADIC cast(:tables AS regclass[]))"), {"tables": list(tables)}
    )
