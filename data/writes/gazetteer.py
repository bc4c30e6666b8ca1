"""Gazetteer entries: added where the city has no identical one yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes.copying import copy_rows
from grid.geocoding.names import NameKind, Parity

_COLUMNS = ("kind", "name", "area_id", "number_from", "number_to", "parity", "point", "line")
_STAGING = (
    f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {', '.join(_COLUMNS)} FROM gazetteer_entry LIMIT 0"  # noqa: S608
)
_INSERT = """
INSERT INTO gazetteer_entry (kind, name, area_id, number_from, number_to, parity, point, line, batch_id)
SELECT DISTINCT ON (kind, name, area_id, number_from, number_to, parity) i.*, :batch FROM incoming i
WHERE NOT EXISTS (
  SELECT FROM gazetteer_entry e
  WHERE (e.kind, e.name, e.area_id, e.number_from, e.number_to, e.parity)
    IS NOT DISTINCT FROM (i.kind, i.name, i.area_id, i.number_from, i.number_to, i.parity))
ORDER BY kind, name, area_id, number_from, number_to, parity, line NULLS LAST
"""


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


def insert_entries(session: Session, batch_id: int, entries: Sequence[Entry]) -> int:
    """Insert the entries that are new and return how many they were."""
    session.execute(text(_STAGING))
    copy_rows(session, "incoming", _COLUMNS, map(astuple, entries))
    session.execute(text("ANALYZE incoming"))
    return int(session.execute(text(_INSERT), {"batch": batch_id}).rowcount)  # type: ignore[attr-defined]
