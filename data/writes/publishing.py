"""Publishing: all products that shared views read, made anew from one snapshot and put in place at once.

A publication is stale when the data, the day or the program (and with it perhaps the rules) changed since.
Whoever finds it so makes the next, one at a time; one that fails leaves the one in force and is tried again
by the worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from sqlalchemy import BigInteger, Connection, Engine, delete, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.densities import pack_surface
from data.processes import program_digest
from data.reads import city, lattice
from data.reads.lattice import WINDOWS
from data.writes.copying import copy_rows
from grid.areas import Area, Level
from grid.density import DensitySurface
from grid.density_frame import density_frame, framed_surface, project
from grid.density_masks import Mask, Support, mask_nested, mask_parts, seen_alone
from grid.published import GROUPS, Group, GroupKind, Window
from grid.suppression import BoolArray, suppress

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.publish'))"
_STALE = text(
    "SELECT NOT EXISTS (SELECT FROM published_state s, data_version v"
    " WHERE s.data_version = v.number AND s.day = (now() AT TIME ZONE :zone)::date"
    " AND s.program = :program)"
).bindparams(zone=city.CITY_ZONE)
_LOG = logging.getLogger("fengtu.publishing")
Rows = Iterator[Sequence[object]]


def publish(engine: Engine) -> None:
    """Make all products and put them in the place of the earlier ones."""
    with _alone(engine):
        _replace(engine)


def publish_if_stale(engine: Engine) -> bool:
    """Publish where the publication in force is stale; tell whether that was so."""
    with engine.connect() as connection:
        if not _is_stale(connection):
            return False
    with _alone(engine) as connection:
        # Another may have published while this one waited for its turn.
        stale = _is_stale(connection)
        if stale:
            _replace(engine)
        return stale


def try_to_publish(engine: Engine) -> bool:
    """Publish where stale, but only log what goes wrong; tell whether a publication was made."""
    try:
        return publish_if_stale(engine)
    except Exception as error:
        # The data is safe and the last publication in force; type only, since a message may quote data.
        _LOG.error("publication failed, the earlier one stays in force: %s", type(error).__name__)
        return False


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    # A connection of its own: the snapshot of the publication must begin after the lock is held.
    with engine.begin() as connection:
        connection.execute(text(_ONE_AT_A_TIME))
        yield connection


def _is_stale(connection: Connection) -> bool:
    return bool(connection.execute(_STALE, {"program": _program()}).scalar_one())


@cache
def _program() -> str:
    return program_digest(Path(__file__).parents[2])


def _replace(engine: Engine) -> None:
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(snapshot) as session, session.begin():
        day = city.today(session)
        for model, make in _PRODUCTS.items():
            # All of them first: a query cannot run in the middle of a COPY.
            rows = list(make(session, day))
            session.execute(delete(model))
            columns = [column.name for column in model.__table__.columns]
            copy_rows(session, model.__tablename__, columns, rows)
        _state(session, day)


def _state(session: Session, day: date) -> None:
    state, version = models.PublishedState, city.version(session)
    made = {"data_version": version.number, "changed_at": version.changed_at, "day": day}
    # The second it is made in, so that not even another database's publication had the same number.
    earlier = session.scalar(select(state.number)) or 0
    now: int = session.scalar(select(func.extract("epoch", func.clock_timestamp()).cast(BigInteger))) or 0
    session.execute(delete(state))
    session.execute(insert(state).values(id=1, number=max(earlier + 1, now), program=_program(), **made))


def _counts(session: Session, day: date) -> Rows:
    areas, counts = lattice.area_counts(session, day)
    hidden = _hidden_villages(areas, counts)
    for (area_id, (kind, value)), windows in counts.items():
        level = areas[area_id].level
        for at, window in enumerate(WINDOWS):
            conceal = level is Level.VILLAGE and hidden[area_id][at]
            yield window, level, kind, value, area_id, None if conceal else int(windows[at])


def _hidden_villages(
    areas: dict[int, Area], counts: dict[tuple[int, Group], lattice.IntArray]
) -> dict[int, BoolArray]:
    """Return which windows of each village are hidden; all of those that lie in no town of today.

    Such a village has no published total above it, and nothing to be hidden among.
    """
    villages = [area for area in areas.values() if area.level is Level.VILLAGE]
    hidden = {area.id: np.ones(len(WINDOWS), dtype=bool) for area in villages}
    settled = [area for area in villages if area.parent_id in areas]
    if settled:
        table = np.stack([counts[area.id, (GroupKind.ALL, "")] for area in settled])
        _, town_of = np.unique([area.parent_id for area in settled], return_inverse=True)
        hidden |= {area.id: mask for area, mask in zip(settled, suppress(table, town_of), strict=True)}
    return hidden


def _placed(session: Session, day: date) -> Rows:
    for (window, group), totals in lattice.placed_totals(session, day).items():
        finenesses = (totals.point, totals.grid, totals.village, totals.town, totals.county)
        yield window, *group, *finenesses, totals.unplaced


def _figures(session: Session, day: date) -> Rows:
    for (window, group), measures in lattice.measures(session, day).items():
        for position, each in enumerate(measures):
            period = (each.since, each.until, each.before, each.year_before)
            yield window, *group, position, each.code, each.unit, each.value, each.n, *period


def _months(session: Session, day: date) -> Rows:
    for group, months in lattice.month_counts(session, day).items():
        for each in months:
            yield *group, each.month, each.count, each.repeats, each.partial


def _densities(session: Session, day: date) -> Rows:
    world, points = city.city(session), lattice.points(session, day)
    if world.bounds is None or world.metric_epsg is None or not points.lon.size:
        return
    frame = density_frame(world.bounds, world.metric_epsg)
    x_m, y_m = project(points.lon, points.lat, frame.epsg)
    made: dict[tuple[Window, Group], tuple[DensitySurface, Support]] = {}
    for key in product(WINDOWS, GROUPS):
        inside = points.of(*key, day)
        if inside.any():
            made[key] = framed_surface(x_m[inside], y_m[inside], frame)
    seen = _seen_together({key: support for key, (_, support) in made.items()})
    for (window, group), (surface, _) in made.items():
        surface.per_km2[~seen[window, group]] = np.nan
        top_per_km2, levels = pack_surface(surface)
        drawn = (surface.bandwidth_m, surface.n, *surface.per_km2.shape)
        yield window, *group, *surface.bounds_m, *drawn, top_per_km2, levels


def _seen_together(supported: dict[tuple[Window, Group], Support]) -> dict[tuple[Window, Group], Mask]:
    """Return the cells of each density that are seen: few matters neither alone nor by subtraction."""
    seen = {key: seen_alone(support) for key, support in supported.items()}
    for kind, window in product((GroupKind.CATEGORY, GroupKind.CHANNEL), WINDOWS):
        whole = (window, (GroupKind.ALL, ""))
        parts = [(window, group) for group in GROUPS if group[0] is kind and (window, group) in seen]
        if whole in seen:
            sizes, masks = [supported[key] for key in parts], [seen[key] for key in parts]
            mask_parts(supported[whole], seen[whole], sizes, masks)
    for group in GROUPS:
        keys = [(window, group) for window in WINDOWS if (window, group) in seen]
        mask_nested([supported[key] for key in keys], [seen[key] for key in keys])
    return seen


_PRODUCTS: dict[type[models.Base], Callable[[Session, date], Rows]] = {
    models.PublishedCount: _counts,
    models.PublishedPlaced: _placed,
    models.PublishedFigure: _figures,
    models.PublishedMonth: _months,
    models.PublishedDensity: _densities,
}
"""Each product's rows, in the order of its table's columns."""
