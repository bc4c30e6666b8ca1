"""The placer against PostGIS, and what it makes of coordinates, addresses and codes that disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from data import models
from data.geocode.placer import Placer
from grid.areas import Level
from grid.datums import Datum, from_cgcs2000
from grid.places import Granularity, Place, PlaceMethod, PlaceReason, PlaceRequest, PlaceStatus
from grid.refusals import Refused

WEST, SOUTH, EAST, NORTH = 120.0013, 28.0017, 120.5021, 28.4011
COUNTIES = ["云岭县", "临江区"]
TOWNS = ["石桥镇", "白沙镇", "滨江街道", "龙泉乡"]
VILLAGES = ["东湖村", "西山村", "新安社区", "林泉村", "大洋村", "锦绣社区", "和平村", "高坪村"]
GRIDS = 64
LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True)
class Town:
    """A made-up city in the database: ids and shapes by code."""

    engine: Engine
    ids: dict[str, int]
    shapes: dict[str, shapely.Geometry]

    def inside(self, code: str) -> tuple[float, float]:
        """A point well inside an area."""
        point = shapely.point_on_surface(self.shapes[code])
        return round(point.x, 7), round(point.y, 7)


def add_edition(session: Session, level: Level, areas: list[dict], **validity: date) -> dict[str, int]:
    batch = session.execute(
        insert(models.ImportBatch).values(
            kind="boundaries", file_name="x", sha256="0" * 64, options=f"{level}{validity}", dry_run=False,
            principal="test", seconds=0, rows=0, accepted=0, review=0, refused=0,
        ).returning(models.ImportBatch.id)
    ).scalar_one()  # fmt: skip
    validity = {"valid_from": LONG_AGO} | validity
    edition = session.execute(
        insert(models.Edition).values(
            level=level, code_system="T", vintage="1", source="test", source_crs="EPSG:4490",
            synthetic=True, batch_id=batch, **validity,
        ).returning(models.Edition.id)
    ).scalar_one()  # fmt: skip
    return {area["code"]: add_area(session, edition, level, area, validity) for area in areas}


def add_area(session: Session, edition: int, level: Level, area: dict, validity: dict[str, date]) -> int:
    shape = area["shape"]
    parts = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    values = {
        "kind": area.get("kind", "regular"), "code": area["code"], "name": area["name"],
        "parent_id": area.get("parent"),
        "geom": from_shape(parts, srid=4490), "label": from_shape(shapely.point_on_surface(shape), srid=4490),
    }  # fmt: skip
    statement = insert(models.Area).values(
        edition_id=edition, level=level, code_system="T", vintage="1", area_km2=1.0, **values, **validity
    )
    return session.execute(statement.returning(models.Area.id)).scalar_one()


def make_grids() -> list[shapely.Geometry]:
    """Voronoi cells from west to east: neighbours share their edges exactly."""
    rng = np.random.default_rng(11)
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    seeds = shapely.multipoints(rng.random((GRIDS, 2)) * [EAST - WEST, NORTH - SOUTH] + [WEST, SOUTH])
    cells = [cell.intersection(frame) for cell in shapely.voronoi_polygons(seeds, extend_to=frame).geoms]
    return sorted(cells, key=lambda cell: cell.centroid.x)


def plan_levels(cells: list[shapely.Geometry]) -> dict[Level, list[dict]]:
    """Areas of each level, each the union of its grids; some villages are in parts."""
    levels: dict[Level, list[dict]] = {
        Level.GRID: [
            {"code": f"G{i:02d}", "name": f"第{i % 8 + 1}网格", "shape": cell, "above": f"V{i // 8}"}
            for i, cell in enumerate(cells)
        ]
    }
    names = {
        Level.VILLAGE: ("V", VILLAGES, "T"),
        Level.TOWN: ("T", TOWNS, "C"),
        Level.COUNTY: ("C", COUNTIES, None),
    }
    for level, (letter, called, above) in names.items():
        below = levels[
            Level.VILLAGE if level is Level.TOWN else Level.TOWN if level is Level.COUNTY else Level.GRID
        ]
        levels[level] = [
            {
                "code": f"{letter}{i}",
                "name": name,
                "shape": shapely.union_all(
                    [area["shape"] for area in below if area["above"] == f"{letter}{i}"]
                ),
                "above": above and f"{above}{i // 2}",
            }
            for i, name in enumerate(called)
        ]
    return levels


@pytest.fixture(scope="module")
def town(module_engine: Engine) -> Town:
    levels = plan_levels(make_grids())
    zone = {
        "code": "Z",
        "name": "枫溪开发区",
        "kind": "functional",
        "shape": shapely.box(120.1, 28.1, 120.4, 28.3),
    }
    ids: dict[str, int] = {}
    with Session(module_engine) as session, session.begin():
        whole = {"code": "OLD", "name": "旧县", "shape": shapely.box(WEST, SOUTH, EAST, NORTH)}
        add_edition(session, Level.COUNTY, [whole], valid_to=date(2024, 1, 1))
        add_edition(session, Level.VILLAGE, [whole], valid_from=date(2999, 1, 1))
        for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID):
            areas = [area | {"parent": ids.get(area["above"])} for area in levels[level]]
            ids |= add_edition(session, level, areas + ([zone] if level is Level.COUNTY else []))
        shapes = {area["code"]: area["shape"] for areas in levels.values() for area in areas} | {
            "Z": zone["shape"]
        }
        add_gazetteer(session, ids, shapes)
        session.execute(insert(models.CitySetting).values(key="name", value="枫溪市"))
    return Town(module_engine, ids, shapes)


def add_gazetteer(session: Session, ids: dict[str, int], shapes: dict[str, shapely.Geometry]) -> None:
    batch = session.execute(text("SELECT min(id) FROM import_batch")).scalar_one()
    good, astray = shapely.point_on_surface(shapes["G30"]), shapely.point_on_surface(shapes["G60"])
    entries = [
        {"kind": "estate", "name": "翡翠花园", "area_id": ids["V3"], "point": from_shape(good, srid=4490)},
        {"kind": "estate", "name": "走失花园", "area_id": ids["V3"], "point": from_shape(astray, srid=4490)},
        {"kind": "road", "name": "滨河路", "area_id": ids["V0"], "number_from": 1, "number_to": 99},
        {"kind": "road", "name": "滨河路", "area_id": ids["V1"], "number_from": 100, "number_to": 199},
    ]
    for entry in entries:
        session.execute(insert(models.GazetteerEntry).values(batch_id=batch, **entry))


@pytest.fixture(scope="module")
def placer(town: Town) -> Placer:
    with Session(town.engine) as session:
        return Placer.load(session)


@pytest.fixture(scope="module")
def place(placer: Placer) -> Callable[..., Place]:
    def one(address: str = "", **said: object) -> Place:
        (found,) = placer.place([PlaceRequest(address, **said)])
        return found

    return one


ORACLE = text(
    "SELECT p.n, a.level, min(a.code) "
    "FROM unnest(:lon ::float8[], :lat ::float8[]) WITH ORDINALITY AS p(lon, lat, n) "
    "JOIN area a ON ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4490)) "
    "WHERE a.kind = 'regular' AND a.valid_from <= now() AND (a.valid_to IS NULL OR a.valid_to > now()) "
    "GROUP BY 1, 2"
)


def test_points_are_placed_as_postgis_covers_them(town: Town, placer: Placer) -> None:
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(WEST - 0.02, EAST + 0.02, 3000), rng.uniform(SOUTH - 0.02, NORTH + 0.02, 3000)
    found = placer.place([PlaceRequest("", x, y, Datum.CGCS2000) for x, y in zip(lon, lat, strict=True)])
    with Session(town.engine) as session:
        rows = session.execute(ORACLE, {"lon": lon.tolist(), "lat": lat.tolist()}).all()
    truth = {(number - 1, level): town.ids[code] for number, level, code in rows}
    for row, answer in enumerate(found):
        if PlaceReason.COORDINATE_JUST_OUTSIDE in answer.reasons:
            continue
        ids = (answer.county_id, answer.town_id, answer.village_id, answer.grid_id)
        assert ids == tuple(truth.get((row, level)) for level in ("county", "town", "village", "grid"))
        inside = answer.county_id is not None
        assert answer.status is (PlaceStatus.ACCEPTED if inside else PlaceStatus.OUT_OF_AREA)
        in_zone = inside and town.shapes["Z"].covers(shapely.Point(lon[row], lat[row]))
        assert answer.functional_id == (town.ids["Z"] if in_zone else None)
    assert 100 < sum(answer.status is PlaceStatus.OUT_OF_AREA for answer in found) < 1000


def test_a_corner_of_many_grids_is_in_the_grid_of_the_smallest_code(town: Town, placer: Placer) -> None:
    corners = np.unique(
        np.vstack([shapely.get_coordinates(town.shapes[f"G{i:02d}"]) for i in range(GRIDS)]), axis=0
    )
    found = placer.place([PlaceRequest("", x, y, Datum.CGCS2000) for x, y in corners])
    for (x, y), answer in zip(corners, found, strict=True):
        owners = [
            c for c in sorted(town.shapes) if c[0] == "G" and town.shapes[c].covers(shapely.Point(x, y))
        ]
        assert answer.grid_id == (town.ids[owners[0]] if owners else None)
        assert answer.village_id == (town.ids[f"V{int(owners[0][1:]) // 8}"] if owners else answer.village_id)


@pytest.mark.parametrize("datum", Datum)
def test_every_datum_ends_in_the_same_grid(town: Town, place: Callable[..., Place], datum: Datum) -> None:
    for number in range(0, GRIDS, 5):
        lon, lat = town.inside(f"G{number:02d}")
        east, north = from_cgcs2000(lon, lat, datum)
        answer = place(lon=float(east), lat=float(north), datum=datum)
        assert (answer.status, answer.granularity) == (PlaceStatus.ACCEPTED, Granularity.POINT)
        assert (answer.grid_id, answer.reasons) == (town.ids[f"G{number:02d}"], ())
        assert (answer.lon, answer.lat) == pytest.approx((lon, lat), abs=1e-7)


def test_an_unnamed_datum_is_assumed_and_said(town: Town, place: Callable[..., Place]) -> None:
    lon, lat = town.inside("G10")
    assert place(lon=lon, lat=lat).reasons == (PlaceReason.DATUM_ASSUMED,)


@pytest.mark.parametrize(
    ("lon", "lat", "reason", "status"),
    [
        (28.2345, 120.2345, PlaceReason.COORDINATE_SWAPPED, PlaceStatus.REVIEW),
        (0.0, 0.0, PlaceReason.COORDINATE_ZERO, PlaceStatus.UNMATCHED),
        (40522345.6, 3123456.7, PlaceReason.COORDINATE_NOT_DEGREES, PlaceStatus.UNMATCHED),
        (522345.6, 3123456.7, PlaceReason.COORDINATE_NOT_DEGREES, PlaceStatus.UNMATCHED),
        (float("inf"), 28.2, PlaceReason.COORDINATE_NOT_DEGREES, PlaceStatus.UNMATCHED),
        (120.23, 28.2, PlaceReason.COORDINATE_ROUNDED, PlaceStatus.UNMATCHED),
        (120.0, 28.0, PlaceReason.COORDINATE_ROUNDED, PlaceStatus.UNMATCHED),
        (120.2345, None, PlaceReason.COORDINATE_INCOMPLETE, PlaceStatus.UNMATCHED),
        (float("nan"), 28.2345, PlaceReason.COORDINATE_INCOMPLETE, PlaceStatus.UNMATCHED),
        (121.4737, 31.2304, PlaceReason.COORDINATE_OUTSIDE, PlaceStatus.OUT_OF_AREA),
    ],
)
def test_impossible_coordinates_are_named_and_never_mended(
    place: Callable[..., Place], lon: float, lat: float | None, reason: PlaceReason, status: PlaceStatus
) -> None:
    alone = place(lon=lon, lat=lat, datum=Datum.CGCS2000)
    assert (alone.status, alone.reasons[0], alone.lon, alone.county_id) == (status, reason, None, None)
    told = place("云岭县石桥镇东湖村", lon=lon, lat=lat, datum=Datum.CGCS2000)
    assert (told.status, told.method) == (PlaceStatus.REVIEW, PlaceMethod.ADDRESS)
    assert (told.granularity, told.lon) == (Granularity.VILLAGE, None)
    assert reason in told.reasons


def test_swapped_coordinates_hint_at_where_they_fall_the_other_way_round(
    town: Town, place: Callable[..., Place]
) -> None:
    lon, lat = town.inside("G33")
    assert place(lon=lat, lat=lon).candidates == (town.ids["G33"],)


def test_both_missing_is_a_missing_address(place: Callable[..., Place]) -> None:
    nothing = place(lon=float("nan"), lat=None)
    assert (nothing.status, nothing.reasons) == (PlaceStatus.UNMATCHED, (PlaceReason.ADDRESS_MISSING,))


def test_coordinates_win_over_a_disagreeing_address_but_a_person_looks(
    town: Town, place: Callable[..., Place]
) -> None:
    lon, lat = town.inside("G02")
    point = {"lon": lon, "lat": lat, "datum": Datum.CGCS2000}
    assert place("云岭县石桥镇东湖村", **point).status is PlaceStatus.ACCEPTED
    assert place("云岭县石桥镇西山村", **point).status is PlaceStatus.ACCEPTED, "villages are not compared"
    assert place("不详", **point).status is PlaceStatus.ACCEPTED
    for address, code in (("云岭县白沙镇林泉村", "V3"), ("临江区", "C1"), ("杭州市西湖区", None)):
        answer = place(address, **point)
        assert (answer.status, answer.reasons) == (PlaceStatus.REVIEW, (PlaceReason.ADDRESS_DISAGREES,))
        assert (answer.grid_id, answer.lon, answer.method) == (town.ids["G02"], lon, PlaceMethod.COORDINATES)
        assert answer.candidates == (() if code is None else (town.ids[code],))


def test_addresses_fill_the_tree_down_to_what_they_name(town: Town, place: Callable[..., Place]) -> None:
    village = place("枫溪市云岭县石桥镇滨河路128号")
    assert (village.status, village.granularity, village.method) == (
        PlaceStatus.ACCEPTED, Granularity.VILLAGE, PlaceMethod.ADDRESS,
    )  # fmt: skip
    ids = town.ids
    assert (village.county_id, village.town_id, village.village_id, village.grid_id) == (
        ids["C0"], ids["T0"], ids["V1"], None,
    )  # fmt: skip
    assert (village.lon, village.functional_id) == (None, None)
    assert place("枫溪市杭州路").status is not PlaceStatus.OUT_OF_AREA, (
        "the city's own name comes from its settings"
    )


def test_an_estates_own_point_tells_its_grid(town: Town, place: Callable[..., Place]) -> None:
    estate = place("白沙镇翡翠花园2幢")
    assert (estate.status, estate.granularity) == (PlaceStatus.ACCEPTED, Granularity.BUILDING)
    assert (estate.village_id, estate.grid_id) == (town.ids["V3"], town.ids["G30"])
    assert (estate.lon, estate.lat) == pytest.approx(town.inside("G30"), abs=1e-6)
    astray = place("白沙镇走失花园2幢")
    assert (astray.granularity, astray.lon, astray.village_id) == (Granularity.VILLAGE, None, town.ids["V3"])


def test_codes_are_the_last_resort_and_a_check(town: Town, place: Callable[..., Place]) -> None:
    alone = place("不详", code="V5")
    assert (alone.status, alone.method, alone.granularity) == (
        PlaceStatus.ACCEPTED, PlaceMethod.CODE, Granularity.VILLAGE,
    )  # fmt: skip
    assert (alone.county_id, alone.town_id, alone.village_id) == tuple(
        town.ids[c] for c in ("C1", "T2", "V5")
    )
    unknown = place("", code="990199999999")
    assert (unknown.status, unknown.reasons[-1]) == (PlaceStatus.UNMATCHED, PlaceReason.CODE_UNKNOWN)
    assert place("", code="Z").reasons == (PlaceReason.FUNCTIONAL_AREA_ONLY,)
    assert place("", code="OLD").reasons[-1] is PlaceReason.CODE_UNKNOWN, "an area that is no more"
    clash = place("云岭县石桥镇东湖村", code="V5")
    assert (clash.status, clash.village_id, clash.candidates) == (
        PlaceStatus.REVIEW, town.ids["V0"], (town.ids["V5"],),
    )  # fmt: skip


def test_many_at_once_are_as_one_by_one_and_ids_are_always_a_chain(town: Town, placer: Placer) -> None:
    rng = np.random.default_rng(9)
    texts = [
        "",
        "云岭县石桥镇",
        "林泉村",
        "滨河路12号",
        "白沙镇翡翠花园",
        "上海市",
        "石桥镇东胡村",
        "第1网格",
    ]
    requests = [
        PlaceRequest(
            str(rng.choice(texts)),
            None if rng.random() < 0.3 else float(rng.uniform(WEST - 0.1, EAST + 0.1)),
            None if rng.random() < 0.3 else float(rng.uniform(SOUTH - 0.1, NORTH + 0.1)),
            rng.choice([None, *Datum]),
            rng.choice([None, "V2", "T3", "C1", "no"]),
        )
        for _ in range(400)
    ]
    together = placer.place(requests)
    assert together == [placer.place([request])[0] for request in requests]
    assert placer.place([]) == []
    for answer in together:
        ids = [id_ for id_ in (answer.grid_id, answer.village_id, answer.town_id, answer.county_id) if id_]
        assert all(placer.city.areas[below].parent_id == above for below, above in pairwise(ids))
        assert (answer.lon is None) == (answer.granularity not in {Granularity.POINT, Granularity.BUILDING})
        assert bool(answer.reasons) or answer.status is PlaceStatus.ACCEPTED


def test_a_city_of_counties_alone(engine: Engine) -> None:
    west, east = shapely.box(120, 28, 120.2, 28.2), shapely.box(120.2, 28, 120.4, 28.2)
    with Session(engine) as session, session.begin():
        counties = [
            {"code": "1", "name": "云岭县", "shape": west},
            {"code": "2", "name": "临江区", "shape": east},
        ]
        ids = add_edition(session, Level.COUNTY, counties)
        placer = Placer.load(session)
    point, border, named = placer.place(
        [PlaceRequest("", 120.3123, 28.1123), PlaceRequest("", 120.2, 28.1001), PlaceRequest("云岭县白沙镇")]
    )
    assert (point.county_id, point.town_id, point.granularity) == (ids["2"], None, Granularity.POINT)
    assert border.county_id == ids["1"], "the smaller code owns the border"
    assert (named.status, named.county_id, named.granularity) == (
        PlaceStatus.REVIEW, ids["1"], Granularity.COUNTY,
    )  # fmt: skip


def test_without_areas_there_is_nothing_to_place_in(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(Refused, match="no_areas"):
        Placer.load(session)


def test_an_edition_that_ends_today_is_no_longer_asked(engine: Engine) -> None:
    square = {"code": "1", "name": "云岭县", "shape": shapely.box(120, 28, 121, 29)}
    with Session(engine) as session, session.begin():
        today = session.execute(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")).scalar_one()
        add_edition(session, Level.COUNTY, [square], valid_to=today)
        with pytest.raises(Refused, match="no_areas"):
            Placer.load(session)
        ids = add_edition(
            session, Level.COUNTY, [square], valid_from=today, valid_to=today + timedelta(days=1)
        )
        (found,) = Placer.load(session).place([PlaceRequest("", 120.5123, 28.5123)])
    assert found.county_id == ids["1"]
