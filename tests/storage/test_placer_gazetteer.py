"""Gazetteer files as the placer uses them: standard addresses, other names, doubles, and their datum."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.geocode.placer import Placer
from grid.datums import Datum, from_cgcs2000
from grid.findings import ImportKind, ImportReport, Severity
from grid.places import Granularity, Place, PlaceRequest, PlaceStatus
from grid.refusals import Refused

HEAD = ["名称", "类型", "层级", "区划代码", "号段起", "号段止", "单双号", "经度", "纬度", "坐标系"]
VILLAGE = "990101001001"
Import = Callable[..., ImportReport]
Inside = tuple[float, float, str, str]


def entry(
    name: str, kind: str, code: str = VILLAGE, *, lon: object = "", lat: object = "", datum: str = ""
) -> list[object]:
    return [name, kind, "", code, "", "", "", lon, lat, datum]


def find(engine: Engine, address: str) -> Place:
    """Load the city anew: what an import brought is known from then on."""
    with Session(engine) as session:
        return Placer.load(session).place([PlaceRequest(address)])[0]


@pytest.fixture
def inside(small_city: Engine) -> tuple[float, float, str, str]:
    """A point of the village, and the names of its town and village."""
    with small_city.connect() as connection:
        row = connection.execute(
            text(
                "SELECT ST_X(v.label), ST_Y(v.label), t.name, v.name FROM area v"
                " JOIN area t ON t.id = v.parent_id WHERE v.code = :code"
            ),
            {"code": VILLAGE},
        ).one()
    return round(row[0], 7), round(row[1], 7), row[2], row[3]


def test_a_standard_address_is_found_at_its_own_point(
    take_in: Import, write_csv: Callable[..., Path], small_city: Engine, inside: Inside
) -> None:
    lon, lat, town, village = inside
    address = f"{town}{village}上宅路8号"
    assert find(small_city, address).status is PlaceStatus.REVIEW, "nobody knows the road yet"
    lines = [HEAD, entry(address, "标准地址", lon=lon, lat=lat), entry(f"{town}无点路1号", "门牌")]
    report = take_in(ImportKind.GAZETTEER, write_csv(lines))
    assert (report.figures["inserted"], report.refused) == (2, 0)
    found = find(small_city, f"{town}上宅路８号２楼")
    assert (found.status, found.granularity) == (PlaceStatus.ACCEPTED, Granularity.BUILDING)
    assert (found.lon, found.lat) == pytest.approx((lon, lat))
    pointless = find(small_city, f"{town}无点路1号")
    assert (pointless.status, pointless.granularity, pointless.lon) == (
        PlaceStatus.ACCEPTED, Granularity.VILLAGE, None,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["曾用名", "旧名", "简称", "俗名", "别名"])
def test_other_names_of_an_area_may_be_called_what_they_are(
    take_in: Import, write_csv: Callable[..., Path], small_city: Engine, inside: Inside, kind: str
) -> None:  # fmt: skip
    take_in(ImportKind.GAZETTEER, write_csv([HEAD, entry("老鹰嘴大队", kind)]))
    found = find(small_city, f"{inside[2]}老鹰嘴大队")
    assert (found.status, found.granularity) == (PlaceStatus.ACCEPTED, Granularity.VILLAGE)


def test_doubles_are_taken_once_and_what_contradicts_itself_not_at_all(
    take_in: Import, write_csv: Callable[..., Path], small_city: Engine, inside: Inside
) -> None:
    lon, lat, *_ = inside
    lines = [
        HEAD,
        entry("枫林小区", "小区", lon=lon, lat=lat),
        entry("枫林小区", "小区", lon=lon, lat=lat),
        entry("前宅路1号", "标准地址", lon=lon, lat=lat),
        entry("前宅路1号", "标准地址", lon=lon + 0.01, lat=lat),
        entry("前宅路3号", "标准地址", lon=lon, lat=lat),
        entry("前宅路3号", "标准地址", lon=lon + 0.00001, lat=lat),
    ]
    report = take_in(ImportKind.GAZETTEER, write_csv(lines))
    told = {(one.row, one.code) for one in report.findings}
    assert told == {
        (3, "duplicate_identical"), (7, "duplicate_identical"), (4, "duplicate_in_file"),
        (5, "duplicate_in_file"),
    }  # fmt: skip
    assert (report.figures["inserted"], report.refused) == (2, 2)
    moved = [
        HEAD,
        entry("枫林小区", "小区", lon=lon + 0.002, lat=lat),
        entry("前宅路3号", "门牌", lon=lon, lat=lat),
    ]
    again = take_in(ImportKind.GAZETTEER, write_csv(moved, "moved.csv"))
    assert again.figures == {"inserted": 0, "unchanged": 2}
    (only,) = (one for one in again.findings if one.severity is Severity.REVIEW)
    assert (only.row, only.code) == (2, "entry_elsewhere")
    assert 180 < float(only.facts["metres"]) < 220
    assert find(small_city, f"{inside[2]}枫林小区").lon == pytest.approx(lon), "what was known is kept"


def test_points_in_minutes_are_read_and_impossible_ones_left_out(
    take_in: Import, write_csv: Callable[..., Path], small_city: Engine, inside: Inside
) -> None:
    lon, lat, *_ = inside
    lines = [
        HEAD,
        entry(
            "甲小区",
            "小区",
            lon=f"{int(lon)}°{(lon % 1) * 60:.6f}′E",
            lat=f"{int(lat)}°{(lat % 1) * 60:.6f}′N",
        ),
        entry("乙小区", "小区", lon="522345.6", lat="3123456.7"),
        entry("丙小区", "小区", lon=0, lat=0),
        entry("丁小区", "小区", lon=lat, lat=lon),
    ]
    report = take_in(ImportKind.GAZETTEER, write_csv(lines))
    assert {one.row: one.code for one in report.findings if one.severity is Severity.REVIEW} == dict.fromkeys(
        (3, 4, 5), "point_unusable"
    )
    stored = text("SELECT name, ST_X(point), ST_Y(point) FROM gazetteer_entry WHERE point IS NOT NULL")
    with small_city.connect() as connection:
        (only,) = connection.execute(stored).all()
    assert only[0] == "甲小区"
    assert only[1:] == pytest.approx((lon, lat), abs=1e-6)


def test_a_gazetteer_of_another_datum_is_not_taken_in_unasked(
    take_in: Import, write_csv: Callable[..., Path], small_city: Engine
) -> None:
    with small_city.connect() as connection:
        boxes = connection.execute(
            text("SELECT code, ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM area"
                 " WHERE level = 'village' ORDER BY code")
        ).all()  # fmt: skip
    rng = Random(3)
    lines = [HEAD]
    for number in range(60):
        code, south, east, north = rng.choice(boxes)
        # Along the rim, so that a shift of some hundred metres leaves the village.
        lon, lat = east - rng.uniform(0.0001, 0.003), rng.uniform(south, north)
        x, y = from_cgcs2000(lon, lat, Datum.BD09)
        lines.append(entry(f"第{number}小区", "小区", code, lon=float(x), lat=float(y), datum="WGS84"))
    file = write_csv(lines)
    with pytest.raises(Refused, match="questions_open"):
        take_in(ImportKind.GAZETTEER, file)
    tried = take_in(ImportKind.GAZETTEER, file, dry_run=True)
    (question,) = tried.inspection.open_questions
    assert (question.option, question.proposed) == ("datum_WGS84", "BD09")
    taken = take_in(ImportKind.GAZETTEER, file, datum_WGS84="BD09")
    assert taken.figures["inserted"] == 60
    held = text(
        "SELECT count(*) FROM gazetteer_entry e JOIN area a ON a.id = e.area_id WHERE ST_Covers(geom, point)"
    )
    with small_city.connect() as connection:
        assert connection.execute(held).scalar_one() == 60


def test_service_points_are_tested_too(
    take_in: Import, write_csv: Callable[..., Path], small_city: Engine
) -> None:
    with small_city.connect() as connection:
        boxes = connection.execute(
            text("SELECT code, ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM area WHERE level = 'village'")
        ).all()
    rng = Random(5)
    lines: list[list[object]] = [["区划代码", "代办点", "经度", "纬度"]]
    for number in range(40):
        code, south, east, north = rng.choice(boxes)
        lon, lat = east - rng.uniform(0.0001, 0.003), rng.uniform(south, north)
        x, y = from_cgcs2000(lon, lat, Datum.GCJ02)
        lines.append([code, f"{number}号点", float(x), float(y)])
    file = write_csv(lines)
    with pytest.raises(Refused, match="questions_open"):
        take_in(ImportKind.SERVICE_POINTS, file)
    take_in(ImportKind.SERVICE_POINTS, file, datum="高德")
    held = text(
        "SELECT count(*) FROM service_point JOIN area a ON a.id = village_id AND ST_Covers(geom, location)"
    )
    with small_city.connect() as connection:
        assert connection.execute(held).scalar_one() == 40
