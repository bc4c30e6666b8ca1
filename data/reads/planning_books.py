"""Plans with all that planning needs: what units have on their hands, their parts, rules and bars.

Read for planners and approvers alone; screens of others read ``data.reads.coverage``, which asks less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city, coverage, workloads
from grid.areas import AreaKind, Level
from grid.coverage import Assignment, Bar, BarReason, CoverageBook, CoveragePlan, Unit, UnitKind
from grid.planning import portions
from grid.planning.standing import LOADING
from grid.workloads import UnitMeasures

Parts = Mapping[int, tuple[Unit, ...]]


def planned_on(session: Session, on: date) -> CoverageBook | None:
    """Return the published plan in force on a day with all that planning needs, or none."""
    book = coverage.published_book(session, on)
    return None if book is None else _completed(session, book)


def planning_book(session: Session, plan_id: int, formula: int = 0) -> CoverageBook:
    """Return any plan with all that planning needs; raises ``Refused('plan_unknown')``.

    It is weighed by its own version of the formula, or by another that is asked for; raises
    ``Refused('plan_formula_unknown')`` where there is no such version.
    A county whose towns are given out one by one is among the units too, so that it can be joined again.
    """
    book = coverage.plan_book(session, plan_id)
    if formula:
        book = replace(book, plan=replace(book.plan, formula=formula))
    return _completed(session, book)


def stamp(session: Session, plan_id: int) -> tuple[object, ...] | None:
    """Return what ``planning_book`` depends on, in one statement; none for a plan that may not be seen.

    Plans carry a version, their base plan too; bars are ended and made; workloads are counted anew; all else
    comes with a new data version.
    """
    plan, base = models.CoveragePlan, aliased(models.CoveragePlan)
    bars, state = models.LeaderBar, models.DerivedState
    days = func.concat_ws(":", bars.id, bars.valid_from, bars.valid_to)
    held = func.md5(func.string_agg(days, aggregate_order_by(literal(","), bars.id)))
    today = text(f"(now() AT TIME ZONE '{city.CITY_ZONE}')::date")
    asked = (
        select(
            today, plan.version, plan.state, plan.valid_from, plan.valid_to, plan.formula, base.version,
            base.valid_from, base.valid_to,
            select(models.DataVersion.number).scalar_subquery(),
            select(state.made_at).where(state.name == workloads.NAME).scalar_subquery(),
            select(held).scalar_subquery(),
        )
        .select_from(plan)
        .outerjoin(base, base.id == plan.base_id)
        .where(plan.id == plan_id)
    )  # fmt: skip
    row = session.execute(asked).one_or_none()
    return None if row is None else tuple(row)


def _completed(session: Session, book: CoverageBook) -> CoverageBook:
    units = _with_wholes(session, book.units)
    parts = _parts(session, units)
    ids = {unit.id for unit in units} | {part.id for split in parts.values() for part in split}
    plan = replace(book.plan, rules=coverage.rules_of(session, [book.plan.id])[book.plan.id])
    return replace(
        book,
        plan=plan,
        units=units,
        borders=coverage.borders_among(session, ids) | _overlapped(session, units, parts),
        bars=_bars(session, book, ids),
        parts=parts,
        measures=_measures(session, ids, _stated_cases(session, plan), parts),
        weights=workloads.formula(session, plan.formula).weights,
    )


def _with_wholes(session: Session, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Return units with those of the counties that towns among them lie in."""
    town, county, table = aliased(models.Area), aliased(models.Area), models.Unit
    found = session.execute(
        select(table.id, table.name, table.area_id)
        .join(county, county.id == table.area_id)
        .where(
            county.level == Level.COUNTY.value,
            county.id.in_(
                select(town.parent_id).where(
                    town.level == Level.TOWN.value,
                    town.id.in_([unit.area_id for unit in units if unit.area_id is not None]),
                )
            ),
        )
        .order_by(county.code, table.id)
    )
    known = {unit.id for unit in units}
    wholes = (Unit(unit_id, name, UnitKind.AREA, area) for unit_id, name, area in found)
    return (*units, *(one for one in wholes if one.id not in known))


