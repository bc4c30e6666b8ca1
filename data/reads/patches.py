"""Readings of towns whose grids are shared among grid workers; small counts are hidden here already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, BindParameter, Row, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city
from grid.areas import Area, Level
from grid.coverage import PlanState
from grid.ids import LARGEST_ID
from grid.measures import SMALL_CELL
from grid.patches.town import PatchGrid, PatchPlan, PatchWorker, Town, TownState, holders_today
from grid.refusals import Refused
from grid.suppression import suppress

MOST_PLANS = 30
"""How many of a town's plans are listed, the newest."""
_M_A_DEGREE = 111_320.0


def town(session: Session, area_id: int) -> Town:
    """Return a town with its grids, workers and plans; raises ``Refused('town_unknown')``."""
    found = unstaffed(session, area_id)
    return replace(found, workers=_workers(session, area_id), plans=plans_of(session, area_id))


def unstaffed(session: Session, area_id: int) -> Town:
    """Return a town with its grids alone, for who may not read accounts; raises as ``town`` does."""
    area = _town_area(session, area_id)
    grids = _grids(session, area_id)
    ids = [grid.area.id for grid in grids]
    shrink = float(np.cos(np.radians(area.label_lat)))
    return Town(
        area=area,
        grids=grids,
        workers=(),
        borders=_borders(session, ids),
        middles={
            # A few kilometres: a plane with the town's own scale of degrees is right to a thousandth.
            one.area.id: (one.area.label_lon * _M_A_DEGREE * shrink, one.area.label_lat * _M_A_DEGREE)
            for one in grids
        },
    )


def town_id(session: Session, code: str) -> int:
    """Return the town that has a code today; raises ``Refused('town_unknown')``."""
    area = models.Area
    wanted = select(area.id).where(area.code == code, area.level == Level.TOWN.value, area.valid_to.is_(None))
    found = session.scalars(wanted.order_by(area.id)).first()
    if found is None:
        raise Refused("town_unknown", town=code)
    return found


def plan(session: Session, plan_id: int) -> PatchPlan:
    """Return a patch plan; raises ``Refused('patches_unknown')``."""
    table = models.PatchPlan
    found = _plans(session, table.id == plan_id) if 0 < plan_id <= LARGEST_ID else ()
    if not found:
        raise Refused("patches_unknown", plan=plan_id)
    return found[0]


def plans_of(session: Session, town_id: int) -> tuple[PatchPlan, ...]:
    """Return a town's plans, the newest first."""
    return _plans(session, models.PatchPlan.town_id == town_id)


def towns(session: Session) -> tuple[TownState, ...]:
    """Return every town that has grids, by code, with how its grids are shared today."""
    grids_of: dict[int, list[PatchGrid]] = {}
    town_of = _town_ids(session)
    for grid, town_id in zip(*_all_grids(session, town_of), strict=True):
        grids_of.setdefault(town_id, []).append(grid)
    named, plans, workers = _named_towns(session, grids_of), _plan_marks(session), _posted(session, grids_of)
    return tuple(
        _state(row, grids_of[row.id], workers.get(row.id, []), plans.get(row.id, {})) for row in named
    )


def worker_ids(session: Session, town_id: int) -> frozenset[int]:
    """Return the accounts to which grids of a town may be given."""
    return frozenset(worker.id for worker in _workers(session, town_id))


def grid_ids(session: Session, town_id: int) -> frozenset[int]:
    """Return the grids of a town that there are today."""
    return frozenset(id_ for id_, of in _town_ids(session, town_id).items() if of == town_id)


def _town_area(session: Session, area_id: int) -> Area:
    if not 0 < area_id <= LARGEST_ID:
        raise Refused("town_unknown", town=area_id)
    wanted = city.select_areas().where(
        models.Area.id == area_id, models.Area.level == Level.TOWN.value, models.Area.valid_to.is_(None)
    )
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise Refused("town_unknown", town=area_id)
    return city.to_area(row)


def _town_ids(session: Session, town_id: int | None = None) -> dict[int, int]:
    """Return the town of every grid that there is today."""
    grid, village, above = models.Area, aliased(models.Area), aliased(models.Area)
    wanted = (
        select(grid.id, above.id)
        .join(village, village.id == grid.parent_id)
        .join(above, above.id == village.parent_id)
        .where(
            grid.level == Level.GRID.value, village.level == Level.VILLAGE.value,
            above.level == Level.TOWN.value,
            grid.valid_to.is_(None), village.valid_to.is_(None), above.valid_to.is_(None),
        )
    )  # fmt: skip
    if town_id is not None:
        wanted = wanted.where(above.id == town_id)
    return dict(session.execute(wanted).all())


def _grids(session: Session, town_id: int) -> tuple[PatchGrid, ...]:
    return tuple(_all_grids(session, _town_ids(session, town_id))[0])


def _all_grids(session: Session, town_of: dict[int, int]) -> tuple[list[PatchGrid], list[int]]:
    """Return grids by code, and the town of each, with counts hidden as they must be."""
    counted, above = models.AreaWorkload, aliased(models.Area)
    rows = session.execute(
        city.select_areas()
        .add_columns(
            above.name.label("village"),
            func.coalesce(counted.recent, 0).label("recent"),
            func.coalesce(counted.open, 0).label("open"),
        )
        .join(above, above.id == models.Area.parent_id)
        .outerjoin(counted, counted.area_id == models.Area.id)
        .where(models.Area.id == func.any(_ids(town_of)))
    ).all()
    areas = [city.to_area(row) for row in rows]
    recent = _shown([row.recent for row in rows], [area.parent_id or 0 for area in areas])
    still = _shown([row.open for row in rows], [area.parent_id or 0 for area in areas])
    grids = [
        PatchGrid(area, row.village, one, other, area.population)
        for area, row, one, other in zip(areas, rows, recent, still, strict=True)
    ]
    return grids, [town_of[area.id] for area in areas]


