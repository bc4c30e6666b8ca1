"""Files as offices send them: an export with two header rows, a Shapefile in GBK, points in BD-09."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyogrio.raw
import shapely
from openpyxl import Workbook

from grid.datums import Datum, from_cgcs2000

COUNTIES = ("云岭区", "青川县", "白石县", "南屏区")
CORNER = (119.0, 28.0)
COUNTY_DEG, TOWN_DEG = 0.1, 0.01
TOWNS = 100
Points = npt.NDArray[np.float64]


def county_box(number: int) -> shapely.Polygon:
    """Return the outline of one of the counties, which stand beside each other."""
    west, south = CORNER[0] + COUNTY_DEG * number, CORNER[1]
    return shapely.box(west, south, west + COUNTY_DEG, south + COUNTY_DEG)


def write_counties(path: Path) -> Path:
    """Write the outlines of the counties."""
    rows = [[f"99010{n + 1}", name, county_box(n).wkt] for n, name in enumerate(COUNTIES)]
    return _write_csv(path, [["代码", "名称", "几何"], *rows])


def write_towns(path: Path) -> Path:
    """Write the towns of the first county, ten rows of ten squares of about a kilometre."""
    rows = []
    for number in range(TOWNS):
        west, south = (at + TOWN_DEG * k for at, k in zip(CORNER, divmod(number, 10), strict=True))
        box = shapely.box(west, south, west + TOWN_DEG, south + TOWN_DEG)
        rows.append([town_code(number), f"第{number + 1}镇", box.wkt])
    return _write_csv(path, [["代码", "名称", "几何"], *rows])


def town_code(number: int) -> str:
    """Return the code of a town."""
    return f"990101{number + 100:03}"


def town_points(seed: int) -> Points:
    """Return a true place in each town, away from its edge: degrees of CGCS2000, a row a town."""
    rng = np.random.default_rng(seed)
    corner = np.array([divmod(number, 10) for number in range(TOWNS)]) * TOWN_DEG
    return np.array(CORNER) + corner + rng.uniform(0.1, 0.9, (TOWNS, 2)) * TOWN_DEG


def write_bd09(path: Path, true: Points) -> Path:
    """Write matters at places that are in BD-09, in a table that does not say so."""
    lon, lat = from_cgcs2000(true[:, 0], true[:, 1], Datum.BD09)
    head = ["信访件编号", "登记日期", "信访目的", "区划代码", "经度", "纬度"]
    rows = [
        [f"XF{number:04}", "2026-03-02", "申诉求决", town_code(number), f"{x:.8f}", f"{y:.8f}"]
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]
    return _write_csv(path, [head, *rows])


def write_export(path: Path, matters: int = 12) -> Path:
    """Write an export of matters: a title, two header rows with merged groups, persons, house words."""
    book = Workbook()
    sheet = book.active
    sheet.title = "三月"
    sheet.append(["枫溪市信访件办理情况导出表"])
    sheet.append(["信访件编号", "来信人", None, "登记情况", None, None, "去向", "报送口"])
    sheet.append([None, "姓名", "联系电话", "登记日期", "信访目的", "内容分类", None, None])
    for merged in ("A1:H1", "B2:C2", "D2:F2", "A2:A3", "G2:G3", "H2:H3"):
        sheet.merge_cells(merged)
    for number in range(matters):
        unit = COUNTIES[number % len(COUNTIES)]
        person = ["陈某某", f"1380000{number:04}"]
        day = f"2026-03-{number + 1:02}"
        sheet.append([f"XF2026-{number:04}", *person, day, "申诉求决", "城乡建设", unit, "甲口"])
    book.create_sheet("说明").append(["本表由系统导出"])
    book.save(path)
    return path


def write_shapefile(path: Path) -> Path:
    """Write the counties anew, zipped: names in GBK, no .cpg, a bow-tie, an exclave, a gap between two."""
    outlines = [county_box(number) for number in range(4)]
    west, south, _, _ = outlines[1].bounds
    notch = shapely.box(west, south + 0.04, west + 0.0002, south + 0.05)
    exclave = shapely.box(119.32, 28.02, 119.34, 28.04)
    crossed = shapely.Polygon(
        [
            (119.2, 28),
            (119.3, 28),
            (119.3, 28.1),
            (119.24, 28.1),
            (119.26, 28.104),
            (119.25, 28.09),
            (119.2, 28.1),
        ]
    )
    drawn = [
        outlines[0],
        shapely.MultiPolygon([outlines[1].difference(notch), exclave]),
        crossed,
        outlines[3].difference(exclave),
    ]
    codes = np.array([f"99010{number + 1}" for number in range(4)], dtype=object)
    shape = path.with_suffix(".shp")
    pyogrio.raw.write(
        shape, shapely.to_wkb(drawn), [codes, np.array(COUNTIES, dtype=object)], ["代码", "名称"],
        geometry_type="MultiPolygon", crs="EPSG:4490", driver="ESRI Shapefile", encoding="GB18030",
    )  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(shape.parent.glob(f"{shape.stem}.*")):
            if part.suffix in {".shp", ".shx", ".dbf", ".prj"}:
                archive.write(part, part.name)
    return path


def _write_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