def _parts(session: Session, units: tuple[Unit, ...]) -> Parts:
    """Return the town units of the counties among units, in the order of their codes."""
    whole_of = {unit.area_id: unit.id for unit in units if unit.area_id is not None}
    town, table = models.Area, models.Unit
    county = aliased(models.Area)
    found: dict[int, list[Unit]] = {}
    for unit_id, name, area_id, parent in session.execute(
        select(table.id, table.name, town.id, county.id)
        .join(town, town.id == table.area_id)
        .join(county, county.id == town.parent_id)
        .where(
            town.level == Level.TOWN.value,
            town.valid_to.is_(None),
            county.level == Level.COUNTY.value,
            county.id.in_(whole_of),
        )
        .order_by(county.code, town.code, table.id)
    ):
        whole = whole_of[parent]
        found.setdefault(whole, []).append(Unit(unit_id, name, UnitKind.AREA, area_id))
    return {whole: tuple(split) for whole, split in found.items()}


def _overlapped(session: Session, units: tuple[Unit, ...], parts: Parts) -> frozenset[tuple[int, int]]:
    """Return pairs of functional areas and the towns that they lie on: a county's border says not which."""
    whole, town = aliased(models.Area), aliased(models.Area)
    functional, part = aliased(models.Unit), aliased(models.Unit)
    pairs = session.execute(
        select(func.least(functional.id, part.id), func.greatest(functional.id, part.id))
        .select_from(functional)
        .join(whole, whole.id == functional.area_id)
        .join(town, func.ST_Intersects(town.geom, whole.geom))
        .join(part, part.area_id == town.id)
        .where(
            whole.kind == AreaKind.FUNCTIONAL.value,
            functional.id.in_([unit.id for unit in units]),
            part.id.in_([one.id for split in parts.values() for one in split]),
        )
    )
    return frozenset((smaller, larger) for smaller, larger in pairs)


def _bars(session: Session, book: CoverageBook, unit_ids: set[int]) -> tuple[Bar, ...]:
    """Return the bars on a book's leaders and units that hold when its plan does, and now."""
    table, on = models.LeaderBar, max(book.plan.valid_from, city.today(session))
    rows = session.scalars(
        select(table)
        .where(
            table.leader_id.in_([leader.id for leader in book.leaders]),
            table.unit_id.in_(unit_ids),
            table.valid_from <= on,
            or_(table.valid_to.is_(None), table.valid_to > on),
        )
        .order_by(table.id)
    )
    return tuple(
        Bar(
            row.id, row.leader_id, row.unit_id, BarReason(row.reason), row.words, row.valid_from, row.valid_to
        )
        for row in rows
    )


def _stated_cases(session: Session, plan: CoveragePlan) -> dict[int, int]:
    """Return the 件 that a plan states of its units, and its base plan of those that it gives out no more."""
    base = () if plan.base_id is None else coverage.plan_book(session, plan.base_id).plan.assignments
    return _sums(base) | _sums(plan.assignments)


def _sums(assignments: Iterable[Assignment]) -> dict[int, int]:
    stated: dict[int, int] = {}
    for one in assignments:
        if one.kind in LOADING:
            stated[one.unit_id] = stated.get(one.unit_id, 0) + (one.cases or 0)
    return stated


def _measures(
    session: Session, unit_ids: set[int], stated: Mapping[int, int], parts: Parts
) -> dict[int, UnitMeasures]:
    """Return what units and parts have; a county's cases are shared out by what its towns have open."""
    counted = workloads.unit_measures(session, unit_ids)
    cases = dict(stated)
    for whole, split in parts.items():
        given = [part.id for part in split if part.id in stated]
        if given and whole not in stated:
            cases[whole] = sum(stated[part] for part in given)
        elif not given:
            shares = portions(cases.get(whole, 0), [counted[part.id].open for part in split])
            cases |= {part.id: share for part, share in zip(split, shares, strict=True)}
    return {unit: replace(each, cases=cases.get(unit, 0)) for unit, each in counted.items()}
