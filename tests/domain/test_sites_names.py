"""What a site is called: the narrowest thing that most of its matters are at, in one fixed way."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grid.geocoding.names import NameKind
from grid.hotspots.site_names import NEAR_M, NamedShape, SiteNames, elected, most_common

ESTATE, POI, ROAD = NameKind.ESTATE, NameKind.POI, NameKind.ROAD
NAMES = SiteNames(
    [
        NamedShape(ROAD, "人民路", shapely.LineString([(0, 0), (1000, 0)])),
        NamedShape(ESTATE, "枫林小区", shapely.Point(500, 100)),
        NamedShape(ESTATE, "枫林小区二期", None),
        NamedShape(POI, "云岭医院", shapely.Point(500, -100)),
        NamedShape(POI, "枫林小区", None),
    ]
)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("人民路12号枫林小区3幢", (ESTATE, "枫林小区")),
        ("枫林小区二期旁", (ESTATE, "枫林小区二期")),
        ("人民路１２号云岭医院对面", (POI, "云岭医院")),
        ("人民路", (ROAD, "人民路")),
        ("无名巷", None),
        ("", None),
    ],
)
def test_an_address_names_the_narrowest_place_in_it(address: str, told: object) -> None:
    assert NAMES.told(address) == told


def test_a_matter_is_at_the_nearest_place_and_at_none_far_away() -> None:
    x, y = np.array([500.0, 500.0, 900.0, 500.0, 500.0]), np.array([90.0, 0.0, 40.0, 9000.0, NEAR_M + 101])
    assert NAMES.at(x, y) == [(ESTATE, "枫林小区"), (ROAD, "人民路"), (ROAD, "人民路"), None, None]
    assert NAMES.at(x[:0], y[:0]) == []


def test_at_least_half_name_a_site() -> None:
    a, b = (ESTATE, "甲"), (ROAD, "乙")
    assert elected([a, a, b, b]) == a
    assert elected([b, b, a, None]) == b
    assert elected([a, b, None, None, None]) is None
    assert elected([None]) is None
    assert elected([]) is None


def test_a_gazetteer_of_nothing_names_nothing() -> None:
    nothing = SiteNames([])
    assert nothing.told("人民路") is None
    assert nothing.at(np.array([1.0]), np.array([1.0])) == [None]


def test_the_most_common_area_is_the_sites() -> None:
    assert most_common([3, 2, 2, None, 3]) == 2
    assert most_common([None, None]) is None
