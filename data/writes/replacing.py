"""What a new edition closes, and the matters that it counts: each is placed anew where that is certain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes import kept_places
from data.writes.batches import supersede
from grid.areas import PLACED_LEVELS, AreaKind, Level
from grid.places import PlaceReason

_COLUMN = {
    Level.COUNTY: "county_id",
    Level.TOWN: "town_id",
    Level.VILLAGE: "village_id",
    Level.GRID: "grid_id",
}


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a new edition closed: how many areas, and how many of them nothing follows."""

    areas: int
    without_successor: int


@dataclass(frozen=True, slots=True)
class ScopesFollowed:
    """How many accounts' scopes go on with the new areas, and how many are left with a former one only."""

    kept: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class PlacedAnew:
    """How many matters came from a former area of the level, came from none, or were left as they were."""

    moved: int = 0
    placed: int = 0
    left: int = 0


def replace_earlier(session: Session, level: Level, batch_id: int, valid_from: date) -> Replaced | None:
    """Close the level's earlier editions and hand what hung on them to the new areas of same code and name.

    Returns none where there was no earlier edition. Matters are left to `place_anew`.
    """
    names = {"level": level.value, "batch": batch_id, "day": valid_from}
    old = session.scalars(
        text("SELECT batch_id FROM edition WHERE level = :level AND valid_to IS NULL AND batch_id <> :batch"),
        names,
    ).all()
    if not old:
        return None
    session.execute(text(_SUCCESSION), names)
    for table in ("area", "edition"):
        session.execute(text(_CLOSE[table]), names)
    supersede(session, old)
    for table, column in _HANGING:
        session.execute(text(_HAND_ON.format(table=table, column=column)))
    session.execute(text(_PARENTS))
    kept_places.follow_decisions(session, batch_id)
    kept_places.follow_kept(session, level, batch_id, valid_from)
    total, orphans = session.execute(text("SELECT count(*), count(*) - count(new_id) FROM succession")).one()
    return Replaced(total, orphans)


def follow_scopes(session: Session, principal_id: str) -> ScopesFollowed:
    """Give accounts that answer for a closed area its successor as well, each account audited.

    What was registered before stays with the closed area, which they go on seeing. Call it after
    `replace_earlier` and last: from here on every other writing waits for the audit's head.
    """
    row = session.execute(text(_FOLLOW), {"principal": principal_id}).one()
    return ScopesFollowed(row.kept, row.lost)


def place_anew(
    session: Session, level: Level, batch_id: int, valid_from: date, *, only_of: int | None = None
) -> PlacedAnew:
    """Bring the matters registered since ``valid_from`` into the areas of a new edition.

    A matter with a point goes to the area that holds it, on a shared border to the first by code as in
    `grid.placing.locate`, in a gap to the parent of its next finer area. One without a point goes to the area
    of same code and name as its own, and if it had none at this level to the parent of its next finer area.
    Whose area is gone without a successor goes to review. Call it once the areas have their children.
    With ``only_of``, a later edition, only matters that are in it or were imported since are looked at.
    """
    if level not in _COLUMN or not session.scalar(text(_ANY_PLACED)):
        return PlacedAnew()
    names: dict[str, object] = {
        "batch": batch_id,
        "day": valid_from,
        "reason": PlaceReason.AREA_REPLACED.value,
        "remark": PlaceReason.DATUM_ASSUMED.value,
        "only": only_of,
    }
    session.execute(text(_HELD), names)
    column = _COLUMN[level]
    left = session.execute(text(_LEFT.format(column=column)), names).scalar_one()
    moved, placed = _place_column(session, column, AreaKind.REGULAR, _finer(level), names)
    if level is Level.COUNTY:
        _place_column(session, "functional_id", AreaKind.FUNCTIONAL, "NULL", names)
    return PlacedAnew(moved, placed, left)


def _finer(level: Level) -> str:
    """Return the SQL of a matter's next finer area."""
    finer = [f"p.{_COLUMN[narrow]}" for narrow in PLACED_LEVELS[PLACED_LEVELS.index(level) + 1 :]]
    return f"coalesce({', '.join(finer)})" if finer else "NULL"


def _place_column(
    session: Session, column: str, kind: AreaKind, finer: str, names: dict[str, object]
) -> tuple[int, int]:
    """Set one column of the matters; return how many matters had an area there before, and how many none."""
    session.execute(text(_ANEW.format(column=column, finer=finer)), {**names, "kind": kind.value})
    moved, placed = session.execute(text(_COUNT)).one()
    for statement in (_SET, _ASK, _SETTLE):
        session.execute(text(statement.format(column=column)), names)
    session.execute(text("DROP TABLE anew"))
    return moved, placed


