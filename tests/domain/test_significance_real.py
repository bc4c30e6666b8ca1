"""Figures that others published of data that nobody here made, and car sharing in Montreal."""

from __future__ import annotations

import esda
import geopandas
import libpysal
import numpy as np
import plotly.data
import pytest
import shapely
from libpysal.weights import Queen
from statsmodels.stats.multitest import multipletests

from data.intake.boundaries.outlines import find_borders
from grid.areas import Level
from grid.hotspots.adjacency import adjacency_of
from grid.hotspots.findings import HotspotClass, Method
from grid.hotspots.gi_star import gi_star
from grid.hotspots.local_moran import local_moran
from grid.hotspots.significance import find_significance
from grid.placing import index_areas, locate
from tests.domain.neighbourhoods import from_weights, neighbourhood, weights

UTM_MONTREAL = 32618


def test_local_morans_of_columbus_sum_to_the_published_morans_i_of_crime() -> None:
    # Anselin 1988's neighbourhoods: I = .500188557 by queen contiguity in the documentation of R's spdep
    # (moran.test of columbus$CRIME) and of GeoDa.
    path = libpysal.examples.get_path("columbus.shp")
    crime = geopandas.read_file(path).CRIME.to_numpy()
    adjacency = from_weights(Queen.from_shapefile(path))
    moran = local_moran(crime, adjacency, permutations=999, rng=np.random.default_rng(1))
    assert moran.index.sum() / (len(crime) - 1) == pytest.approx(0.500188557, abs=1e-9)


def test_local_morans_of_de_smith_are_the_published_ones() -> None:
    # De Smith, Goodchild and Longley's ten points, esda.Moran_Local's example, with its quadrants.
    w = libpysal.io.open(libpysal.examples.get_path("desmith.gal")).read()
    values = np.array(libpysal.io.open(libpysal.examples.get_path("desmith.txt")).by_col["z"])
    moran = local_moran(values, from_weights(w), permutations=99, rng=np.random.default_rng(1))
    numbers = {"high_high": 1, "low_high": 2, "low_low": 3, "high_low": 4}
    assert [numbers[quadrant] for quadrant in moran.quadrants if quadrant] == [4, 4, 4, 2, 3, 3, 1, 4, 3, 3]


@pytest.fixture(scope="module")
def montreal() -> tuple[geopandas.GeoDataFrame, np.ndarray, np.ndarray]:
    """Its 58 districts, pairs that share a border, and the car-share stations in each."""
    districts = geopandas.GeoDataFrame.from_features(plotly.data.election_geojson()["features"], crs=4326)
    metric = districts.to_crs(UTM_MONTREAL).geometry.to_numpy()
    borders, _ = find_borders(metric, np.zeros(len(metric), dtype=bool))
    stations = plotly.data.carshare()
    index = index_areas(Level.COUNTY, np.arange(len(metric)), districts.geometry.to_numpy())
    found = locate(index, stations.centroid_lon.to_numpy(), stations.centroid_lat.to_numpy())
    counts = np.bincount(found[found >= 0], minlength=len(metric))
    return districts, np.column_stack([borders.first, borders.second]), counts


def test_stations_are_counted_as_by_asking_each_district(montreal) -> None:
    districts, _, counts = montreal
    stations = plotly.data.carshare()
    points = shapely.points(stations.centroid_lon, stations.centroid_lat)
    assert counts.tolist() == [int(shapely.covers(one, points).sum()) for one in districts.geometry]
    assert counts.sum() == 248


def test_car_sharing_is_hot_in_the_plateau_and_in_rosemont(montreal) -> None:
    districts, borders, counts = montreal
    adjacency = adjacency_of(np.arange(len(counts)), borders)
    found = find_significance(neighbourhood(adjacency), counts, Method.GI_STAR, rng=np.random.default_rng(1))
    said: dict[HotspotClass, set[str]] = {}
    for row in found.rows:
        said.setdefault(row.verdict, set()).add(districts.district[row.area_id - 100].split("-")[0])
    # 111 to 113 are the Plateau, 131 to 133 Rosemont with Saint-Édouard, 181 and 182 downtown, 34 N.-D.-G.
    assert said.pop(HotspotClass.HOT_99) == {"112", "113", "131", "133"}
    assert said.pop(HotspotClass.HOT_95) == {"181", "182"}
    assert said.pop(HotspotClass.HOT_90) == {"111", "132", "34"}
    assert set(said) == {HotspotClass.NOT_SIGNIFICANT}
    peer = esda.G_Local(counts.astype(float), weights(adjacency), transform="B", star=True, permutations=0)
    assert [row.z for row in found.rows] == pytest.approx(peer.Zs.tolist())
    assert [row.q for row in found.rows] == pytest.approx(
        multipletests(2 * peer.p_norm, method="fdr_bh")[1].tolist()
    )


def test_the_hottest_district_by_hand(montreal) -> None:
    districts, borders, counts = montreal
    # De Lorimier and the districts around it on the city's map, with the stations in each.
    around = {
        "112-De Lorimier": 23, "111-Mile-End": 21, "113-Jeanne-Mance": 18, "133-Vieux-Rosemont": 14,
        "131-Saint-Édouard": 13, "182-Saint-Jacques": 6, "183-Sainte-Marie": 2,
    }  # fmt: skip
    here = districts.index[districts.district == "112-De Lorimier"][0]
    near = {int(other) for pair in borders if here in pair for other in pair}
    listed = {districts.district[at]: int(counts[at]) for at in near}
    assert listed == around
    n, mean, k = 58, 248 / 58, len(around)
    deviation = (sum(int(one) ** 2 for one in counts) / n - mean**2) ** 0.5
    by_hand = (sum(around.values()) - k * mean) / (deviation * ((n * k - k**2) / (n - 1)) ** 0.5)
    z = gi_star(counts, adjacency_of(np.arange(n), borders))
    assert z[here] == z.max() == pytest.approx(by_hand)
