"""Who answers for a unit or an area: the leader of the unit itself or of the nearest area around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.reads import coverage
from grid.coverage import Leader


def leaders_by_unit(
    session: Session, area_of_unit: Mapping[int, int | None], on: date
) -> dict[int, tuple[Leader, ...]]:
    """Return the leaders who answer for each unit on a day; a unit without any is left out."""
    of_unit, of_area = _published_leaders(session, on)
    around = _ancestors(session, [area for area in area_of_unit.values() if area is not None])
    found = {}
    for unit_id, area_id in area_of_unit.items():
        by_area = (of_area[area] for area in around.get(area_id or 0, ()) if area in of_area)
        leaders = of_unit.get(unit_id) or next(by_area, None)
        if leaders:
            found[unit_id] = leaders
    return found


def leaders_of_area(session: Session, area_id: int, on: date) -> tuple[Leader, ...]:
    """Return the leaders who answer for an area on a day: its own, else those of the nearest around it."""
    _, of_area = _published_leaders(session, on)
    around = _ancestors(session, [area_id]).get(area_id, ())
    return next((of_area[area] for area in around if area in of_area), ())


def _published_leaders(
    session: Session, on: date
) -> tuple[dict[int, tuple[Leader, ...]], dict[int, tuple[Leader, ...]]]:
    """Return the leaders of the plan in force, by unit and by area."""
    book = coverage.published_book(session, on)
    if book is None:
        return {}, {}
    leaders = {leader.id: leader for leader in book.leaders}
    area_of = {unit.id: unit.area_id for unit in book.units}
    of_unit: dict[int, tuple[Leader, ...]] = defaultdict(tuple)
    for assignment in book.plan.assignments:
        if assignment.leader_id is not None:
            of_unit[assignment.unit_id] += (leaders[assignment.leader_id],)
    of_area = {area_of[unit]: found for unit, found in of_unit.items()}
    return dict(of_unit), {area: found for area, found in of_area.items() if area is not None}


def _ancestors(session: Session, area_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return each area and those around it, nearest first."""
    rows = session.execute(
        text(
            "WITH RECURSIVE up (root, id, parent_id, depth) AS ("
            " SELECT id, id, parent_id, 0 FROM area WHERE id = ANY(:ids)"
            " UNION ALL SELECT up.root, a.id, a.parent_id, depth + 1"
            " FROM area a JOIN up ON a.id = up.parent_id)"
            " SELECT root, id FROM up ORDER BY root, depth"
        ),
        {"ids": list(area_ids)},
    )
    around: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for root, area_id in rows:
        around[root] += (area_id,)
    return dict(around)
