"""Service stations, points and headcounts: inserted, or updated where they are known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from data.writes.copying import copy_rows

AGENT_KINDS = ("cadre", "grid_worker", "volunteer")
_COLUMNS = (
    "name", "village_id", "location", "handled", "resolved", "since", "until", "hours", "last_handled_on",
)  # fmt: skip
_STAGING = """
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT name, village_id, location, handled, resolved, since, until, hours, last_handled_on,
  0 AS cadre, 0 AS grid_worker, 0 AS volunteer
FROM service_point LIMIT 0
"""
_POINTS = """
INSERT INTO service_point AS known
  (name, village_id, location, handled, resolved, since, until, hours, last_handled_on, batch_id)
SELECT name, village_id, location, handled, resolved, since, until, hours, last_handled_on, :batch
FROM incoming
ON CONFLICT (village_id, name) DO UPDATE
SET location = excluded.location, handled = excluded.handled, resolved = excluded.resolved,
    since = excluded.since, until = excluded.until, batch_id = excluded.batch_id,
    hours = CASE WHEN :with_hours THEN excluded.hours ELSE known.hours END,
    last_handled_on =
      CASE WHEN :with_days THEN excluded.last_handled_on ELSE known.last_handled_on END
"""
_HEADCOUNTS = """
INSERT INTO service_headcount (point_id, kind, count)
SELECT p.id, k.kind, k.count
FROM incoming i JOIN service_point p USING (village_id, name)
CROSS JOIN LATERAL (
  VALUES ('cadre', cadre), ('grid_worker', grid_worker), ('volunteer', volunteer)
) k (kind, count)
ON CONFLICT (point_id, kind) DO UPDATE SET count = excluded.count
"""


@dataclass(frozen=True, slots=True)
class PointRow:
    """One service point; ``location`` is hexadecimal EWKB, ``agents`` the headcount by kind."""

    village_id: int
    name: str
    location: str | None
    handled: int
    resolved: int
    since: date | None
    until: date | None
    agents: Mapping[str, int]
    hours: str = ""
    last_handled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """One station; ``hours`` is none where the source has no word of them, so that known ones stay."""

    name: str
    hours: str | None = None


def write_stations(session: Session, batch_id: int, stations: Mapping[int, Station]) -> None:
    """Write the station of each town id."""
    if not stations:
        return
    rows = [
        {"town_id": town, "name": station.name, "hours": station.hours or "", "batch_id": batch_id}
        for town, station in stations.items()
    ]
    said = [town for town, station in stations.items() if station.hours is not None]
    statement = insert(models.ServiceStation).values(rows)
    new, known = statement.excluded, models.ServiceStation
    changes = {
        "name": new.name,
        "hours": case((new.town_id.in_(said), new.hours), else_=known.hours),
        "batch_id": new.batch_id,
    }
    session.execute(statement.on_conflict_do_update(index_elements=["town_id"], set_=changes))


def write_points(session: Session, batch_id: int, points: Sequence[PointRow], said: Collection[str]) -> None:
    """Write points with their headcounts.

    ``said`` are the file's fields: hours and last days that a file has no column for stay as they are known.
    """
    session.execute(text(_STAGING))
    rows = (
        (*(getattr(point, field) for field in _COLUMNS), *(point.agents[kind] for kind in AGENT_KINDS))
        for point in points
    )
    copy_rows(session, "incoming", (*_COLUMNS, *AGENT_KINDS), rows)
    keep = {"with_hours": "hours" in said, "with_days": "last_handled_on" in said}
    session.execute(text(_POINTS), {"batch": batch_id, **keep})
    session.execute(text(_HEADCOUNTS))
