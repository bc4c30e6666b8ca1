"""Matters with days and recorded events of every kind in one county, and the oracle of their clocks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, text

from data import models
from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import MatterClock, matter_clocks
from grid.clocks.row_events import DAY_COLUMNS, days_of, event_days, merge_events
from grid.clocks.rules import RuleBook
from grid.matters import Purpose, Track

CODE = "330102"
_RECORDED = (
    EventKind.EXTENDED, EventKind.PAUSED, EventKind.RESUMED, EventKind.OBJECTED, EventKind.REVIEW_APPLIED,
    EventKind.REVIEWED, EventKind.RECHECK_APPLIED, EventKind.RESUBMITTED, EventKind.EXPLAINED,
    EventKind.FLAGGED, EventKind.MEETING_HELD, EventKind.TERMINATED,
)  # fmt: skip


def fill(connection: Connection, count: int, seed: int, *, until: date, since_days: int = 400) -> None:
    """Insert a county and ``count`` matters of the days before ``until``, a third with recorded events."""
    chance = random.Random(seed)
    batch = _batch(connection)
    area = _county(connection)
    first = (
        connection.execute(select(models.Petition.id).order_by(models.Petition.id.desc()).limit(1)).scalar()
        or 0
    )
    days = (until - timedelta(days=chance.randint(0, since_days)) for _ in range(count))
    rows = [_petition(chance, first + n, batch, area, day) for n, day in enumerate(days)]
    ids = connection.execute(insert(models.Petition).returning(models.Petition.id), rows).scalars().all()
    for petition_id, row in zip(ids, rows, strict=True):
        if chance.random() < 0.35 and row["purpose"] != "accusation":
            _record(connection, chance, petition_id, row["registered_on"])


def oracle(
    connection: Connection, rules: RuleBook, calendar: WorkCalendar, on: date
) -> dict[int, tuple[MatterClock, ...]]:
    """Return every matter's clocks by following it alone."""
    found = {}
    for row in connection.execute(select(*models.Petition.__table__.columns)).mappings():
        matter = clocked(connection, row)
        found[matter.id] = matter_clocks(matter, rules, calendar, on)
    return found


def clocked(connection: Connection, row: Mapping[Any, Any]) -> ClockedMatter:
    """Return a matter as the domain has it."""
    said = event_days(days_of({name: row[name] for name in DAY_COLUMNS}), _settled(row))
    event = models.ClockEvent
    recorded = [
        ClockEvent(EventKind(one.kind), one.on_day, one.days or 0, one.approver, one.reason, one.clock)
        for one in connection.execute(
            select(*event.__table__.columns).where(event.petition_id == row["id"]).order_by(event.id)
        )
    ]
    events = merge_events(said.events_of(0), recorded)
    return ClockedMatter(row["id"], CODE, Track(row["track"]), Purpose(row["purpose"]), events)


def _settled(row: Mapping[Any, Any]) -> Any:
    import numpy as np

    return np.array([row["stage"] in {"replied", "closed"}])


def _batch(connection: Connection) -> int:
    made = connection.execute(
        text(
            "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, principal, rows,"
            " accepted, review, refused, seconds) VALUES"
            " ('petitions', 'x', md5(random()::text), '{}', false, 'x', 0, 0, 0, 0, 0) RETURNING id"
        )
    )
    return int(made.scalar_one())


def _county(connection: Connection) -> int:
    found = connection.execute(text("SELECT id FROM area WHERE code = :code"), {"code": CODE}).scalar()
    return int(found or connection.execute(text(_COUNTY), {"code": CODE}).scalar_one())


_COUNTY = """
WITH made AS (
    INSERT INTO edition (level, code_system, vintage, source, source_crs, synthetic, valid_from, batch_id)
    SELECT 'county', 'TEST', '2020', 'x', 'EPSG:4490', true, '2000-01-01', max(id) FROM import_batch
    RETURNING id)
INSERT INTO area
    (level, kind, code, name, code_system, vintage, valid_from, edition_id, area_km2, geom, label)
SELECT 'county', 'regular', :code, '某区', 'TEST', '2020', '2000-01-01', id, 1,
    ST_Multi(ST_MakeEnvelope(120, 28, 120.1, 28.1, 4490)), ST_SetSRID(ST_MakePoint(120, 28), 4490)
FROM made RETURNING id
"""


def _petition(chance: random.Random, number: int, batch: int, area: int, day: date) -> dict[str, Any]:
    """One matter that was registered on a day; later days follow, each there or missing."""
    row: dict[str, Any] = dict.fromkeys(DAY_COLUMNS)
    row["registered_on"] = day
    for name in ("received_on", "forwarded_on", "unit_received_on", "accepted_on", "noticed_on", "replied_on",
                 "closed_on"):  # fmt: skip
        if chance.random() < 0.6:
            day += timedelta(days=chance.choice((0, 0, 1, 4, 12, 30, 61, 95)))
            row[name] = day
    if chance.random() < 0.1:
        row["resubmitted_on"] = row["registered_on"] + timedelta(days=chance.randint(1, 90))
    row |= {
        "source": "test", "matter_no": f"T{number}", "channel": "visit", "category": "labour",
        "purpose": chance.choice(("claim",) * 8 + ("suggestion", "accusation")),
        "track": chance.choice(("ordinary",) * 7 + ("legal", "suggestion", "review")),
        "stage": chance.choice(("handling", "handling", "replied", "closed", "registered")),
        "is_repeat": False, "batch_id": batch,
    }  # fmt: skip
    if row["purpose"] != "accusation":
        row |= {
            "place_status": "accepted",
            "granularity": "county",
            "place_method": "code",
            "county_id": area,
        }
    else:
        row |= {"place_status": None, "granularity": None, "place_method": None, "county_id": None}
    return row


def _record(connection: Connection, chance: random.Random, petition_id: int, since: date) -> None:
    for _ in range(chance.randint(1, 5)):
        kind = chance.choice((*_RECORDED, EventKind.EXTENDED, EventKind.PAUSED))
        on = since + timedelta(days=chance.randint(0, 150))
        extended = kind is EventKind.EXTENDED
        values = {
            "petition": petition_id, "kind": kind, "on": on,
            "days": chance.randint(1, 30) if extended else None,
            "approver": "局长" if extended else "", "reason": "案情复杂" if extended else "",
        }  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO clock_event (petition_id, kind, on_day, days, approver, reason, principal)"
                " VALUES (:petition, :kind, :on, :days, :approver, :reason, 'x') ON CONFLICT DO NOTHING"
            ),
            values,
        )
