"""Export, wipe, import: the same numbers; and what may leave the house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import shapely
from sqlalchemy import Engine, text

from data.export import bundle as files
from data.export.bundle import Bundle, write_bundle
from data.export.city import read_bundle
from data.intake.run import run_import
from data.sessions import reading, writing
from grid.areas import LEVELS, Level
from grid.audits import Action
from grid.findings import ImportKind, ImportReport
from grid.matters import Purpose
from grid.principals import CLERK, COMMAND_LINE, Principal, Role
from grid.refusals import Refused

AREA = "(SELECT code FROM area WHERE id = {})"
SUMMARIES = {
    "areas": """SELECT a.level, a.code, a.name, a.kind, a.population, p.code, a.code_system, a.vintage,
        e.synthetic, ST_AsBinary(a.geom) FROM area a JOIN edition e ON e.id = a.edition_id
        LEFT JOIN area p ON p.id = a.parent_id ORDER BY 1, 2""",
    "gazetteer": """SELECT g.kind, g.name, a.code, number_from, number_to, parity,
        ST_AsText(point), ST_AsText(line)
        FROM gazetteer_entry g JOIN area a ON a.id = g.area_id ORDER BY 1, 2, 3, 4, 5, 6""",
    "petitions": """SELECT p.source, p.matter_no, channel, purpose, category, track, stage, registered_on,
        accepted_on, due_on, replied_on, closed_on, is_repeat, submissions, heads, is_backlog, evaluation,
        received_on, forwarded_on, unit_received_on, noticed_on, notice_due_on, evaluated_on, resubmitted_on,
        backlog_tier, backlog_resolved_on, head_read_on, u.name, ua.code FROM petition p
        LEFT JOIN unit u ON u.id = p.unit_id LEFT JOIN area ua ON ua.id = u.area_id
        WHERE purpose <> 'accusation' ORDER BY 1, 2""",
    "extensions": """SELECT p.source, p.matter_no, e.kind, e.on_day, e.days, e.approver, e.reason
        FROM clock_event e JOIN petition p ON p.id = e.petition_id ORDER BY 1, 2, 4""",
    "clocks": """SELECT p.source, p.matter_no, o.clock, o.started_on, o.due_on, o.soon_on, o.paused_since
        FROM open_clock o JOIN petition p ON p.id = o.petition_id ORDER BY 1, 2, 3, 4""",
    "places": f"""SELECT p.matter_no, place_status, granularity, place_method, address, ST_AsText(point, 8),
        {AREA.format("county_id")}, {AREA.format("town_id")}, {AREA.format("village_id")},
        {AREA.format("grid_id")}, {AREA.format("functional_id")}
        FROM petition p WHERE place_status IS NOT NULL ORDER BY 1""",
    "service": """SELECT a.code, s.name, ST_AsText(location), handled, resolved, since, until,
        hours, last_handled_on,
        (SELECT array_agg(h.kind || h.count ORDER BY h.kind) FROM service_headcount h WHERE h.point_id = s.id)
        FROM service_point s JOIN area a ON a.id = s.village_id ORDER BY 1, 2""",
    "stations": """SELECT a.code, s.name, s.hours FROM service_station s
        JOIN area a ON a.id = s.town_id ORDER BY 1""",
    "plan": """SELECT p.name, u.name, u.kind, l.post, l.name, s.kind, s.cases FROM assignment s
        JOIN coverage_plan p ON p.id = s.plan_id JOIN unit u ON u.id = s.unit_id
        LEFT JOIN leader l ON l.id = s.leader_id WHERE p.state = 'published' AND p.valid_to IS NULL
        ORDER BY s.id""",
    # The annex is of the plan in force: who led under an earlier one alone is not in it.
    "leaders": """SELECT DISTINCT l.post, l.name FROM leader l JOIN assignment s ON s.leader_id = l.id
        JOIN coverage_plan p ON p.id = s.plan_id WHERE p.state = 'published' AND p.valid_to IS NULL
        ORDER BY 1, 2""",
    "listings": """SELECT quarter, u.name, a.code, state, rank, score, reason, listed_on, approver
        FROM listing l JOIN unit u ON u.id = l.unit_id LEFT JOIN area a ON a.id = u.area_id
        ORDER BY 1, 2, 3""",
}


def summarise(engine: Engine, name: str) -> list[tuple[Any, ...]]:
    with reading(engine, COMMAND_LINE) as session:
        return [tuple(row) for row in session.execute(text(SUMMARIES[name]))]


def export(engine: Engine, folder: Path, principal: Principal = COMMAND_LINE, **options: bool) -> Bundle:
    with reading(engine, principal) as session:
        bundle = read_bundle(session, principal, **options)
    write_bundle(bundle, folder, petitions=files.PETITIONS_XLSX)
    return bundle


def import_all(engine: Engine, folder: Path) -> list[ImportReport]:
    def run(kind: ImportKind, name: str, **options: str) -> ImportReport:
        path = folder / name
        return run_import(engine, COMMAND_LINE, kind, path, options=options, publish=False)

    reports = [run(ImportKind.BOUNDARIES, files.BOUNDARIES, level=level.value) for level in LEVELS]
    return [
        *reports,
        run(ImportKind.GAZETTEER, files.GAZETTEER),
        run(ImportKind.COVERAGE, files.COVERAGE),
        run(ImportKind.LISTINGS, files.LISTINGS),
        run(ImportKind.PETITIONS, files.PETITIONS_XLSX),
        run(ImportKind.SERVICE_POINTS, files.SERVICE_POINTS),
    ]


@pytest.fixture(scope="module")
def exported(demo_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export(demo_engine, folder)
    return folder


@pytest.fixture(scope="module")
def returned(exported: Path, new_database: Callable[..., Engine]) -> Engine:
    """A fresh city that was imported from what another exported."""
    engine = new_database()
    for report in import_all(engine, exported):
        assert report.refused == 0, report.findings[:3]
    return engine


@pytest.mark.parametrize("name", SUMMARIES)
def test_what_was_exported_comes_back_the_same(name: str, demo_engine: Engine, returned: Engine) -> None:
    before = summarise(demo_engine, name)
    assert before
    assert summarise(returned, name) == before


def test_a_second_export_is_the_same_to_the_byte(exported: Path, returned: Engine, tmp_path: Path) -> None:
    export(returned, tmp_path)
    for path in exported.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_importing_an_export_again_changes_nothing(exported: Path, returned: Engine) -> None:
    assert all(report.unchanged for report in import_all(returned, exported))


def test_accusations_leave_only_for_those_whose_they_are(demo_engine: Engine) -> None:
    bureau = Principal("bureau", Role.BUREAU)
    with reading(demo_engine, bureau) as session:
        usual = read_bundle(session, bureau).petitions
        everything = read_bundle(session, bureau, accusations=True).petitions
    assert not any(row.purpose is Purpose.ACCUSATION for row in usual)
    accusations = [row for row in everything if row.purpose is Purpose.ACCUSATION]
    assert len(accusations) == len(everything) - len(usual) > 0
    assert all((row.address, row.lon, row.unit, row.area_code) == (None,) * 4 for row in accusations)
    with reading(demo_engine, CLERK) as session, pytest.raises(Refused) as refused:
        read_bundle(session, CLERK, accusations=True)
    assert refused.value.code == "accusations_not_shown"


def test_petitions_have_no_column_of_a_person(exported: Path) -> None:
    sheet = openpyxl.load_workbook(exported / files.PETITIONS_XLSX, read_only=True).active
    headers = next(sheet.iter_rows(max_row=1, values_only=True))
    assert headers[0] == "信访件编号"
    assert not {"姓名", "电话", "身份证号", "住址", "性别", "年龄"} & set(headers)


def test_boundaries_are_the_originals(exported: Path, demo_engine: Engine) -> None:
    layers = {name for name, _ in pyogrio.list_layers(exported / files.BOUNDARIES)}
    assert layers == {level.value for level in LEVELS}
    villages = pyogrio.read_dataframe(exported / files.BOUNDARIES, layer=Level.VILLAGE.value)
    assert villages.crs.to_epsg() == 4490
    assert shapely.coverage_is_valid(villages.geometry.values)


def test_a_point_that_the_gazetteer_gave_is_not_told_as_a_coordinate(demo_engine: Engine) -> None:
    query = "SELECT matter_no FROM petition WHERE place_method = 'address' AND point IS NOT NULL"
    with reading(demo_engine, COMMAND_LINE) as session:
        found = set(session.scalars(text(query)))
        rows = {row.matter_no: row for row in read_bundle(session, COMMAND_LINE).petitions}
    assert found
    assert all(rows[number].lon is None and rows[number].address for number in found)


def test_an_empty_city_exports_nothing(engine: Engine, tmp_path: Path) -> None:
    export(engine, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_changed_plan_exports_with_its_own_total(demo_copy: Engine) -> None:
    with writing(demo_copy, COMMAND_LINE, Action.PLAN_SAVE, "plan") as session:
        session.execute(text("UPDATE assignment SET cases = cases + 1 WHERE cases = 44"))
    with reading(demo_copy, COMMAND_LINE) as session:
        annex = read_bundle(session, COMMAND_LINE).annex
    assert annex is not None
    assert annex.title.endswith("（共239件）")
    assert annex.title.count("共") == 1
