"""Matters with their places: staged by COPY, then compared, inserted or updated in three statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes.copying import analyze, copy_rows

MATTER_FIELDS = (
    "matter_no", "channel", "purpose", "category", "track", "stage", "registered_on", "accepted_on", "due_on",
    "replied_on", "closed_on", "is_repeat", "submissions", "heads", "is_backlog", "evaluation", "unit_id",
)  # fmt: skip
PLACE_FIELDS = (
    "place_status", "granularity", "place_method", "address", "datum", "point", "county_id", "town_id",
    "village_id", "grid_id", "functional_id", "place_reasons", "place_candidates",
)  # fmt: skip
_FIELDS = (*MATTER_FIELDS, *PLACE_FIELDS)
_STAGING = f"""
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT 0 AS row, '' AS source, {", ".join(_FIELDS)} FROM petition LIMIT 0
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the staged rows; ``updated_rows`` are their row numbers in the file."""

    inserted: int
    unchanged: int
    updated_rows: tuple[int, ...]


def stage(session: Session, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows (row number, source, the matter's fields, the place's fields) aside.

    ``point`` is hexadecimal EWKB.
    """
    session.execute(text(_STAGING))
    copy_rows(session, "incoming", ("row", "source", *_FIELDS), rows)
    session.execute(text("ANALYZE incoming"))


def write_staged(session: Session, batch_id: int) -> Written:
    """Bring the staged rows in: identical ones are left alone, known ones updated in place."""
    unchanged = session.execute(text(_DROP_UNCHANGED)).rowcount  # type: ignore[attr-defined]
    updated = session.scalars(text(_UPDATED_ROWS)).all()
    total = session.execute(text(_UPSERT), {"batch": batch_id}).rowcount  # type: ignore[attr-defined]
    analyze(session, "petition")
    return Written(total - len(updated), unchanged, tuple(updated))


def _list(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


_TOLD = (*MATTER_FIELDS, "address", "datum", "point")
"""What the source said; how the matter was placed may have been bettered since."""
_KNOWN = "p.source = i.source AND p.matter_no = i.matter_no"
_BY_CODE = """
({0}.place_method = 'code'
 OR {0}.place_reasons && ARRAY['code_disagrees', 'code_unknown', 'code_ambiguous'])
"""
_FINEST = """
(SELECT code FROM area WHERE id = coalesce({0}.grid_id, {0}.village_id, {0}.town_id, {0}.county_id))
"""
# The source's code is not kept, so what was placed by it, or doubted for it, tells whether it was corrected.
# Areas compare by code: new boundaries are no correction of a matter, and a code they no longer have is none.
_CODE_CORRECTED = f"""
({_BY_CODE.format("p")} OR {_BY_CODE.format("i")})
AND (p.place_status, {_FINEST.format("p")}) IS DISTINCT FROM (i.place_status, {_FINEST.format("i")})
AND NOT ('code_unknown' = ANY (i.place_reasons) AND EXISTS (
    SELECT FROM area WHERE valid_to IS NOT NULL
    AND id = coalesce(p.grid_id, p.village_id, p.town_id, p.county_id)))
"""
_DROP_UNCHANGED = f"""
DELETE FROM incoming i USING petition p
WHERE {_KNOWN} AND (i.place_status IS NULL) = (p.place_status IS NULL)
  AND ({_list("p", _TOLD)}) IS NOT DISTINCT FROM ({_list("i", _TOLD)})
  AND ({_CODE_CORRECTED}) IS NOT TRUE
"""  # noqa: S608
_UPDATED_ROWS = f"SELECT i.row FROM incoming i JOIN petition p ON {_KNOWN} ORDER BY i.row"  # noqa: S608
_UPSERT = f"""
INSERT INTO petition (source, {", ".join(_FIELDS)}, batch_id)
SELECT i.source, {_list("i", _FIELDS)}, :batch FROM incoming i ORDER BY i.row
ON CONFLICT (source, matter_no) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in (*_FIELDS[1:], "batch_id"))}
"""  # noqa: S608
