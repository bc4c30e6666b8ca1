"""Reading a city back into the rows of its files: what is exported here imports to the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from data.export.annex_rows import annex_rows, leader_cells, make_annex
from data.export.bundle import Bundle
from data.export.rows import (
    Annex,
    AnnexRow,
    BoundaryLayer,
    GazetteerRow,
    ListingRow,
    PetitionRow,
    ServicePointRow,
)
from data.intake.tables.vocabulary import Repeat
from data.reads.city import today
from grid.areas import LEVELS, AreaKind, Level
from grid.clocks.rules import LONGEST_EXTENSION_DAYS
from grid.datums import Datum
from grid.geocoding.names import NameKind, Parity
from grid.listings import ListingState
from grid.matters import BacklogTier, Category, Channel, Evaluation, Purpose, Stage, Track
from grid.principals import Principal, Role
from grid.refusals import Refused

_SEES_ACCUSATIONS = frozenset({Role.BUREAU, Role.ADMIN})
_NO_UNIT_YET = "其他信访积案"
"""Stands in the annex for a leader without a unit; the intake keeps the leader and makes no assignment."""

_AREAS = """
SELECT a.code, a.name, p.code AS parent_code, a.population, a.kind, a.code_system, a.vintage, e.synthetic,
  ST_AsBinary(a.geom) AS outline
FROM area a JOIN edition e ON e.id = a.edition_id LEFT JOIN area p ON p.id = a.parent_id
WHERE a.level = :level AND a.valid_to IS NULL ORDER BY a.code, a.id
"""
_GAZETTEER = """
SELECT g.name, g.kind, a.level, a.code, g.number_from, g.number_to, g.parity,
  ST_X(g.point) AS lon, ST_Y(g.point) AS lat, ST_AsText(g.line) AS geometry
FROM gazetteer_entry g JOIN area a ON a.id = g.area_id WHERE a.valid_to IS NULL ORDER BY g.id
"""
_EXTENSIONS = f"""
SELECT petition_id, least(sum(days), {LONGEST_EXTENSION_DAYS})::integer AS days, max(on_day) AS on_day,
  (array_agg(approver ORDER BY on_day DESC, id DESC))[1] AS approver,
  (array_agg(reason ORDER BY on_day DESC, id DESC))[1] AS reason
FROM clock_event WHERE kind = 'extended' GROUP BY petition_id
"""  # noqa: S608
_PETITIONS = f"""
SELECT p.*, ST_X(p.point) AS lon, ST_Y(p.point) AS lat,
  CASE WHEN ua.level = 'town' THEN coalesce(up.name, '') || u.name ELSE u.name END AS unit,
  fine.code AS area_code, x.days AS extension_days, x.on_day AS extended_on, x.approver AS extension_approver,
  x.reason AS extension_reason
FROM petition p LEFT JOIN unit u ON u.id = p.unit_id
LEFT JOIN area ua ON ua.id = u.area_id LEFT JOIN area up ON up.id = ua.parent_id
LEFT JOIN area fine ON p.place_method = 'code'
  AND fine.id = coalesce(p.grid_id, p.village_id, p.town_id, p.county_id)
LEFT JOIN ({_EXTENSIONS}) x ON x.petition_id = p.id
WHERE p.purpose <> 'accusation' OR :accusations ORDER BY p.source, p.matter_no
"""  # noqa: S608
_AS_KEPT = (
    "received_on", "registered_on", "forwarded_on", "unit_received_on", "accepted_on", "noticed_on",
    "extension_days", "extended_on", "extension_approver", "extension_reason", "replied_on", "evaluated_on",
    "closed_on", "resubmitted_on", "backlog_resolved_on", "head_read_on",
)  # fmt: skip
_SERVICE = """
SELECT coalesce(c.name, '') AS county, t.name AS town, coalesce(s.name, '') AS station,
  coalesce(s.hours, '') AS station_hours,
  coalesce(v.name, '') AS village, coalesce(v.code, t.code) AS area_code, coalesce(sp.name, '') AS point,
  ST_X(sp.location) AS lon, ST_Y(sp.location) AS lat, coalesce(sp.handled, 0) AS handled,
  coalesce(sp.resolved, 0) AS resolved, sp.since, sp.until,
  coalesce(sp.hours, '') AS hours, sp.last_handled_on,
  coalesce(sum(h.count) FILTER (WHERE h.kind = 'cadre'), 0) AS cadre,
  coalesce(sum(h.count) FILTER (WHERE h.kind = 'grid_worker'), 0) AS grid_worker,
  coalesce(sum(h.count) FILTER (WHERE h.kind = 'volunteer'), 0) AS volunteer