def _shown(counts: Sequence[int], village_of: Sequence[int]) -> list[int | None]:
    """Return counts of grids, none for those below five and those by which others of a village could be told.

    A zero is hidden too: what weighs less than others would say that it is one.
    """
    if not counts:
        return []
    villages = np.unique(np.array(village_of), return_inverse=True)[1].astype(np.int64)
    hidden = suppress(np.array(counts, dtype=np.int64)[:, None], villages)[:, 0]
    return [None if hide or count < SMALL_CELL else count for count, hide in zip(counts, hidden, strict=True)]


def _workers(session: Session, town_id: int) -> tuple[PatchWorker, ...]:
    """Return a town's workers by login, those who are posted nowhere with them."""
    posted = _posted(session, [town_id])
    mine = [*posted.get(town_id, []), *posted.get(None, [])]
    return tuple(sorted(mine, key=lambda one: one.login))


def _posted(session: Session, towns: Collection[int]) -> dict[int | None, list[PatchWorker]]:
    """Return workers by town; by none those who are posted nowhere."""
    names = ("town_id", "account_id", "login", "grids")
    told = func.access.town_workers(_ids(towns)).table_valued(*(column(name) for name in names))
    found: dict[int | None, list[PatchWorker]] = {}
    for row in session.execute(select(*(told.c[name] for name in names))):
        worker = PatchWorker(row.account_id, row.login, frozenset(row.grids))
        found.setdefault(row.town_id, []).append(worker)
    return found


def _borders(session: Session, ids: Collection[int]) -> dict[tuple[int, int], float]:
    border = models.AreaBorder
    own = func.any(_ids(ids))
    rows = session.execute(
        select(border.area_id, border.neighbour_id, border.length_m).where(
            border.area_id == own, border.neighbour_id == own
        )
    )
    return {(one, other): float(length_m) for one, other, length_m in rows}


def _plans(session: Session, wanted: Any) -> tuple[PatchPlan, ...]:
    table, given = models.PatchPlan, models.PatchAssignment
    newest = table.created_at.desc(), table.id.desc()
    rows = session.scalars(select(table).where(wanted).order_by(*newest).limit(MOST_PLANS)).all()
    holders: dict[int, dict[int, int | None]] = {row.id: {} for row in rows}
    for one in session.scalars(select(given).where(given.plan_id.in_(holders))):
        holders[one.plan_id][one.area_id] = one.account_id
    me = session.scalar(select(func.access.my_public_id()))
    names = _officials(session) if rows else {}
    return tuple(_plan(row, holders[row.id], names, me) for row in rows)


def _plan(
    row: models.PatchPlan, holders: dict[int, int | None], names: dict[str, str], me: str | None
) -> PatchPlan:
    return PatchPlan(
        id=row.id,
        town_id=row.town_id,
        name=row.name,
        state=PlanState(row.state),
        version=row.version,
        holders=holders,
        created_at=row.created_at,
        created_by=names.get(row.created_by, ""),
        proposed_by=names.get(row.proposed_by or "", ""),
        published_by=names.get(row.published_by or "", ""),
        published_at=row.published_at,
        own=me is not None and me in {row.created_by, row.proposed_by},
    )


def _officials(session: Session) -> dict[str, str]:
    told = func.access.patch_officials().table_valued(column("public_id"), column("login"))
    return dict(session.execute(select(told.c.public_id, told.c.login)).all())


def _named_towns(session: Session, ids: Collection[int]) -> Sequence[Row[int, str, str]]:
    area, county = models.Area, aliased(models.Area)
    return session.execute(
        select(area.id, area.name, func.coalesce(county.name, "").label("county"))
        .outerjoin(county, county.id == area.parent_id)
        .where(area.id == func.any(_ids(ids)))
        .order_by(area.code)
    ).all()


def _plan_marks(session: Session) -> dict[int, dict[str, Any]]:
    """Return by town how many plans there are of each state, and when the one in force was published."""
    table = models.PatchPlan
    marks: dict[int, dict[str, Any]] = {}
    rows = session.execute(
        select(table.town_id, table.state, func.count(), func.max(table.published_at)).group_by(
            table.town_id, table.state
        )
    )
    for town_id, state, count, at in rows:
        marks.setdefault(town_id, {})[state] = (count, at)
    return marks


def _state(
    row: Any, grids: Sequence[PatchGrid], workers: Sequence[PatchWorker], marks: dict[str, Any]
) -> TownState:
    holders = holders_today((grid.area.id for grid in grids), workers)
    loads: dict[int, int] = {}
    for grid in grids:
        holder = holders[grid.area.id]
        if holder is not None:
            loads[holder] = loads.get(holder, 0) + grid.weight
    total = sum(loads.values())
    return TownState(
        area_id=row.id,
        name=row.name,
        county=row.county,
        grids=len(grids),
        workers=len(loads),
        unheld=sum(holder is None for holder in holders.values()),
        ratio=max(loads.values()) * len(loads) / total if loads and total else None,
        published_at=marks.get(PlanState.PUBLISHED, (0, None))[1],
        drafts=marks.get(PlanState.DRAFT, (0, None))[0],
        proposed=marks.get(PlanState.PROPOSED, (0, None))[0],
    )


def _ids(ids: Iterable[int]) -> BindParameter[list[int]]:
    return literal(list(ids), type_=ARRAY(BigInteger))
