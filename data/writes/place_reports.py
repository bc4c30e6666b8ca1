"""What grid workers say of a matter's place on the spot: it is right, it is elsewhere, or they move it."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Engine, Row, text
from sqlalchemy.orm import Session

from data.sessions import writing
from data.writes.decisions import AREAS_KNOWN, PLACE_AS_JSON, PLACE_FROM_JSON, POINT, chain, functional_at
from grid.audits import Action
from grid.ids import LARGEST_ID
from grid.principals import Principal
from grid.refusals import Refused
from grid.reviewing import PlaceSaid, ReportVerdict

_SUBJECT = "place_report"
_MATTER = text(f"""
    SELECT id, matter_no, {PLACE_AS_JSON} AS place, place_method, ST_X(point) AS lon, ST_Y(point) AS lat
    FROM petition WHERE id = :id FOR UPDATE""")  # noqa: S608
_OPEN = text("""
    SELECT id, verdict, before, ST_X(point) AS lon, ST_Y(point) AS lat FROM place_report
    WHERE petition_id = :id AND settled_at IS NULL AND principal = (SELECT access.my_public_id())
    ORDER BY id DESC LIMIT 1""")
_OWN_GRID_AT = text(f"""
    SELECT id FROM area WHERE id = ANY ((SELECT access.my_grids())::bigint[]) AND valid_to IS NULL
        AND geom && {POINT} AND ST_Intersects(geom, {POINT}) ORDER BY code LIMIT 1""")  # noqa: S608
_SETTLE = text("""
    UPDATE place_report SET settled_at = now() WHERE petition_id = :id AND settled_at IS NULL
        AND principal = (SELECT access.my_public_id())""")
_INSERT = text(f"""
    INSERT INTO place_report (petition_id, principal, verdict, point, before)
    SELECT id, :principal, :verdict, CASE WHEN :moved THEN {POINT} END,
        CASE WHEN :moved THEN {PLACE_AS_JSON} END
    FROM petition WHERE id = :id""")  # noqa: S608
_MOVE = text(f"""
    UPDATE petition SET point = {POINT}, granularity = 'point', place_method = 'worker',
        county_id = :county, town_id = :town, village_id = :village, grid_id = :grid,
        functional_id = :functional, place_reasons = '{{}}', place_candidates = '{{}}',
        place_decision_id = NULL
    WHERE id = :id""")  # noqa: S608
_RESTORE = text(f"""
    UPDATE petition p SET {PLACE_FROM_JSON}
    FROM (SELECT before AS was FROM place_report WHERE id = :report) r
    WHERE p.id = :id AND {AREAS_KNOWN} AND was->>'place_status' = 'accepted'
        AND (was->>'grid_id')::bigint = ANY ((SELECT access.my_grids())::bigint[])""")  # noqa: S608


class _SaidAlreadyError(Exception):
    """Ends a writing that would change nothing: a second tap is no second report."""


def report_place(engine: Engine, principal: Principal, said: PlaceSaid) -> None:
    """Keep what a worker says of a matter's place, in the place of what they said before, and move it if so.

    Saying the same twice changes nothing. Raises ``Refused('matter_unknown')`` for what is not the worker's,
    or ``('place_outside_patch')`` for a point that none of their grids holds.
    """
    moved = said.verdict is ReportVerdict.MOVED
    saved: dict[str, object] = {"verdict": said.verdict.value}
    with (
        suppress(_SaidAlreadyError),
        writing(engine, principal, Action.PLACE_REPORT, _SUBJECT, changes_data=moved, saved=saved) as session,
    ):
        matter = _own_matter(session, said.matter_id)
        _stop_where_said(session, said)
        session.execute(_SETTLE, {"id": said.matter_id})
        lon, lat = said.point or (0.0, 0.0)
        values = {"id": said.matter_id, "principal": principal.id, "verdict": said.verdict.value,
                  "moved": moved, "lon": lon, "lat": lat}  # fmt: skip
        session.execute(_INSERT, values)
        if said.point is not None:
            _move(session, said.matter_id, said.point)
        saved["matter"] = matter.matter_no


def take_back(engine: Engine, principal: Principal, matter_id: int) -> None:
    """Take back the worker's own last report of a matter, and with a move put it back where it was.

    Raises ``Refused``: ``matter_unknown``, ``report_unknown`` where there is none (any more), or
    ``report_overtaken`` where the matter was moved since by something else.
    """
    saved: dict[str, object] = {}
    with writing(engine, principal, Action.PLACE_UNREPORT, _SUBJECT, saved=saved) as session:
        matter = _own_matter(session, matter_id)
        report = session.execute(_OPEN, {"id": matter_id}).one_or_none()
        if report is None:
            raise Refused("report_unknown")
        if report.verdict == ReportVerdict.MOVED:
            if (matter.place_method, matter.lon, matter.lat) != ("worker", report.lon, report.lat):
                raise Refused("report_overtaken")
            restored = session.execute(_RESTORE, {"id": matter_id, "report": report.id})
            # New boundaries may have taken where it was out of the worker's hands.
            if not restored.rowcount:  # type: ignore[attr-defined]
                raise Refused("report_overtaken")
        session.execute(_SETTLE, {"id": matter_id})
        saved.update(matter=matter.matter_no, verdict=report.verdict)


def _own_matter(session: Session, matter_id: int) -> Row[*tuple[object, ...]]:
    known = type(matter_id) is int and 0 < matter_id <= LARGEST_ID
    found = session.execute(_MATTER, {"id": matter_id}).one_or_none() if known else None
    if found is None:
        raise Refused("matter_unknown")
    return found


def _stop_where_said(session: Session, said: PlaceSaid) -> None:
    last = session.execute(_OPEN, {"id": said.matter_id}).one_or_none()
    if last is None or last.verdict != said.verdict:
        return
    if said.point is None or said.point == (last.lon, last.lat):
        raise _SaidAlreadyError


def _move(session: Session, matter_id: int, point: tuple[float, float]) -> None:
    names = {"lon": point[0], "lat": point[1]}
    grid_id = session.scalar(_OWN_GRID_AT, names)
    if grid_id is None:
        raise Refused("place_outside_patch")
    areas = {**chain(session, grid_id), "functional": functional_at(session, point)}
    session.execute(_MOVE, {"id": matter_id, **names, **areas})
