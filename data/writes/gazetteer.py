"""Gazetteer entries: added where the city has no such one yet; what contradicts a known one is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes.copying import copy_rows
from grid.geocoding.names import NameKind, Parity

_COLUMNS = ("kind", "name", "area_id", "number_from", "number_to", "parity", "point", "line")
_STAGING = f"""
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT 0 AS row, {", ".join(_COLUMNS)} FROM gazetteer_entry LIMIT 0
"""  # noqa: S608
_SAME = """
(e.kind, e.name, e.area_id, e.parity) = (i.kind, i.name, i.area_id, i.parity)
AND (e.number_from, e.number_to) IS NOT DISTINCT FROM (i.number_from, i.number_to)
"""
_MOVED_M = 30
_MOVED = f"""
SELECT i.row, round(min(ST_Distance(e.point::geography, i.point::geography)))::integer AS metres
FROM incoming i JOIN gazetteer_entry e ON {_SAME}
WHERE i.point IS NOT NULL AND e.point IS NOT NULL
GROUP BY i.row HAVING min(ST_Distance(e.point::geography, i.point::geography)) > {_MOVED_M}
ORDER BY i.row
"""  # noqa: S608
_INSERT = f"""
INSERT INTO gazetteer_entry (kind, name, area_id, number_from, number_to, parity, point, line, batch_id)
SELECT DISTINCT ON (kind, name, area_id, number_from, number_to, parity) {", ".join(_COLUMNS)}, :batch
FROM incoming i
WHERE NOT EXISTS (SELECT FROM gazetteer_entry e WHERE {_SAME})
ORDER BY kind, name, area_id, number_from, number_to, parity, line NULLS LAST, row
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``point`` and ``line`` are hexadecimal EWKB in EPSG:4490, none where the source has none."""

    kind: NameKind
    name: str
    area_id: int
    number_from: int | None
    number_to: int | None
    parity: Parity
    point: str | None
    line: str | None


@dataclass(frozen=True, slots=True)
class WrittenEntries:
    """How many entries were new; ``moved`` gives rows that are so many metres from the known one."""

    inserted: int
    moved: dict[int, int]


def insert_entries(session: Session, batch_id: int, entries: Sequence[tuple[int, Entry]]) -> WrittenEntries:
    """Insert the entries that are new, each given with its row; known ones are left as they are."""
    session.execute(text(_STAGING))
    copy_rows(session, "incoming", ("row", *_COLUMNS), map(_values, entries))
    session.execute(text("ANALYZE incoming"))
    moved = {row.row: row.metres for row in session.execute(text(_MOVED))}
    inserted = int(session.execute(text(_INSERT), {"batch": batch_id}).rowcount)  # type: ignore[attr-defined]
    session.execute(text("ANALYZE gazetteer_entry"))
    return WrittenEntries(inserted, moved)


def _values(numbered: tuple[int, Entry]) -> tuple[object, ...]:
    row, entry = numbered
    return (
        row, entry.kind, entry.name, entry.area_id, entry.number_from, entry.number_to, entry.parity,
        entry.point, entry.line,
    )  # fmt: skip
