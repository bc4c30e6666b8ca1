"""The desk's density: of the filter's matters, over the city's ground, and of few matters nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from data.access import roles
from data.counts.refreshing import refresh
from data.hotspot_desk import HotspotDesk
from data.store import PostgisStore
from grid.density import DensitySurface
from grid.hotspots.questions import MatterFilter
from grid.matters import Category
from grid.measures import MeasureUnit
from grid.principals import Principal, Role
from grid.refusals import Refused
from tests.conftest import DEMO_UNTIL

YEAR = MatterFilter(DEMO_UNTIL - timedelta(days=365), DEMO_UNTIL)
LABOUR = MatterFilter(YEAR.since, YEAR.until, categories=frozenset({Category.LABOUR}))
_PLACED = (
    "SELECT count(*) FROM petition WHERE point IS NOT NULL AND place_status = 'accepted'"
    " AND purpose <> 'accusation' AND registered_on BETWEEN :since AND :until"
    " AND (:category = '' OR category = :category)"
)


@pytest.fixture(scope="module")
def demo(new_database: Callable[..., Engine], demo_template: str) -> Engine:
    return new_database(demo_template)


@pytest.fixture(scope="module")
def desk(
    demo: Engine,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
    tmp_path_factory: pytest.TempPathFactory,
) -> HotspotDesk:
    home = tmp_path_factory.mktemp("counts")
    refresh(demo, home)
    store = PostgisStore(login_as(demo, roles.SERVER), home)
    return store.hotspots(sign_in(demo, Role.BUREAU))


def placed(engine: Engine, matters: MatterFilter) -> int:
    category = next(iter(matters.categories), "")
    with engine.connect() as connection:
        found: int = connection.execute(
            text(_PLACED), {"since": matters.since, "until": matters.until, "category": category}
        ).scalar_one()
    return found


def total(surface: DensitySurface) -> float:
    west, south, east, north = surface.bounds_m
    cell_km2 = (east - west) * (north - south) / surface.per_km2.size / 1e6
    return float(np.nansum(surface.per_km2)) * cell_km2


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("matters", [YEAR, LABOUR])
def test_the_density_is_of_the_matters_asked_for(
    desk: HotspotDesk, demo: Engine, matters: MatterFilter, adaptive: bool
) -> None:
    surface = desk.surface(matters, adaptive=adaptive)
    assert surface is not None
    assert surface.n == placed(demo, matters) > 100
    # What few matters support is masked, and nothing is made up.
    assert 0.6 * surface.n <= total(surface) <= 1.001 * surface.n
    assert np.nanmin(surface.per_km2) >= 0


def test_the_density_per_resident_is_the_citys_rate_on_the_whole(desk: HotspotDesk, demo: Engine) -> None:
    surface = desk.surface(YEAR, bandwidth_m=None, per_residents=True)
    assert surface is not None
    assert surface.per_10k is not None
    with demo.connect() as connection:
        residents = connection.execute(
            text("SELECT sum(population) FROM area WHERE level = 'village' AND valid_to IS NULL")
        ).scalar_one()
    rate = 10_000 * surface.n / residents
    known = np.isfinite(surface.per_10k)
    people = surface.per_km2[known] / surface.per_10k[known]
    assert np.average(surface.per_10k[known], weights=people) == pytest.approx(rate, rel=0.3)
    assert known.sum() <= np.isfinite(surface.per_km2).sum()


def test_a_wider_bandwidth_has_fewer_cells_and_as_many_matters(desk: HotspotDesk) -> None:
    narrow, wide = desk.surface(YEAR), desk.surface(YEAR, bandwidth_m=5000)
    assert narrow is not None
    assert wide is not None
    assert wide.per_km2.size < narrow.per_km2.size
    assert wide.n == narrow.n
    assert total(wide) == pytest.approx(wide.n, rel=0.05)


def test_fifty_heads_of_one_matter_are_one_matter(desk: HotspotDesk) -> None:
    heads = MatterFilter(YEAR.since, YEAR.until, unit=MeasureUnit.HEADS, categories=LABOUR.categories)
    by_heads, by_matters = desk.surface(heads), desk.surface(LABOUR)
    assert by_heads is not None
    assert by_matters is not None
    assert by_heads.n > by_matters.n
    assert (np.isfinite(by_heads.per_km2) == np.isfinite(by_matters.per_km2)).all()


@pytest.mark.parametrize("bandwidth_m", [1.0, 1e6, float("nan")])
def test_a_bandwidth_out_of_range_is_refused(desk: HotspotDesk, bandwidth_m: float) -> None:
    with pytest.raises(Refused, match="bandwidth_out_of_range"):
        desk.surface(YEAR, bandwidth_m=bandwidth_m)


def test_a_filter_without_matters_has_no_density(desk: HotspotDesk) -> None:
    ahead = MatterFilter(DEMO_UNTIL + timedelta(days=1), DEMO_UNTIL + timedelta(days=9))
    assert desk.surface(ahead) is None


def test_residents_that_nobody_counted_are_no_zero(
    demo_copy: Engine,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
    tmp_path: Path,
) -> None:
    with demo_copy.begin() as connection:
        connection.execute(text("UPDATE area SET population = NULL"))
    refresh(demo_copy, tmp_path)
    desk = PostgisStore(login_as(demo_copy, roles.SERVER), tmp_path).hotspots(sign_in(demo_copy, Role.LEADER))
    assert desk.surface(YEAR) is not None
    with pytest.raises(Refused, match="residents_unknown"):
        desk.surface(YEAR, per_residents=True)
