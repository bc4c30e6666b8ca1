"""Matters and their places: staged by COPY, then compared, inserted or updated in three statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes.copying import copy_rows

_MATTER = (
    "matter_no", "channel", "purpose", "category", "track", "stage", "registered_on", "accepted_on", "due_on",
    "replied_on", "closed_on", "is_repeat", "submissions", "heads", "is_backlog", "evaluation", "unit_id",
)  # fmt: skip
_PLACE = (
    "status", "granularity", "method", "address", "datum", "point", "county_id", "town_id", "village_id",
    "grid_id", "functional_id", "reasons", "candidates",
)  # fmt: skip
MATTER_FIELDS = _MATTER
PLACE_FIELDS = _PLACE
_STAGING = """
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT 0 AS row, '' AS source, {matter}, {place}
FROM petition p LEFT JOIN place q ON q.petition_id = p.id LIMIT 0
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the staged rows; ``updated_rows`` are their row numbers in the file."""

    inserted: int
    unchanged: int
    updated_rows: tuple[int, ...]


def stage(session: Session, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows (row number, source, the matter's fields, the place's fields) aside.

    A matter without a place has none in all its place fields. ``point`` is hexadecimal EWKB.
    """
    matter, place = (
        ", ".join(f"{t}.{name}" for name in names) for t, names in (("p", _MATTER), ("q", _PLACE))
    )
    session.execute(text(_STAGING.format(matter=matter, place=place)))
    copy_rows(session, "incoming", ("row", "source", *_MATTER, *_PLACE), rows)
    session.execute(text("ANALYZE incoming"))


def write_staged(session: Session, batch_id: int) -> Written:
    """Bring the staged rows in: identical ones are left alone, known ones updated in place."""
    unchanged = session.execute(text(_DROP_UNCHANGED)).rowcount  # type: ignore[attr-defined]
    updated = session.scalars(text(_UPDATED_ROWS)).all()
    total = session.execute(text(_UPSERT), {"batch": batch_id}).rowcount  # type: ignore[attr-defined]
    session.execute(text(_CLEAR_PLACES))
    session.execute(text(_INSERT_PLACES))
    session.execute(text("ANALYZE petition, place"))
    return Written(total - len(updated), unchanged, tuple(updated))


def _list(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


_SAME_PLACE = ("address", "datum", "point")
"""What the source said of the place; how it was placed may have been bettered since."""
_KNOWN = "p.source = i.source AND p.matter_no = i.matter_no"
_BY_CODE = """
({0}.method = 'code' OR {0}.reasons && ARRAY['code_disagrees', 'code_unknown', 'code_ambiguous'])
"""
_FINEST = """
(SELECT code FROM area WHERE id = coalesce({0}.grid_id, {0}.village_id, {0}.town_id, {0}.county_id))
"""
# The source's code is not kept, so what was placed by it, or doubted for it, tells whether it was corrected.
# Areas compare by code: new boundaries are no correction of a matter, and a code they no longer have is none.
_CODE_CORRECTED = f"""
({_BY_CODE.format("q")} OR {_BY_CODE.format("i")})
AND (q.status, {_FINEST.format("q")}) IS DISTINCT FROM (i.status, {_FINEST.format("i")})
AND NOT ('code_unknown' = ANY (i.reasons) AND EXISTS (
    SELECT FROM area WHERE valid_to IS NOT NULL
    AND id = coalesce(q.grid_id, q.village_id, q.town_id, q.county_id)))
"""
_DROP_UNCHANGED = f"""
DELETE FROM incoming i USING petition p LEFT JOIN place q ON q.petition_id = p.id
WHERE {_KNOWN} AND (i.status IS NULL) = (q.status IS NULL)
  AND ({_list("p", _MATTER)}) IS NOT DISTINCT FROM ({_list("i", _MATTER)})
  AND ({_list("q", _SAME_PLACE)}) IS NOT DISTINCT FROM ({_list("i", _SAME_PLACE)})
  AND ({_CODE_CORRECTED}) IS NOT TRUE
"""  # noqa: S608
_UPDATED_ROWS = f"SELECT i.row FROM incoming i JOIN petition p ON {_KNOWN} ORDER BY i.row"  # noqa: S608
_UPSERT = f"""
INSERT INTO petition (source, {", ".join(_MATTER)}, batch_id)
SELECT i.source, {_list("i", _MATTER)}, :batch FROM incoming i ORDER BY i.row
ON CONFLICT (source, matter_no) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in (*_MATTER[1:], "batch_id"))}
"""  # noqa: S608
_CLEAR_PLACES = f"DELETE FROM place q USING petition p, incoming i WHERE q.petition_id = p.id AND {_KNOWN}"  # noqa: S608
_INSERT_PLACES = f"""
INSERT INTO place (petition_id, {", ".join(_PLACE)})
SELECT p.id, {_list("i", _PLACE)} FROM incoming i JOIN petition p ON {_KNOWN} WHERE i.status IS NOT NULL
"""  # noqa: S608
