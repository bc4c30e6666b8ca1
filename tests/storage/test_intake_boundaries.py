"""Boundaries become editions: parents, borders, labels, bands, succession; nothing is silently mended."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from data.intake.run import run_import
from grid.findings import ImportKind, Severity
from grid.principals import COMMAND_LINE
from grid.refusals import Refused

BOUNDARIES = ImportKind.BOUNDARIES


def rows(engine, statement, **facts):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), facts)]


def one(engine, statement, **facts):
    return rows(engine, statement, **facts)[0][0]


def codes(report):
    return [finding.code for finding in report.findings]


def square(code, name, x, y, size=0.1, **more):
    west, south, east, north = 120 + x, 28 + y, 120 + x + size, 28 + y + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, **more},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_the_tree_hangs_together(small_city):
    parents = rows(
        small_city,
        "SELECT c.level, p.level, count(*) FROM area c LEFT JOIN area p ON p.id = c.parent_id"
        " GROUP BY 1, 2 ORDER BY 1, 2",
    )
    assert parents == [
        ("county", None, 3),
        ("grid", "village", 16),
        ("town", "county", 4),
        ("village", "town", 8),
    ]
    assert one(
        small_city,
        "SELECT bool_and(left(c.code, length(p.code)) = p.code)"
        " FROM area c JOIN area p ON p.id = c.parent_id",
    )
    assert one(small_city, "SELECT bool_and(ST_Contains(geom, label)) FROM area")
    assert one(small_city, "SELECT count(*) FROM area_shape") == 3 * 31
    assert one(small_city, "SELECT bool_and(ST_IsValid(geom) AND NOT ST_IsEmpty(geom)) FROM area_shape")


def test_areas_are_measured_in_metres(small_city):
    ours, theirs = rows(
        small_city,
        "SELECT area_km2, ST_Area(ST_Transform(geom, 4326)::geography) / 1e6 FROM area WHERE code = '990101'",
    )[0]
    assert ours == pytest.approx(theirs, rel=2e-4)


def test_borders_are_those_of_postgis_and_functional_areas_border_what_they_overlap(small_city):
    pairs = set(
        rows(
            small_city,
            "SELECT a.code, b.code FROM area_border x"
            " JOIN area a ON a.id = area_id JOIN area b ON b.id = neighbour_id"
            " WHERE a.level <> 'county'",
        )
    )
    oracle = set(
        rows(
            small_city,
            "SELECT a.code, b.code FROM area a"
            " JOIN area b ON a.level = b.level AND a.id < b.id AND a.level <> 'county'"
            " WHERE ST_Length(ST_Intersection(ST_Boundary(a.geom), ST_Boundary(b.geom))) > 0",
        )
    )
    assert pairs == oracle
    counties = rows(
        small_city,
        "SELECT a.name, b.name, length_m FROM area_border x JOIN area a ON a.id = area_id"
        " JOIN area b ON b.id = neighbour_id WHERE a.level = 'county' ORDER BY 1, 2",
    )
    assert {(a, b) for a, b, _ in counties} == {
        ("云岭县", "临江区"),
        ("云岭县", "枫溪经济开发区"),
        ("临江区", "枫溪经济开发区"),
    }
    shared = next(m for a, b, m in counties if (a, b) == ("云岭县", "临江区"))
    assert shared == pytest.approx(22_170, rel=0.01)


def test_units_are_made_of_counties_towns_and_functional_areas(small_city):
    assert one(small_city, "SELECT count(*) FROM unit WHERE kind = 'area'") == 7


def test_a_level_may_come_before_its_parents(engine, write_boundaries):
    town = write_boundaries([square("990101001", "东山街道", 0, 0)], "town.geojson")
    run_import(engine, COMMAND_LINE, BOUNDARIES, town, options={"level": "town"})
    assert one(engine, "SELECT parent_id FROM area") is None
    county = write_boundaries([square("990101", "云岭县", 0, 0, 0.2)], "county.geojson")
    run_import(engine, COMMAND_LINE, BOUNDARIES, county, options={"level": "county"})
    assert one(engine, "SELECT p.name FROM area c JOIN area p ON p.id = c.parent_id") == "云岭县"


def test_a_code_that_lies_elsewhere_goes_to_review(take_in, write_boundaries):
    report = take_in(
        BOUNDARIES,
        write_boundaries([square("990101200", "飞乡", 0.25, 0.05), square("880101200", "无主乡", 5, 5)]),
        level="town",
    )
    found = {finding.code: finding for finding in report.findings}
    assert found["parent_differs"].facts["by_code"] == "云岭县"
    assert found["parent_differs"].facts["by_place"] == "临江区"
    assert found["parent_unknown"].facts["name"] == "无主乡"
    assert (report.accepted, report.review, report.refused) == (0, 2, 0)


def test_bad_rows_are_refused_and_good_ones_taken(take_in, write_boundaries, small_city):
    bow_tie = square("990101003", "结", 0, 0)
    ring = bow_tie["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    line = square("990101004", "线", 0, 0)
    line["geometry"] = {"type": "LineString", "coordinates": [[120, 28], [120.1, 28.1]]}
    features = [
        square("990101001", "好", 0.1, 0.1),
        bow_tie,
        line,
        square("9.90101E+8", "科", 0, 0),
        square("", "无码", 0, 0),
        square("990101009", "重一", 0, 0),
        square("990101009", "重二", 0, 0),
        {**square("990101010", "空", 0, 0), "geometry": None},
        square("990101011.0", "零", 0.3, 0.1),
    ]
    report = take_in(BOUNDARIES, write_boundaries(features), level="town", repairs="all")
    by_row = {
        finding.row: finding.code for finding in report.findings if finding.severity is Severity.REFUSED
    }
    assert by_row == {
        3: "geometry_not_area",
        4: "code_in_scientific_notation",
        5: "value_missing",
        6: "duplicate_in_file",
        7: "duplicate_in_file",
        8: "geometry_missing",
    }
    assert {"geometry_repaired", "code_restored"} <= set(codes(report))
    assert rows(small_city, "SELECT code FROM area WHERE level = 'town' AND valid_to IS NULL ORDER BY 1") == [
        ("990101001",),
        ("990101003",),
        ("990101011",),
    ]


def test_a_new_edition_follows_the_old_and_takes_over_what_hung_on_it(take_in, write_boundaries, small_city):
    before = one(small_city, "SELECT id FROM area WHERE code = '990101'")
    features = [square("990101", "云岭县", 0, 0, 0.25), square("990103", "新县", 0.25, 0, 0.2)]
    report = take_in(BOUNDARIES, write_boundaries(features), level="county", valid_from="2026-07-01")
    replaced = next(f for f in report.findings if f.code == "edition_replaced")
    assert (replaced.facts["areas"], replaced.facts["without_successor"]) == (3, 2)
    after = one(small_city, "SELECT id FROM area WHERE code = '990101' AND valid_to IS NULL")
    assert after != before
    assert one(small_city, "SELECT valid_to FROM area WHERE id = :id", id=before) == date(2026, 7, 1)
    assert one(small_city, "SELECT area_id FROM unit WHERE name = '云岭县'") == after
    assert rows(
        small_city,
        "SELECT DISTINCT p.valid_to FROM area t JOIN area p ON p.id = t.parent_id WHERE t.level = 'town'",
    ) == [(None,)]
    assert one(small_city, "SELECT count(*) FROM import_batch WHERE superseded") == 1


def test_a_correction_leaves_the_withdrawn_edition_without_a_day(take_in, write_boundaries, small_city):
    for width in (0.2, 0.21):
        take_in(BOUNDARIES, write_boundaries([square("990101", "云岭县", 0, 0, width)]), level="county")
    spans = rows(
        small_city,
        "SELECT e.valid_from, e.valid_to FROM edition e WHERE level = 'county' ORDER BY id",
    )
    assert [end is not None and end - start == timedelta(0) for start, end in spans] == [True, True, False]


def test_the_same_file_again_after_its_edition_was_replaced_is_imported_again(take_in, write_boundaries):
    first = write_boundaries([square("990101", "云岭县", 0, 0, 0.2)], "one.geojson")
    second = write_boundaries([square("990101", "云岭县", 0, 0, 0.21)], "two.geojson")
    assert not take_in(BOUNDARIES, first, level="county").unchanged
    assert take_in(BOUNDARIES, first, level="county").unchanged
    take_in(BOUNDARIES, second, level="county")
    assert not take_in(BOUNDARIES, first, level="county").unchanged


def test_projected_coordinates_are_brought_to_degrees_and_the_source_is_recorded(
    engine, write_boundaries, tmp_path
):
    path = tmp_path / "gk.csv"
    path.write_text(
        "代码,名称,几何\n990101,云岭县,"
        '"POLYGON ((500000 3100000,510000 3100000,510000 3110000,500000 3110000,500000 3100000))"',
        encoding="gb18030",
    )
    with pytest.raises(Refused, match="questions_open"):
        run_import(engine, COMMAND_LINE, BOUNDARIES, path, options={"level": "county"})
    run_import(engine, COMMAND_LINE, BOUNDARIES, path, options={"level": "county", "crs": "EPSG:4549"})
    lon, lat, km2, crs = rows(
        engine,
        "SELECT ST_X(label), ST_Y(label), area_km2, source_crs"
        " FROM area JOIN edition ON edition.id = edition_id",
    )[0]
    assert (lon, lat) == (pytest.approx(120.05, abs=0.01), pytest.approx(28.05, abs=0.05))
    assert km2 == pytest.approx(100, rel=1e-3)
    assert crs == "EPSG:4549"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"type": "FeatureCollection", "features": [', "geojson_broken_at"),
        (b'{"a":' * 100_000, "geojson_broken_at"),
        (b'{"type": "Topology"}', "geojson_not_collection"),
        ("代码,名称\n1,2".encode(), "column_missing"),
        (b"SQLite format 3\0" + b"\0" * 52 + b"GPKG" + b"\0" * 500, "layer_broken"),
    ],
)
def test_files_that_are_no_boundaries_are_named(engine, tmp_path, content, code):
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        run_import(engine, COMMAND_LINE, BOUNDARIES, path, options={"level": "county"})
    assert caught.value.code == code
    assert one(engine, "SELECT count(*) FROM import_batch") == 0


def test_a_vrt_in_disguise_reads_nothing_of_the_machine(engine, tmp_path):
    layer = "<OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    for name in ("areas.csv", "areas.geojson", "areas.gpkg"):
        (tmp_path / name).write_text(vrt, encoding="utf-8")
        with pytest.raises(Refused, match="format_markup"):
            run_import(engine, COMMAND_LINE, BOUNDARIES, tmp_path / name, options={"level": "county"})
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        archive.writestr("areas.shp", vrt)
    with pytest.raises(Refused) as caught:
        run_import(engine, COMMAND_LINE, BOUNDARIES, tmp_path / "areas.zip", options={"level": "county"})
    assert caught.value.code == "shapefile_part_missing"


def test_a_geojson_may_name_an_older_crs(engine, tmp_path):
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [square("990101", "云岭县", 0, 0)],
    }
    path = tmp_path / "x"
    path.write_text(json.dumps(collection), encoding="utf-8")
    run_import(engine, COMMAND_LINE, BOUNDARIES, path, options={"level": "county"})
    assert one(engine, "SELECT source_crs FROM edition") == "EPSG:4490"


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(
    "ring",
    [
        [[120, 28], [float("nan"), 28], [120.1, 28.1], [120, 28]],
        [[120, 28], [float("inf"), 28], [120.1, 28.1], [120, 28]],
        [[120, 28], [120, 28], [120, 28], [120, 28]],
        [[120, 28], [120.1, 28], [120.2, 28], [120, 28]],
        [["a", "b"], [120.1, 28], [120.1, 28.1], ["a", "b"]],
        [],
    ],
)
def test_an_outline_without_ground_is_refused_alone(take_in, write_boundaries, ring):
    odd = square("990101002", "怪", 0, 0)
    odd["geometry"]["coordinates"] = [ring]
    report = take_in(
        BOUNDARIES, write_boundaries([odd, square("990101001", "好", 0, 0)]), level="town", dry_run=True
    )
    assert [(f.row, f.code) for f in report.findings if f.severity is Severity.REFUSED] == [
        (1, "geometry_missing")
    ]
    assert report.accepted == 1
