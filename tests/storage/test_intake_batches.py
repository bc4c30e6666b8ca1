"""One file is one batch is one transaction: done once, tried without trace, killed without trace."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from data.commands import imports
from data.commands.context import Context
from data.intake.outcome import write_outcome
from data.intake.run import run_import
from data.settings import Settings
from grid.findings import Finding, ImportKind, ImportReport, Severity
from grid.principals import COMMAND_LINE
from grid.refusals import Refused
from layers.words import Language, say
from tests.storage.written_audit import audit_rows

ROOT = Path(__file__).parents[2]
HEAD = ["信访件编号", "登记日期", "问题属地", "经度", "纬度", "信访目的"]
COUNTED = (
    "area",
    "unit",
    "petition",
    "gazetteer_entry",
    "service_point",
    "leader",
    "coverage_plan",
    "listing",
)


def matters(count):
    return [
        HEAD,
        *(
            [f"A{i}", "2026-01-05", "双石镇", 120.011 + i % 380 / 1000, 28.051, "申诉求决"]
            for i in range(count)
        ),
    ]


def census(engine):
    """Return the row count of every table that an import may change, the batches and the data version."""
    with engine.connect() as connection:
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in COUNTED
        }
        counts["version"] = connection.execute(text("SELECT number FROM data_version")).scalar_one()
        counts["batches"] = connection.execute(
            text("SELECT count(*) FROM import_batch WHERE NOT dry_run")
        ).scalar_one()
    return counts


def test_the_same_file_twice_changes_nothing(take_in, write_csv, small_city):
    path = write_csv(matters(5))
    first = take_in(ImportKind.PETITIONS, path)
    before = census(small_city)
    again = take_in(ImportKind.PETITIONS, path)
    assert census(small_city) == before
    assert again.unchanged
    assert not first.unchanged
    assert (again.batch_id, again.rows, again.figures) == (first.batch_id, first.rows, first.figures)


def test_other_options_are_another_import(take_in, write_csv):
    path = write_csv(matters(2))
    take_in(ImportKind.PETITIONS, path)
    assert not take_in(ImportKind.PETITIONS, path, source="另一来源").unchanged


def test_a_dry_run_says_what_an_import_would_and_leaves_only_its_outcome(take_in, write_csv, small_city):
    path = write_csv([*matters(3), ["", "2026-01-05", "", "", ""]])
    before = census(small_city)
    tried = take_in(ImportKind.PETITIONS, path, dry_run=True)
    assert census(small_city) == before
    assert tried.dry_run
    assert tried.batch_id is not None
    done = take_in(ImportKind.PETITIONS, path)
    assert (done.rows, done.accepted, done.review, done.refused) == (
        tried.rows,
        tried.accepted,
        tried.review,
        tried.refused,
    )
    assert done.findings == tried.findings
    assert done.figures == tried.figures


def test_a_dry_run_of_boundaries_leaves_nothing(take_in, write_boundaries, small_city):
    ring = [[120, 28], [120.4, 28], [120.4, 28.2], [120, 28.2], [120, 28]]
    whole = {
        "type": "Feature",
        "properties": {"code": "990199", "name": "并县"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    before = census(small_city)
    report = take_in(ImportKind.BOUNDARIES, write_boundaries([whole]), dry_run=True, level="county")
    assert census(small_city) == before
    assert "edition_replaced" in {f.code for f in report.findings}


def test_a_refused_file_leaves_nothing(take_in, write_csv, small_city):
    before = census(small_city)
    with pytest.raises(Refused, match="column_missing"):
        take_in(ImportKind.PETITIONS, write_csv([["信访件编号", "责任单位"], ["A1", "x"]]))
    with pytest.raises(Refused, match="option_unknown"):
        take_in(ImportKind.PETITIONS, write_csv(matters(1)), colour="red")
    with pytest.raises(Refused, match="file_missing"):
        take_in(ImportKind.PETITIONS, Path("/nowhere/at/all.csv"))
    assert census(small_city) == before


def test_a_file_of_which_nothing_was_taken_may_be_tried_again(take_in, write_csv):
    path = write_csv([HEAD, ["A1", "gestern", "", "", ""]])
    assert take_in(ImportKind.PETITIONS, path).refused == 1
    assert not take_in(ImportKind.PETITIONS, path).unchanged


def test_an_import_given_up_half_way_leaves_nothing(small_city, write_csv):
    path = write_csv(matters(10))
    before = census(small_city)

    class GivenUpError(Exception):
        pass

    def progress(step, done, total):
        if step == "writing":
            raise GivenUpError

    with pytest.raises(GivenUpError):
        run_import(small_city, COMMAND_LINE, ImportKind.PETITIONS, path, progress=progress)
    assert census(small_city) == before


def test_killed_in_the_middle_leaves_nothing_and_the_next_run_does_it_all(small_city, write_csv):
    path = write_csv(matters(400))
    before = census(small_city)
    url = small_city.url.render_as_string(hide_password=False)
    program = (
        "import sys, time; from pathlib import Path; from data.intake.run import run_import\n"
        "from data.sessions import make_engine; from grid.findings import ImportKind\n"
        "from grid.principals import COMMAND_LINE; import data.writes.petitions as w\n"
        "real = w.count_staged\n"
        "def slow(*args):\n"
        "    done = real(*args); print('written', flush=True); time.sleep(60); return done\n"
        "w.count_staged = slow\n"
        "run_import(make_engine(sys.argv[1]), COMMAND_LINE, ImportKind.PETITIONS, Path(sys.argv[2]))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, url, str(path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert census(small_city) == before
    assert run_import(small_city, COMMAND_LINE, ImportKind.PETITIONS, path).figures["inserted"] == 400


def test_the_same_file_from_two_sides_at_once_is_imported_once(small_city, write_csv):
    path = write_csv(matters(50))
    reports = []

    def work():
        reports.append(run_import(small_city, COMMAND_LINE, ImportKind.PETITIONS, path))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.unchanged for report in reports) == [False, True, True]
    assert len({report.batch_id for report in reports}) == 1


def test_every_import_is_audited_and_only_real_ones_change_the_version(take_in, write_csv, small_city):
    version = census(small_city)["version"]
    path = write_csv(matters(2))
    take_in(ImportKind.PETITIONS, path, dry_run=True)
    assert census(small_city)["version"] == version
    take_in(ImportKind.PETITIONS, path)
    assert census(small_city)["version"] == version + 1
    actions = [row.action for row in audit_rows(small_city) if row.subject == "petitions"]
    assert actions == ["import.try", "import.run"]


def test_twenty_thousand_rows_come_in_within_bounds(take_in, write_csv, small_city):
    """A generous bound: it guards against row-by-row statements, which take minutes."""
    started = time.monotonic()
    report = take_in(ImportKind.PETITIONS, write_csv(matters(20_000)))
    assert report.figures["inserted"] == 20_000
    assert time.monotonic() - started < 60


@pytest.fixture
def command(small_city):
    context = Context(
        Settings(Path("/nowhere"), small_city.url.render_as_string(hide_password=False), 8050), say
    )
    return lambda *words: CliRunner().invoke(imports.commands, list(map(str, words)), obj=context)


def test_the_command_tells_findings_in_chinese(command, write_csv, tmp_path):
    path = write_csv([*matters(2), ["A9", "2026年1月", "", "", "", "申诉求决"]])
    result = command("petitions", path, "--outcome", tmp_path / "out.xlsx")
    assert result.exit_code == 0, result.output
    assert "共 3 行，收入 2，待核 0，未收 1" in result.output
    assert "第 4 行 · 登记日期：日期只写到月，请写到日（原文：2026年1月）" in result.output
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in sheet[1]] == ["结果", "行号", "列", "原文", "说明"]
    assert ("未收", 4, "登记日期", "2026年1月", "日期只写到月，请写到日") in list(sheet.values)


def test_the_command_speaks_json_and_takes_options(command, write_csv):
    result = command("petitions", write_csv(matters(2)), "--json", "--dry-run", "--option", "source=甲")
    report = json.loads(result.output)
    assert (report["dry_run"], report["rows"], report["kind"]) == (True, 2, "petitions")
    assert isinstance(command("petitions", write_csv(matters(1)), "--option", "source").exception, Refused)


def test_the_command_needs_a_level_for_boundaries(command, write_boundaries):
    assert command("boundaries", write_boundaries([])).exit_code == 2


@pytest.mark.parametrize("language", list(Language))
def test_an_outcome_can_be_opened_without_harm(language):
    dangers = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "＝1+1", "\ufeff=1", "  =1", "\t=1", "a\x00b"]
    findings = tuple(
        Finding("value_unknown", Severity.REFUSED, i, d, d, {"allowed": d}) for i, d in enumerate(dangers, 2)
    )
    report = ImportReport(ImportKind.PETITIONS, "x", True, 9, 0, 0, 9, findings)
    content = write_outcome(report, lambda key, **facts: say(key, language, **facts))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert all(
        not str(cell.value).lstrip("\ufeff \t\u3000").startswith(("=", "+", "@", "＝"))
        for cell in cells
        if cell.value
    )
