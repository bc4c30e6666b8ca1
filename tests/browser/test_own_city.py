"""A city that nobody here made: Montreal's districts and car positions, as shipped inside plotly."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import plotly.data
import shapely
from playwright.sync_api import Page
from sqlalchemy import Engine

from data.intake.run import run_import
from data.store import PostgisStore
from grid.areas import Level
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE, WALL
from grid.published import WallQuestion, Window
from tests.browser.waiting import until

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
DRAWN_FEATURES = """() => {
  const map = document.querySelector('#wall-map .js-plotly-plot')._fullLayout.map._subplot.map;
  return new Set(map.queryRenderedFeatures().map((feature) => feature.id ?? feature.properties.name)).size;
}"""


def _write_points(path: Path) -> list[tuple[float, float]]:
    cars = plotly.data.carshare()
    points = list(zip(cars["centroid_lon"], cars["centroid_lat"], strict=True))
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["信访件编号", "登记日期", "经度", "纬度", "坐标系"])
        for number, (lon, lat) in enumerate(points):
            sheet.writerow([f"C{number}", TODAY - timedelta(days=number % 80), lon, lat, "WGS84"])
    return points


def test_a_foreign_city_is_imported_counted_and_drawn(
    engine: Engine,
    serve: Callable[[Engine], str],
    open_page: Callable[..., Page],
    shots: Path,
    tmp_path: Path,
) -> None:
    districts = plotly.data.election_geojson()
    boundaries, petitions = tmp_path / "districts.geojson", tmp_path / "cars.csv"
    boundaries.write_text(json.dumps(districts), encoding="utf-8")
    points = _write_points(petitions)
    options = {"level": "county", "name_field": "district"}
    made = run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, boundaries, options=options)
    run_import(engine, COMMAND_LINE, ImportKind.PETITIONS, petitions, options={"purpose": "claim"})

    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in districts["features"]]
    inside = sum(any(shape.covers(shapely.Point(point)) for shape in shapes) for point in points)
    counts = PostgisStore(engine).wall(WALL).counts(Level.COUNTY, WallQuestion(Window.M12))
    assert made.accepted + made.review == len(districts["features"]) == len(counts.rows)
    told = [row.count for row in counts.rows if row.count is not None]
    assert len(told) == len(counts.rows), "nothing is hidden at this level"
    assert abs(sum(told) - inside) <= 1, "a border point may fall to a side"
    assert counts.placed.total == len(points)

    page = open_page("/wall?layers=counts&period=m12", 1920, 1080, base=serve(engine))
    page.wait_for_selector(".wall[data-drawn]", timeout=90_000)
    until(page, f"() => ({DRAWN_FEATURES})() > 40", most_s=30)
    page.screenshot(path=shots / "wall-foreign-1080.png")
