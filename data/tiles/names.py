"""Names of tile sets: of the very shapes, so that an address with such a name never means others."""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

from grid.areas import Level

_FORMAT = 1
"""To be raised where tiles of the same edition would differ."""
_NAMED = text(
    "SELECT e.id, concat_ws('|', e.level, e.source, e.valid_from, md5(string_agg("
    " concat_ws(':', a.id, a.code, a.name, a.kind, a.area_km2, ST_XMin(a.geom), ST_YMin(a.geom)), ','"
    " ORDER BY a.id))) AS shapes"
    " FROM edition e JOIN area a ON a.edition_id = e.id"
    " WHERE e.valid_to IS NULL AND (CAST(:level AS text) IS NULL OR e.level = :level)"
    " GROUP BY e.id ORDER BY e.id"
)


def names_in_force(session: Session) -> dict[str, int]:
    """Return by name the editions in force that have areas."""
    return _names(session, None)


def name_in_force(session: Session, level: Level) -> str | None:
    """Return the name of a level's edition in force, none where the level has no areas."""
    return next(iter(reversed(_names(session, level))), None)


def _names(session: Session, level: Level | None) -> dict[str, int]:
    rows = session.execute(_NAMED, {"level": level and level.value})
    return {f"{row.id}-{_digest(row.shapes)}": row.id for row in rows}


def _digest(shapes: str) -> str:
    # Ids alone would not do: a database put back to an earlier state gives the same ids to other shapes.
    return hashlib.sha256(f"{_FORMAT}|{shapes}".encode()).hexdigest()[:12]
