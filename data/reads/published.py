"""Readings of the published products: all that a shared view may ask of matters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data import models
from data.densities import unpack_surface
from data.reads import city
from grid.areas import Level
from grid.density import DensitySurface
from grid.measures import Measure, MeasureUnit
from grid.places import PlacedTotals
from grid.published import (
    TOWNSHIP,
    GroupKind,
    Publication,
    PublishedCount,
    PublishedCounts,
    WallQuestion,
)
from grid.questions import MonthCount
from grid.refusals import Refused

_PER_RESIDENTS = 10_000
_Product = type[
    models.PublishedCount | models.PublishedPlaced | models.PublishedFigure | models.PublishedDensity
]


def publication(session: Session) -> Publication | None:
    """Return which products are in force, none before the first."""
    state, data = models.PublishedState, models.DataVersion
    newer_at = select(data.changed_at).where(data.number != state.data_version).scalar_subquery()
    asked = select(state.number, state.changed_at, state.day, newer_at.label("newer_at"))
    row = session.execute(asked).one_or_none()
    return None if row is None else Publication(row.number, row.changed_at, row.day, row.newer_at)


def figures(session: Session, question: WallQuestion) -> tuple[Measure, ...]:
    """Return the wall's figures; raises ``Refused('not_published')`` before the first publication."""
    figure = models.PublishedFigure
    rows = session.scalars(select(figure).where(_asks(figure, question)).order_by(figure.position)).all()
    if not rows:
        raise Refused("not_published")
    return tuple(
        Measure(
            row.code, MeasureUnit(row.unit), row.value, row.n, row.since, row.until,
            before=row.before, year_before=row.year_before,
        )
        for row in rows
    )  # fmt: skip


def counts(session: Session, level: Level, question: WallQuestion) -> PublishedCounts:
    """Return the counts of a level's regular areas by code, none where hidden.

    Raises ``Refused('not_published')`` for what is not on the lattice and before the first publication.
    """
    if level not in TOWNSHIP and (level, question.group[0]) != (Level.VILLAGE, GroupKind.ALL):
        raise Refused("not_published")
    count = models.PublishedCount
    rows = session.execute(
        city.select_areas()
        .add_columns(count.count.label("matters"))
        .join(count, count.area_id == models.Area.id)
        .where(count.level == level, _asks(count, question))
    )
    return PublishedCounts(level, tuple(_counted(row) for row in rows), _placed(session, question))


def trend(session: Session, question: WallQuestion) -> tuple[MonthCount, ...]:
    """Return the city's counts of the last 24 months, oldest first; raises ``Refused('not_published')``."""
    month, (kind, value) = models.PublishedMonth, question.group
    rows = session.scalars(
        select(month).where(month.group_kind == kind, month.group_value == value).order_by(month.month)
    ).all()
    if not rows:
        raise Refused("not_published")
    return tuple(MonthCount(row.month, row.count, row.repeats, partial=row.partial) for row in rows)


def density(session: Session, question: WallQuestion) -> DensitySurface | None:
    """Return the masked density, none where nothing is placed to a point.

    Raises ``Refused('not_published')`` before the first publication.
    """
    surface = models.PublishedDensity
    row = session.scalars(select(surface).where(_asks(surface, question))).one_or_none()
    if row is None and publication(session) is None:
        raise Refused("not_published")
    return None if row is None else unpack_surface(row)


def _asks(product: _Product, question: WallQuestion) -> ColumnElement[bool]:
    kind, value = question.group
    return (
        (product.time_window == question.window)
        & (product.group_kind == kind)
        & (product.group_value == value)
    )


def _counted(row: Any) -> PublishedCount:
    area = city.to_area(row)
    known = row.matters is not None and area.population
    return PublishedCount(
        area, row.matters, _PER_RESIDENTS * row.matters / area.population if known else None
    )


def _placed(session: Session, question: WallQuestion) -> PlacedTotals:
    placed = models.PublishedPlaced
    row = session.scalars(select(placed).where(_asks(placed, question))).one_or_none()
    if row is None:
        raise Refused("not_published")
    return PlacedTotals(row.point, row.grid, row.village, row.town, row.county, row.unplaced)
