"""Reading issue sites, with the trend of their whole months."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Row, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from data import models
from grid.hotspots.findings import IssueSite
from grid.hotspots.questions import MatterFilter
from grid.hotspots.trend import mann_kendall
from grid.matters import Category
from grid.refusals import Refused


def issue_sites(session: Session, matters: MatterFilter) -> tuple[IssueSite, ...]:
    """Return the sites of a filter's categories whose centre is within its areas, most matters first.

    A site's months are its own, whatever the filter's period. Raises ``Refused('area_unknown')``.
    """
    site, (village, town, county) = models.IssueSite, (aliased(models.Area) for _ in range(3))
    statement = (
        select(
            site, func.ST_X(site.centre).label("lon"), func.ST_Y(site.centre).label("lat"),
            village.name.label("village"), town.name.label("town"), county.name.label("county"),
        )
        .outerjoin(village, village.id == site.village_id)
        .outerjoin(town, town.id == site.town_id)
        .outerjoin(county, county.id == site.county_id)
        .order_by(site.count.desc(), site.category, site.name, site.id)
    )  # fmt: skip
    if matters.categories:
        statement = statement.where(site.category.in_(matters.categories))
    if matters.within:
        statement = statement.where(_is_within(session, matters.within))
    return tuple(_site(row) for row in session.execute(statement))


def _is_within(session: Session, within: Collection[int]) -> Any:
    site, area = models.IssueSite, models.Area
    known = set(session.scalars(select(area.id).where(area.id.in_(within))))
    if known != set(within):
        raise Refused("area_unknown")
    covers = func.ST_Covers(area.geom, cast(site.centre, Geometry))
    return or_(
        *(column.in_(within) for column in (site.village_id, site.town_id, site.county_id)),
        exists().where(area.id.in_(within), covers),
    )


def _site(row: Row[*tuple[Any, ...]]) -> IssueSite:
    found: models.IssueSite = row.IssueSite
    months = tuple(found.months)
    # The last month is not over: it would look like a fall.
    trend = mann_kendall(months[:-1])
    return IssueSite(
        id=found.id, category=Category(found.category), name=found.name, named_by=found.named_by,
        path=tuple(name for name in (row.county, row.town, row.village) if name), lon=row.lon, lat=row.lat,
        radius_m=found.radius_m, count=found.count, open_count=found.open_count, since=found.since,
        until=found.until, months=months, tau=trend.tau, p=trend.p,
    )  # fmt: skip