FROM area t LEFT JOIN area c ON c.id = t.parent_id LEFT JOIN service_station s ON s.town_id = t.id
LEFT JOIN (service_point sp JOIN area v ON v.id = sp.village_id) ON v.parent_id = t.id
LEFT JOIN service_headcount h ON h.point_id = sp.id
WHERE t.level = 'town' AND t.valid_to IS NULL AND (s.id IS NOT NULL OR sp.id IS NOT NULL)
GROUP BY c.code, c.name, t.code, t.name, s.name, s.hours, v.code, v.name, sp.id
ORDER BY c.code, t.code, v.code, sp.id
"""
_PLAN = """
SELECT id, name FROM coverage_plan
WHERE state = 'published' AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
ORDER BY valid_from DESC, id DESC LIMIT 1
"""
_IDLE_LEADERS = """
SELECT l.id, l.name AS leader, l.post FROM leader l
WHERE NOT EXISTS (SELECT FROM assignment s WHERE s.leader_id = l.id) ORDER BY l.id
"""
_LISTINGS = """
SELECT l.quarter, u.name AS unit, a.code AS area_code, a.level,
  l.state, l.rank, l.score, l.reason, l.listed_on, l.approver
FROM listing l JOIN unit u ON u.id = l.unit_id LEFT JOIN area a ON a.id = u.area_id
ORDER BY l.quarter, l.rank, l.id
"""


def read_bundle(session: Session, principal: Principal, *, accusations: bool = False) -> Bundle:
    """Return everything of the city in force today.

    Accusation matters stay out unless asked for by one whose they are (Art. 30); raises
    ``Refused('accusations_not_shown')`` where another asks.
    """
    if accusations and principal.role not in _SEES_ACCUSATIONS:
        raise Refused("accusations_not_shown")
    layers = (_read_layer(session, level) for level in LEVELS)
    return Bundle(
        boundaries=[layer for layer in layers if layer.codes],
        gazetteer=[_gazetteer_row(row) for row in session.execute(text(_GAZETTEER))],
        petitions=[
            _petition_row(row) for row in session.execute(text(_PETITIONS), {"accusations": accusations})
        ],
        service_points=[ServicePointRow(**row._mapping) for row in session.execute(text(_SERVICE))],
        annex=_read_annex(session),
        listings=[_listing_row(row) for row in session.execute(text(_LISTINGS))],
    )


def _read_layer(session: Session, level: Level) -> BoundaryLayer:
    rows = session.execute(text(_AREAS), {"level": level.value}).all()
    return BoundaryLayer(
        level=level,
        codes=[row.code for row in rows],
        names=[row.name for row in rows],
        parent_codes=[row.parent_code for row in rows],
        populations=[row.population for row in rows],
        kinds=[AreaKind(row.kind) for row in rows],
        code_systems=[row.code_system for row in rows],
        vintages=[row.vintage for row in rows],
        synthetic=[row.synthetic for row in rows],
        outlines=np.array([shapely.from_wkb(bytes(row.outline)) for row in rows], dtype=object),
    )


def _gazetteer_row(row: Row[Any]) -> GazetteerRow:
    return GazetteerRow(
        name=row.name,
        kind=NameKind(row.kind),
        level=Level(row.level),
        area_code=row.code,
        number_from=row.number_from,
        number_to=row.number_to,
        parity=Parity(row.parity),
        lon=row.lon,
        lat=row.lat,
        geometry=row.geometry,
    )


def _petition_row(row: Row[Any]) -> PetitionRow:
    """Return a matter's row. A point that the gazetteer gave stays out: the address finds it again."""
    given_point = row.place_method == "coordinates" and row.lon is not None
    return PetitionRow(
        matter_no=row.matter_no,
        source=row.source,
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        category=Category(row.category),
        track=Track(row.track),
        stage=Stage(row.stage),
        **{field: getattr(row, field) for field in _AS_KEPT},
        repeat=Repeat.REPEAT if row.is_repeat else Repeat.FIRST,
        submissions=row.submissions,
        heads=row.heads,
        backlog=row.is_backlog,
        backlog_tier=BacklogTier(row.backlog_tier) if row.backlog_tier else None,
        evaluation=Evaluation(row.evaluation) if row.evaluation else None,
        unit=row.unit,
        address=row.address or None,
        lon=row.lon if given_point else None,
        lat=row.lat if given_point else None,
        datum=Datum.CGCS2000 if given_point else None,
        area_code=row.area_code,
    )


def _listing_row(row: Row[Any]) -> ListingRow:
    level = Level(row.level) if row.level else None
    return ListingRow(**{**row._mapping, "level": level, "state": ListingState(row.state)})


def _read_annex(session: Session) -> Annex | None:
    plan = session.execute(text(_PLAN), {"day": today(session)}).one_or_none()
    if plan is None:
        return None
    idle = tuple(map(_idle_row, session.execute(text(_IDLE_LEADERS))))
    return make_annex(plan.name, (*annex_rows(session, plan.id), *idle))


def _idle_row(row: Row[Any]) -> AnnexRow:
    return AnnexRow(*leader_cells(row.leader, row.post), _NO_UNIT_YET, None)
