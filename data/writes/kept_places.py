"""What people said of places follows new boundaries: decisions, and the places kept to be put back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from grid.areas import AreaKind, Level
from grid.places import PlaceReason


def follow_decisions(session: Session, batch_id: int) -> None:
    """Close the decisions whose area nothing follows; one with a point goes to the new area that holds it.

    What they placed and the new edition leaves alone stays, as nobody's to undo. Needs ``succession``.
    """
    session.execute(text(_POINTED), {"batch": batch_id})
    session.execute(text(_CLOSE))


def follow_kept(session: Session, level: Level, batch_id: int, day: date) -> None:
    """Let what undoing would put back name the new areas, of matters registered since ``day``.

    Where nothing follows it is for review, as the matter itself would be. Needs ``succession``.
    """
    _follow(session, level, _SUCCEEDED, "pair.gone", {"batch": batch_id, "day": day})


def follow_kept_back(session: Session, level: Level, batch_id: int, edition_id: int) -> None:
    """Let what undoing would put back name no area of an edition that goes. Needs ``predecessor``."""
    names: dict[str, object] = {"batch": batch_id, "day": date.min, "edition": edition_id}
    _follow(session, level, _PRECEDED, "NULL", names)


def _follow(session: Session, level: Level, pairs: str, kept: str, names: dict[str, object]) -> None:
    columns = {f"{level.value}_id": AreaKind.REGULAR}
    if level is Level.COUNTY:
        columns["functional_id"] = AreaKind.FUNCTIONAL
    for table in ("place_change", "place_report"):
        for column, kind in columns.items():
            statement = _KEPT.format(table=table, column=column, pairs=pairs, kept=kept)
            reason = PlaceReason.AREA_REPLACED.value
            session.execute(text(statement), {**names, "kind": kind.value, "reason": reason})


_FRESH = "edition_id = (SELECT id FROM edition WHERE batch_id = :batch)"
_POINTED = f"""
UPDATE place_decision d SET area_id = a.id
FROM succession s, area a
WHERE s.old_id = d.area_id AND s.new_id IS NULL AND a.id = (
    SELECT id FROM area WHERE {_FRESH} AND kind = 'regular' AND ST_Intersects(geom, d.point)
    ORDER BY code LIMIT 1)
"""  # noqa: S608
_CLOSE = """
WITH closed AS (
    UPDATE place_decision SET undone_at = now()
    WHERE undone_at IS NULL AND area_id IN (SELECT old_id FROM succession WHERE new_id IS NULL)
    RETURNING id)
UPDATE petition SET place_decision_id = NULL FROM closed WHERE place_decision_id = closed.id
"""
_SUCCEEDED = "SELECT old_id AS gone, new_id AS next FROM succession"
_PRECEDED = """
SELECT id AS gone, old_id AS next FROM area LEFT JOIN predecessor ON new_id = id WHERE edition_id = :edition
"""
_KEPT = f"""
UPDATE {{table}} k SET before = k.before || CASE
    WHEN found.id IS NOT NULL THEN jsonb_build_object('{{column}}', found.id)
    ELSE jsonb_build_object('{{column}}', found.kept, 'place_status', 'review',
        'place_reasons', (k.before -> 'place_reasons') || to_jsonb(cast(:reason AS text))) END
FROM (
    SELECT pair.gone, {{kept}} AS kept, one.place, coalesce((
        SELECT id FROM area WHERE {_FRESH} AND kind = :kind AND ST_Intersects(geom, one.place::geometry)
        ORDER BY code LIMIT 1), pair.next) AS id
    FROM ({{pairs}}) pair
    JOIN (SELECT DISTINCT before ->> '{{column}}' AS area, before ->> 'point' AS place FROM {{table}}) one
      ON one.area::bigint = pair.gone
) found, petition p
WHERE p.id = k.petition_id AND p.registered_on >= :day
    AND (k.before ->> '{{column}}')::bigint = found.gone
    AND k.before ->> 'point' IS NOT DISTINCT FROM found.place
"""  # noqa: S608
