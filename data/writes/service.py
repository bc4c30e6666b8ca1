"""Service stations, points and headcounts: inserted, or updated where they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from data.writes.copying import copy_rows

AGENT_KINDS = ("cadre", "grid_worker", "volunteer")
_COLUMNS = ("name", "village_id", "location", "handled", "resolved", "since", "until")
_STAGING = """
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT name, village_id, location, handled, resolved, since, until,
  0 AS cadre, 0 AS grid_worker, 0 AS volunteer
FROM service_point LIMIT 0
"""
_POINTS = """
INSERT INTO service_point (name, village_id, location, handled, resolved, since, until, batch_id)
SELECT name, village_id, location, handled, resolved, since, until, :batch FROM incoming
ON CONFLICT (village_id, name) DO UPDATE
SET location = excluded.location, handled = excluded.handled, resolved = excluded.resolved,
    since = excluded.since, until = excluded.until, batch_id = excluded.batch_id
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


def write_stations(session: Session, batch_id: int, names: Mapping[int, str]) -> None:
    """Write the station of each town id."""
    if not names:
        return
    rows = [{"town_id": town, "name": name, "batch_id": batch_id} for town, name in names.items()]
    statement = insert(models.ServiceStation).values(rows)
    changes = {"name": statement.excluded.name, "batch_id": statement.excluded.batch_id}
    session.execute(statement.on_conflict_do_update(index_elements=["town_id"], set_=changes))


def write_points(session: Session, batch_id: int, points: Sequence[PointRow]) -> None:
    """Write points with their headcounts."""
    session.execute(text(_STAGING))
    rows = (
        (*(getattr(point, field) for field in _COLUMNS), *(point.agents[kind] for kind in AGENT_KINDS))
        for point in points
    )
    copy_rows(session, "incoming", (*_COLUMNS, *AGENT_KINDS), rows)
    session.execute(text(_POINTS), {"batch": batch_id})
    session.execute(text(_HEADCOUNTS))
