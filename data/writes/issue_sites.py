"""Finding issue sites anew: of each category the clusters of the last 24 months and this one, named.

Read are accepted places with a point, and never an accusation. The sites of before are replaced at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from sqlalchemy import Engine, Integer, case, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.models.base import SRID
from data.reads import city
from data.reads.matters import months_of, not_accusation, petition
from grid.density_frame import CRS, project
from grid.geocoding.names import NameKind
from grid.hotspots.site_names import NAMING, NamedShape, SiteName, SiteNames, elected, most_common
from grid.hotspots.sites import NO_SITE, SiteShape, find_sites, site_shape
from grid.matters import SETTLED_STAGES, Category
from grid.places import PlaceStatus

AREA_NAMED = "area"
WRITE_EVERY_S = 600.0
"""A site of two years does not change by the minute, and finding them takes seconds for a million matters."""
_MONTHS_BEFORE = 24
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.issue_sites'))"
_AT_ONCE = 50_000
_LOG = logging.getLogger("fengtu.sites")


@dataclass(frozen=True, slots=True, eq=False)
class _Matters:
    """Matters of one category; arrays of shape (n,), ``areas`` (n, 3): village, town, county, 0 for none."""

    id: npt.NDArray[np.int64]
    x_m: npt.NDArray[np.float64]
    y_m: npt.NDArray[np.float64]
    month: npt.NDArray[np.int64]
    is_open: npt.NDArray[np.bool_]
    areas: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _World:
    epsg: int
    since: date
    until: date
    names: SiteNames
    area_names: dict[int, str]


class SiteKeeper:
    """Has the sites found anew when the data or the day changed, and not too often."""

    def __init__(self, every_s: float = WRITE_EVERY_S) -> None:
        self._every_s = every_s
        self._wrote_s = float("-inf")
        self._wrote: tuple[int, date] | None = None

    def write_when_due(self, engine: Engine) -> bool:
        """Write the sites where due, but only log what goes wrong; tell whether they were written."""
        if time.monotonic() - self._wrote_s < self._every_s:
            return False
        try:
            with Session(engine) as session:
                now = city.version(session).number, city.today(session)
            if now == self._wrote:
                return False
            self._wrote_s = time.monotonic()
            write_issue_sites(engine)
            self._wrote = now
        except Exception as error:
            # The sites of before stay; type only, since a message may quote data.
            _LOG.error("issue sites failed, the earlier ones stay: %s", type(error).__name__)
            return False
        return True


def write_issue_sites(engine: Engine) -> int:
    """Find all issue sites and put them in the place of the earlier ones; return how many there are."""
    with Session(engine) as session, session.begin():
        session.execute(text(_ONE_AT_A_TIME))
        sites = list(_sites(session))
        session.execute(delete(models.IssueSite))
        if sites:
            session.execute(insert(models.IssueSite), sites)
    return len(sites)


def _sites(session: Session) -> Iterator[dict[str, Any]]:
    world = _world(session)
    if world is None:
        return
    for category in Category:
        matters = _matters(session, world, category)
        sites = find_sites(matters.x_m, matters.y_m)
        votes = _votes(session, world, matters, sites)
        order = np.argsort(sites, kind="stable")
        bounds = np.searchsorted(sites[order], np.arange(sites.max(initial=NO_SITE) + 2))
        for number in range(len(bounds) - 1):
            members = order[bounds[number] : bounds[number + 1]]
            yield _site(world, category, matters, members, [votes[at] for at in members.tolist()])


def _site(
    world: _World,
    category: Category,
    matters: _Matters,
    members: npt.NDArray[np.int64],
    votes: list[SiteName | None],
) -> dict[str, Any]:
    shape = site_shape(matters.x_m[members], matters.y_m[members])
    village, town, county = (most_common([at or None for at in matters.areas[members, column].tolist()])
                             for column in range(3))  # fmt: skip
    name = elected(votes)
    area = next((world.area_names[at] for at in (village, town, county) if at in world.area_names), "")
    months = np.bincount(matters.month[members], minlength=len(months_of(world.since, world.until)))
    return {
        "category": category.value, "name": area if name is None else name[1],
        "named_by": AREA_NAMED if name is None else name[0].value,
        "village_id": village, "town_id": town, "county_id": county, "centre": _degrees(shape, world.epsg),
        "radius_m": shape.radius_m, "count": len(members),
        "open_count": int(matters.is_open[members].sum()), "since": world.since, "until": world.until,
        "months": months.tolist(),
    }  # fmt: skip


def _world(session: Session) -> _World | None:
    place, day = city.city(session), city.today(session)
    if place.metric_epsg is None:
        return None
    month = day.year * 12 + day.month - 1 - _MONTHS_BEFORE
    since = date(month // 12, month % 12 + 1, 1)
    area_names = dict(session.execute(select(models.Area.id, models.Area.name)).all())
    return _World(place.metric_epsg, since, day, _names(session, place.metric_epsg), area_names)


def _names(session: Session, epsg: int) -> SiteNames:
    entry = models.GazetteerEntry
    shape = func.ST_AsBinary(func.coalesce(entry.line, entry.point))
    rows = session.execute(
        select(entry.kind, entry.name, shape).where(entry.kind.in_(NAMING)).order_by(entry.id)
    ).all()
    to_metric = Transformer.from_crs(CRS, f"EPSG:{epsg}", always_xy=True)
    shapes = shapely.from_wkb([None if row[2] is None else bytes(row[2]) for row in rows])
    shapes = shapely.transform(shapes, to_metric.transform, interleaved=False)
    return SiteNames(
        NamedShape(NameKind(kind), name, at) for (kind, name, _), at in zip(rows, shapes, strict=True)
    )


def _matters(session: Session, world: _World, category: Category) -> _Matters:
    since = world.since.year * 12 + world.since.month
    month = func.extract("year", petition.registered_on) * 12 + func.extract("month", petition.registered_on)
    areas = (petition.village_id, petition.town_id, petition.county_id)
    rows = session.execute(
        select(
            petition.id, func.ST_X(petition.point), func.ST_Y(petition.point),
            cast(month - since, Integer),
            case((petition.stage.in_(SETTLED_STAGES), 0), else_=1),
            *(func.coalesce(area, 0) for area in areas),
        ).where(
            not_accusation(),
            petition.category == category,
            petition.place_status == PlaceStatus.ACCEPTED,
            petition.point.is_not(None),
            petition.registered_on.between(world.since, world.until),
        ),
        execution_options={"yield_per": _AT_ONCE},
    )  # fmt: skip
    blocks = [np.array(block, dtype=np.float64) for block in rows.partitions()]
    # Ids are whole numbers far below 2^53.
    table = np.concatenate(blocks) if blocks else np.empty((0, 8))
    x_m, y_m = project(table[:, 1], table[:, 2], world.epsg)
    whole = table.astype(np.int64)
    return _Matters(whole[:, 0], x_m, y_m, whole[:, 3], whole[:, 4] == 1, whole[:, 5:])


def _votes(
    session: Session, world: _World, matters: _Matters, sites: npt.NDArray[np.int64]
) -> list[SiteName | None]:
    """Return what each matter of a site is at: what its address names, else what it lies nearest to."""
    votes: list[SiteName | None] = [None] * len(sites)
    members = np.flatnonzero(sites != NO_SITE)
    addresses = _addresses(session, matters.id[members])
    told = {address: world.names.told(address) for address in set(addresses.values())}
    for at in members.tolist():
        votes[at] = told.get(addresses.get(int(matters.id[at]), ""))
    silent = members[[votes[at] is None for at in members.tolist()]]
    near = world.names.at(matters.x_m[silent], matters.y_m[silent])
    for at, name in zip(silent.tolist(), near, strict=True):
        votes[at] = name
    return votes


def _addresses(session: Session, ids: npt.NDArray[np.int64]) -> dict[int, str]:
    rows = session.execute(
        select(petition.id, petition.address_key).where(petition.id == func.any(ids.tolist()))
    )
    return dict(rows.all())


def _degrees(shape: SiteShape, epsg: int) -> str:
    back = Transformer.from_crs(f"EPSG:{epsg}", CRS, always_xy=True)
    lon, lat = back.transform(shape.x_m, shape.y_m)
    return f"SRID={SRID};POINT({lon!r} {lat!r})"
