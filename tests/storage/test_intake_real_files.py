"""Boundary files that nobody here made: shapefiles and GeoJSON shipped inside installed packages."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas
import libpysal
import plotly.data
import pytest
from shapely.geometry import box
from sqlalchemy import text

from data.intake.run import run_import
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE
from grid.refusals import Refused

EXAMPLES = Path(libpysal.__file__).parent / "examples"


def zipped(tmp_path, name, *, leave_out=()):
    source = EXAMPLES / name
    path = tmp_path / f"{source.name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in source.parent.glob(f"{source.name}.*"):
            if part.suffix in {".shp", ".shx", ".dbf", ".prj"} and part.suffix not in leave_out:
                archive.write(part, f"data/{part.name}")
    return path


def read(engine, path, **options):
    return run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, path, options=options)


def areas(engine):
    statement = "SELECT count(*), count(DISTINCT code), bool_and(ST_IsValid(geom)), sum(area_km2) FROM area"
    with engine.connect() as connection:
        return tuple(connection.execute(text(statement)).one())


def test_a_shapefile_without_prj_asks_for_its_crs_and_its_name_column(engine, tmp_path):
    path = zipped(tmp_path, "columbus/columbus", leave_out={".prj"})
    with pytest.raises(Refused, match="questions_open"):
        read(engine, path, level="county", name_field="POLYID", encoding="utf-8")
    with pytest.raises(Refused, match="name_column_unknown") as caught:
        read(engine, path, level="county", crs="EPSG:4326")
    assert "POLYID" in str(caught.value.facts["columns"])
    with pytest.raises(Refused, match="field_unknown"):
        read(engine, path, level="county", crs="EPSG:4326", name_field="NAME")
    report = read(engine, path, level="county", crs="EPSG:4326", name_field="POLYID", encoding="utf-8")
    assert (report.rows, report.accepted) == (49, 49)
    assert areas(engine)[:3] == (49, 49, True)


@pytest.mark.parametrize(
    ("name", "options", "count"),
    [
        ("georgia/G_utm", {"crs": "EPSG:26917", "name_field": "AreaKey"}, 159),
        ("stl/stl_hom", {"crs": "EPSG:4326"}, 78),
        ("tokyo/tokyomet262", {}, 262),
    ],
)
def test_shapefiles_of_strangers(engine, tmp_path, name, options, count):
    report = read(engine, zipped(tmp_path, name), level="county", encoding="utf-8", repairs="all", **options)
    assert report.rows == count
    assert report.refused == 0, [f for f in report.findings if f.severity == "refused"][:3]
    total, distinct, valid, km2 = areas(engine)
    assert (total, distinct, valid) == (count, count, True)
    assert km2 > 100
    assert report.figures["borders"] > count / 2


def test_points_are_not_areas(engine, tmp_path):
    report = read(
        engine, zipped(tmp_path, "burkitt/burkitt"), level="county", crs="EPSG:4326", name_field="X"
    )
    assert report.accepted == 0
    assert {f.code for f in report.findings if f.severity == "refused"} == {"geometry_not_area"}
    assert areas(engine)[0] == 0


def test_montreal_from_plotly(engine, tmp_path):
    path = tmp_path / "montreal"
    path.write_text(json.dumps(plotly.data.election_geojson()), encoding="utf-8")
    report = read(engine, path, level="county")
    assert (report.rows, report.refused) == (58, 0)
    assert areas(engine)[:3] == (58, 58, True)
    with engine.connect() as connection:
        name = connection.execute(text("SELECT name FROM area WHERE code = '11'")).scalar_one()
    assert name == "11-Sault-au-Récollet"
    assert report.figures["borders"] > 100


def made(tmp_path, *, encoding, cpg):
    """Write a zipped Shapefile as Chinese offices do: attributes in GBK, names cut at ten bytes."""
    frame = geopandas.GeoDataFrame(
        {"代码": ["990101", "990102"], "名称": ["云岭县", "临江区"], "上级代码": ["990100", "990100"]},
        geometry=[box(120, 28, 120.1, 28.1), box(120.1, 28, 120.2, 28.1)],
        crs="EPSG:4490",
    )
    frame.to_file(tmp_path / "县界.shp", engine="pyogrio", encoding=encoding)
    with zipfile.ZipFile(tmp_path / "县界.zip", "w") as archive:
        for part in tmp_path.glob("县界.*"):
            if part.suffix in {".shp", ".shx", ".dbf", ".prj"}:
                archive.write(part, part.name)
        if cpg:
            archive.writestr("县界.cpg", cpg)
    return tmp_path / "县界.zip"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("encoding", "cpg"), [("gb18030", None), ("gb18030", "GBK"), ("utf-8", "UTF-8")])
def test_chinese_attributes_are_read_as_written(engine, tmp_path, encoding, cpg):
    path = made(tmp_path, encoding=encoding, cpg=cpg)
    options = {} if cpg else {"encoding": "gb18030"}
    if not cpg:
        with pytest.raises(Refused, match="questions_open"):
            read(engine, path, level="county")
    report = read(engine, path, level="county", **options)
    assert (report.rows, report.accepted) == (2, 2)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT code, name FROM area ORDER BY code")).all()
    assert [tuple(row) for row in names] == [("990101", "云岭县"), ("990102", "临江区")]


@pytest.mark.filterwarnings("ignore")
def test_attributes_that_are_not_what_they_claim_are_refused_not_mangled(engine, tmp_path):
    with pytest.raises(Refused, match="encoding_contradicted"):
        read(engine, made(tmp_path, encoding="gb18030", cpg="UTF-8"), level="county")


def test_a_geopackage_gives_the_layer_of_the_level_or_asks(engine, tmp_path):
    path = tmp_path / "areas.gpkg"
    for layer, name in (("county", "云岭县"), ("town", "东山街道"), ("water", "湖")):
        frame = geopandas.GeoDataFrame(
            {"code": ["990101"], "name": [name]}, geometry=[box(120, 28, 120.1, 28.1)], crs="EPSG:4490"
        )
        frame.to_file(path, layer=layer, engine="pyogrio")
    read(engine, path, level="county")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM area")).scalar_one() == "云岭县"
    with pytest.raises(Refused, match="layer_unknown") as caught:
        read(engine, path, level="village")
    assert "water" in str(caught.value.facts["layers"])
    assert read(engine, path, level="village", layer="water").accepted == 1
