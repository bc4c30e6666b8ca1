"""What a boundary file does not say is asked, what it says wrongly is found; nothing is mended unasked."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import mapping
from sqlalchemy import text

from data.intake.run import run_import
from grid.datums import Datum
from grid.findings import ImportKind, Severity
from grid.principals import COMMAND_LINE
from grid.refusals import Refused
from tests.storage.boundary_files import (
    bow_tie,
    cell,
    in_crs,
    in_datum,
    towns_to_mend,
    write_shapefile,
)

BOUNDARIES = ImportKind.BOUNDARIES
COUNTIES = [("990101", "云岭县", cell(0, 0, 0.2, 0.2)), ("990102", "临江区", cell(0.2, 0, 0.2, 0.2))]
TOWNS = [
    (f"9901010{i:02d}", f"第{i}镇", cell(0.05 * (i % 4), 0.05 * (i // 4), 0.05, 0.05)) for i in range(16)
]


@pytest.fixture
def take(engine, write_boundaries):
    """Return a function that imports areas (code, name, outline) as a GeoJSON that may name its CRS."""

    def bring(level, areas, *, dry_run=False, name="areas.geojson", **options):
        features = [
            {"type": "Feature", "properties": {"code": c, "name": n}, "geometry": mapping(o)}
            for c, n, o in areas
        ]
        path = write_boundaries(features, name)
        return run_import(
            engine, COMMAND_LINE, BOUNDARIES, path, dry_run=dry_run, options={"level": level, **options}
        )

    return bring


def value(engine, statement, **facts):
    with engine.connect() as connection:
        return connection.execute(text(statement), facts).scalar_one()


def question(report, option):
    return next(q for q in report.inspection.questions if q.option == option)


def codes(report):
    return {finding.code for finding in report.findings}


SYSTEMS = {
    "EPSG:4528": "zone_prefix",
    "EPSG:4549": "no_zone_prefix",
    "EPSG:4498": "zone_prefix",
    "EPSG:3857": "web_mercator",
    "EPSG:4490": "degrees",
}


CASES = [(crs, swapped) for crs in SYSTEMS for swapped in (False, True) if swapped or crs != "EPSG:4490"]


def test_numbers_that_contradict_their_statement_are_asked_about(take):
    take("county", COUNTIES)
    for crs, swapped in CASES:
        tried = take("town", in_crs(TOWNS, crs, swapped=swapped), dry_run=True)
        asked = question(tried, "crs")
        expected = crs + (";yx" if swapped else "")
        assert (asked.code, asked.required, asked.proposed) == ("crs_contradicted", True, expected)
        best = tried.inspection.boundaries.crs[0]
        assert (best.crs, best.fits, best.stated) == (expected, 1.0, False)
        assert SYSTEMS[crs] in best.remarks


@pytest.mark.parametrize(("crs", "swapped"), [("EPSG:4549", True), ("EPSG:4528", False)])
def test_an_answer_is_how_the_numbers_are_read(take, engine, crs, swapped):
    take("county", COUNTIES)
    file = in_crs(TOWNS, crs, swapped=swapped)
    with pytest.raises(Refused, match="questions_open"):
        take("town", file)
    assert value(engine, "SELECT count(*) FROM area WHERE level = 'town'") == 0
    answer = crs + (";yx" if swapped else "")
    assert take("town", file, crs=answer).accepted == 16
    off_m = value(
        engine,
        "SELECT max(ST_Distance(label::geography, ST_SetSRID(ST_MakePoint("
        " 120.025 + 0.05 * (right(code, 2)::int % 4),"
        " 28.025 + 0.05 * (right(code, 2)::int / 4)), 4490)::geography))"
        " FROM area WHERE level = 'town'",
    )
    assert off_m < 5
    assert value(engine, "SELECT source_crs FROM edition WHERE level = 'town'") == answer


def test_without_known_areas_a_meridian_cannot_be_told_and_is_not(take):
    asked = question(take("county", in_crs(COUNTIES, "EPSG:4549"), dry_run=True), "crs")
    assert asked.proposed == ""
    assert {"EPSG:4548", "EPSG:4549", "EPSG:4550"} <= {choice.value for choice in asked.choices}


def test_a_statement_that_agrees_goes_through_and_one_off_the_city_does_not(take):
    take("county", COUNTIES)
    agreed = take("town", TOWNS, dry_run=True)
    assert not question(agreed, "crs").required
    away = [(c, n, shapely.transform(o, lambda p: p + np.array([3, 1]))) for c, n, o in TOWNS]
    asked = question(take("town", away, dry_run=True), "crs")
    assert (asked.required, asked.proposed) == (True, "")
    answered = take("town", away, crs="EPSG:4326")
    assert (answered.review, answered.refused) == (16, 0)  # each lies outside the parent that its code names


def test_an_answer_that_is_no_crs_is_named(take):
    with pytest.raises(Refused, match="crs_unknown"):
        take("county", COUNTIES, crs="EPSG:999999")
    with pytest.raises(Refused, match="answer_unknown"):
        take("county", COUNTIES, datum="WGS85")


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_shifted_file_is_found_and_converted_only_by_an_answer(take, engine, datum):
    take("county", COUNTIES)
    take("town", TOWNS)
    file = in_datum(TOWNS, datum)
    tried = take("town", file, dry_run=True)
    asked = question(tried, "datum")
    assert (asked.required, asked.proposed) == (True, datum.value)
    shares = {one.datum: one.share for one in tried.inspection.datums}
    assert max(shares, key=shares.get) == datum.value
    assert shares[datum.value] > 0.999
    with pytest.raises(Refused, match="questions_open"):
        take("town", file)
    report = take("town", file, datum=datum.value)
    assert "datum_converted" in codes(report)
    assert value(engine, "SELECT source_crs FROM edition WHERE valid_to IS NULL AND level = 'town'") == (
        f"EPSG:4326 {datum.value}"
    )
    moved_m = value(
        engine,
        "SELECT max(ST_Distance(a.label::geography, b.label::geography)) FROM area a JOIN area b USING (code)"
        " WHERE a.level = 'town' AND a.valid_to IS NULL AND b.valid_to IS NOT NULL",
    )
    assert moved_m < 1


def test_a_shifted_first_edition_is_found_by_its_parents(take):
    take("county", COUNTIES)
    many = [
        (f"990101{i:03d}", f"第{i}镇", cell(0.02 * (i % 10), 0.02 * (i // 10), 0.02, 0.02))
        for i in range(100)
    ]
    asked = question(take("town", in_datum(many, Datum.GCJ02), dry_run=True), "datum")
    assert asked.proposed == Datum.GCJ02


def test_a_file_in_the_right_datum_is_not_asked_about_it(take):
    take("county", COUNTIES)
    for _ in range(2):
        report = take("town", TOWNS, dry_run=True)
        assert "datum" not in {q.option for q in report.inspection.questions}


def test_a_gbk_shapefile_with_a_bow_tie_and_an_exclave_goes_through(engine, take, tmp_path):
    take("county", COUNTIES[:1])
    path = write_shapefile(tmp_path, towns_to_mend())

    def bring(*, dry_run=False, **options):
        return run_import(
            engine, COMMAND_LINE, BOUNDARIES, path, dry_run=dry_run, options={"level": "town", **options}
        )

    tried = bring(dry_run=True)
    assert {q.option for q in tried.inspection.open_questions} == {"encoding", "repairs"}
    assert question(tried, "encoding").proposed == "gb18030"
    samples = {choice.value: choice.facts["sample"] for choice in question(tried, "encoding").choices}
    assert samples["gb18030"].startswith("东山街道、双石镇")
    assert samples["utf-8"] != samples["gb18030"]
    assert not question(tried, "crs").required
    (repair,) = tried.inspection.boundaries.repairs
    assert (repair.row, repair.name, repair.approved) == (4, "结绳乡", False)
    assert (repair.parts_before, repair.parts_after) == (1, 2)
    assert repair.before["type"] == "Polygon"
    with pytest.raises(Refused, match="questions_open"):
        bring(encoding="gb18030")
    report = bring(encoding="gb18030", repairs="all")
    assert (report.accepted, report.refused) == (4, 0)
    assert value(engine, "SELECT ST_NumGeometries(geom) FROM area WHERE name = '双石镇'") == 2
    assert value(engine, "SELECT name FROM area WHERE code = '990101101'") == "鿎山乡"
    assert value(engine, "SELECT NOT ST_IsValid(original) FROM area WHERE name = '结绳乡'")
    assert value(engine, "SELECT count(*) FROM area WHERE original IS NOT NULL") == 1
    exclave_m2 = "SELECT ST_Area(ST_Intersection(ST_Transform(geom, 4549), ST_Transform(ST_MakeEnvelope("
    exclave_m2 += "120.03, 28.03, 120.05, 28.05, 4490), 4549))) FROM area WHERE name = '双石镇'"
    assert value(engine, exclave_m2) == pytest.approx(4.36e6, rel=0.01)


def test_a_file_without_prj_asks(engine, tmp_path, take):
    take("county", COUNTIES[:1])
    path = write_shapefile(tmp_path, TOWNS, leave_out=(".prj", ".cpg"))
    options = {"level": "town", "encoding": "gb18030"}
    with pytest.raises(Refused, match="questions_open"):
        run_import(engine, COMMAND_LINE, BOUNDARIES, path, options=options)
    tried = run_import(engine, COMMAND_LINE, BOUNDARIES, path, dry_run=True, options=options)
    assert question(tried, "crs").code == "crs_missing"
    assert question(tried, "crs").proposed == "EPSG:4528"


def test_repairs_are_taken_row_by_row(take, engine):
    areas = [("990101001", "甲", bow_tie(0, 0)), ("990101002", "乙", bow_tie(0.1, 0)), TOWNS[5]]
    report = take("town", areas, repairs="2")
    refused = [(f.row, f.code) for f in report.findings if f.severity is Severity.REFUSED]
    assert refused == [(1, "repair_not_approved")]
    assert value(engine, "SELECT string_agg(name, '' ORDER BY code) FROM area") == "乙第5镇"
    for answer in ("9", "2,9", "some"):
        with pytest.raises(Refused, match="answer_unknown"):
            take("town", areas, repairs=answer)


def test_a_doubled_vertex_needs_no_approval(take):
    square = cell(0, 0)
    points = list(square.exterior.coords)
    doubled = shapely.Polygon([points[0], *points])
    spike = shapely.Polygon([*points[:2], (points[1][0] + 1e-9, points[1][1]), *points[1:]])
    report = take("town", [("990101001", "甲", doubled), ("990101002", "乙", spike)])
    assert report.refused == 0
    assert "repairs" not in {q.option for q in report.inspection.questions}


def test_the_coverage_report_finds_what_was_put_there(take):
    take("county", [("990101", "云岭县", cell(0, 0, 0.2, 0.2))])
    areas = [
        ("990101001", "甲", cell(0, 0, 0.1, 0.1)),
        ("990101002", "乙", cell(0.1, 0, 0.11, 0.1)),  # sticks out to the east
        ("990101003", "丙", cell(0, 0.1, 0.09, 0.1)),  # a hole of 0.01 by 0.1 between it and the next
        ("990101004", "丁", cell(0.1, 0.09, 0.1, 0.11)),  # overlaps 乙
    ]
    view = take("town", areas, dry_run=True).inspection.boundaries
    assert view.faults_total == {"overlap": 1, "outside": 1, "unfilled": 1}
    found = {fault.kind: fault for fault in view.faults}
    assert found["overlap"].names == ("乙", "丁")
    assert found["overlap"].area_m2 == pytest.approx(0.1 * 0.01 * 98_360 * 110_850, rel=0.01)
    assert found["outside"].names == ("乙", "云岭县")
    assert found["unfilled"].names == ("云岭县",)
    middle = shapely.geometry.shape(found["unfilled"].shape).centroid
    assert (middle.x, middle.y) == pytest.approx((120.095, 28.15), abs=1e-4)
    assert view.outline is not None


def test_gaps_and_slivers_inside_a_level_are_told_apart(take):
    ring = [
        ("990101001", "甲", cell(0, 0, 0.3, 0.1)),
        ("990101002", "乙", cell(0, 0.2, 0.3, 0.1)),
        ("990101003", "丙", cell(0, 0.1, 0.1, 0.1)),
        ("990101004", "丁", cell(0.2, 0.1, 0.1, 0.1)),
        ("990101005", "戊", cell(0.1, 0.1, 0.1, 0.0999999)),
    ]
    view = take("town", ring[:4], dry_run=True).inspection.boundaries
    assert view.faults_total == {"gap": 1}
    assert set(view.faults[0].names) == {"甲", "乙", "丙", "丁"}
    sliver = take("town", [*ring[:4], ("990101005", "戊", cell(0.1, 0.1, 0.1, 0.09999))], dry_run=True)
    assert sliver.inspection.boundaries.faults_total == {"sliver": 1}


def test_exclaves_and_a_clean_level_are_no_fault(take):
    take("county", [("990101", "云岭县", cell(0, 0, 0.2, 0.1))])
    clean = towns_to_mend()[:2]
    report = take("town", clean, dry_run=True)
    assert report.inspection.boundaries.faults_total == {}
    assert report.figures.keys() & {"coverage_gap", "coverage_overlap", "coverage_outside"} == set()