_SUCCESSION = """
CREATE TEMP TABLE succession ON COMMIT DROP AS
SELECT old.id AS old_id, new.id AS new_id
FROM area old JOIN edition e ON e.id = old.edition_id AND e.batch_id <> :batch
LEFT JOIN (area new JOIN edition n ON n.id = new.edition_id AND n.batch_id = :batch)
  ON new.code = old.code AND new.name = old.name
WHERE old.level = :level AND old.valid_to IS NULL
"""
_CLOSE = {
    "area": "UPDATE area SET valid_to = greatest(valid_from, :day) FROM succession WHERE id = old_id",
    "edition": "UPDATE edition SET valid_to = greatest(valid_from, :day) "
    "WHERE level = :level AND valid_to IS NULL AND batch_id <> :batch",
}
_HAND_ON = """
UPDATE {table} SET {column} = new_id FROM succession WHERE {column} = old_id AND new_id IS NOT NULL
"""
_HANGING = (
    ("unit", "area_id"),
    ("gazetteer_entry", "area_id"),
    ("place_decision", "area_id"),
    ("service_station", "town_id"),
    ("service_point", "village_id"),
)
_FOLLOW = """
SELECT f.scopes_kept AS kept, f.scopes_lost AS lost
FROM (SELECT array_agg(old_id) AS former, array_agg(new_id) AS new FROM succession) s
CROSS JOIN LATERAL access.follow_scopes(s.former, s.new, :principal) f
"""
_PARENTS = "UPDATE area SET parent_id = new_id FROM succession WHERE parent_id = old_id AND valid_to IS NULL"
_FRESH = "edition_id = (SELECT id FROM edition WHERE batch_id = :batch)"
_ANY_PLACED = "SELECT EXISTS (SELECT FROM petition WHERE place_status IS NOT NULL)"
# Area by area, each asking the index on the points: a large outline is read and prepared once, not per point.
_HELD = f"""
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT DISTINCT ON (petition_id, kind) petition_id, kind, area.id AS area_id
FROM area CROSS JOIN LATERAL (
    SELECT petition.id AS petition_id FROM petition WHERE ST_Intersects(area.geom, point) OFFSET 0
) AS inside
WHERE {_FRESH} ORDER BY petition_id, kind, code
"""  # noqa: S608
_LEFT = """
SELECT count(*) FROM petition
WHERE registered_on < :day AND ({column} IS NOT NULL OR point IS NOT NULL)
"""
# A point may lie in no area of the level, as long as the place has an area of another level.
_ANEW = f"""
CREATE TEMP TABLE anew ON COMMIT DROP AS
SELECT petition_id, old_id, new_id, old_id IS NOT NULL AND new_id IS NULL AND needed AS lost
FROM (
    SELECT p.id AS petition_id, p.{{column}} AS old_id,
        CASE WHEN p.point IS NOT NULL THEN coalesce(held.area_id, wider.id)
             WHEN p.{{column}} IS NOT NULL THEN successor.id
             ELSE wider.id END AS new_id,
        p.point IS NULL
        OR num_nonnulls(p.county_id, p.town_id, p.village_id, p.grid_id, p.functional_id) = 1 AS needed
    FROM petition p
    LEFT JOIN held ON held.petition_id = p.id AND held.kind = :kind
    LEFT JOIN area old ON old.id = p.{{column}}
    LEFT JOIN (SELECT * FROM area WHERE {_FRESH}) AS successor
      ON successor.code = old.code AND successor.name = old.name AND successor.kind = :kind
    LEFT JOIN area finer ON finer.id = {{finer}}
    LEFT JOIN (SELECT * FROM area WHERE {_FRESH}) AS wider ON wider.id = finer.parent_id
    WHERE p.place_status IS NOT NULL AND p.registered_on >= :day AND (
        cast(:only AS bigint) IS NULL OR old.edition_id = :only
        OR p.batch_id > (SELECT batch_id FROM edition WHERE id = :only))
) AS answers
"""  # noqa: S608
_COUNT = """
SELECT count(new_id) FILTER (WHERE old_id IS NOT NULL), count(new_id) FILTER (WHERE old_id IS NULL) FROM anew
"""
_SET = """
UPDATE petition p SET {column} = new_id FROM anew a
WHERE a.petition_id = p.id AND NOT lost AND new_id IS DISTINCT FROM old_id
"""
# What a decision placed is nobody's any more, or no queue would have it.
_ASK = """
UPDATE petition p SET place_status = 'review', place_reasons = array_append(place_reasons, :reason),
    place_method = CASE place_method WHEN 'decision' THEN 'address' ELSE place_method END,
    place_decision_id = NULL
FROM anew a
WHERE a.petition_id = p.id AND lost AND NOT :reason = ANY (place_reasons)
"""
# What a mistaken edition sent to review and its correction found again is as certain as before, if no other
# area of the place is a former one and there was no other doubt.
_SETTLE = """
UPDATE petition p SET place_reasons = array_remove(place_reasons, :reason),
    place_status = CASE WHEN array_remove(place_reasons, :reason) <@ ARRAY[:remark] THEN 'accepted'
                        ELSE place_status END
FROM anew a
WHERE a.petition_id = p.id AND new_id IS NOT NULL AND :reason = ANY (place_reasons)
  AND NOT EXISTS (SELECT FROM area WHERE valid_to IS NOT NULL
                  AND id IN (p.county_id, p.town_id, p.village_id, p.grid_id, p.functional_id))
"""
