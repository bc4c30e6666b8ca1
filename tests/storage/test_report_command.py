"""``fengtu report``: whole files or none, refusals by name, and what LibreOffice makes of the files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from data import cluster, models
from data.cli import make_cli
from data.reports import keeping
from data.reports.keeping import put_file
from data.writes.indicator_sums import SUMS
from grid.areas import Level
from grid.refusals import Refused
from layers.words import say
from tests.storage.striped_city import add_edition, columns
from tests.storage.written_audit import audit_rows

NO_JAVA = "javaldx"
"""LibreOffice looks for a Java that no report needs, and says that there is none."""
MONTH = ("monthly", "--month", "2025-03")
ASKED: tuple[tuple[str, ...], ...] = (
    ("daily", "--day", "2025-03-04"),
    ("weekly", "--week", "2025-W10"),
    MONTH,
    ("quarterly", "--quarter", "2025Q1"),
)


def fill(engine: Engine) -> None:
    """Three counties, their units, and 90 matters of the first quarter of 2025."""
    with Session(engine) as session, session.begin():
        named = [(f"99000{n}", f"第{n}县", shape, None) for n, shape in enumerate(columns(3))]
        counties = list(add_edition(session, Level.COUNTY, named, valid_from=date(2020, 1, 1)).values())
        session.execute(text("INSERT INTO area_shape (area_id, band, geom) SELECT id, 0, geom FROM area"))
        units = [
            session.scalar(
                insert(models.Unit)
                .values(name=f"第{n}县", kind="area", area_id=area)
                .returning(models.Unit.id)
            )
            for n, area in enumerate(counties)
        ]
        batch = session.scalar(text("SELECT id FROM import_batch"))
        common = {
            "source": "test", "batch_id": batch, "channel": "visit", "purpose": "claim", "category": "land",
            "track": "ordinary", "stage": "handling", "is_repeat": False, "place_status": "accepted",
            "granularity": "county", "place_method": "coordinates",
        }  # fmt: skip
        for number in range(90):
            day, at = date(2025, 1, 1) + timedelta(days=number), number % 3
            session.execute(
                insert(models.Petition).values(
                    **common, matter_no=f"SECRET{number}", registered_on=day, unit_id=units[at],
                    county_id=counties[at], due_on=day + timedelta(60), replied_on=day + timedelta(9),
                )
            )  # fmt: skip
    SUMS.make_if_stale(engine)


@pytest.fixture(scope="module")
def city(module_engine: Engine) -> Engine:
    fill(module_engine)
    return module_engine


@pytest.fixture
def fengtu(city: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path) -> Callable[..., Result]:
    return runner(city, login_as, tmp_path)


def runner(engine: Engine, login_as: Callable[[Engine, str], Engine], home: Path) -> Callable[..., Result]:
    url = login_as(engine, cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(home), "PORT": "8123", "PUBLIC_URL": ""}
    return lambda *words: CliRunner().invoke(make_cli(say), ["report", *words], env=given)


def test_libreoffice_opens_every_report_without_a_word(fengtu: Callable[..., Result], tmp_path: Path) -> None:
    # Of the shorter two the sheets are those of the longer.
    pairs = [(asked, "docx") for asked in ASKED] + [(asked, "xlsx") for asked in ASKED[2:]]
    made = []
    for asked, suffix in pairs:
        made.append(tmp_path / f"{asked[0]}-{suffix}.{suffix}")
        answer = fengtu(*asked, "--out", str(made[-1]))
        assert answer.exit_code == 0, answer.output
        assert made[-1].name in answer.stdout
        assert say(f"reports.kind.{asked[0]}") in answer.stderr
    told = convert(made, tmp_path)
    assert told.returncode == 0, told.stderr
    assert [line for line in told.stderr.splitlines() if line and NO_JAVA not in line] == []
    assert told.stdout.count("convert ") == len(made)
    printed = [path.with_suffix(".pdf") for path in made]
    assert [path.name for path in printed if not path.is_file()] == []
    for path, asked in zip(printed, [asked for asked, _ in pairs], strict=True):
        words = subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
        ).stdout
        plain = "".join(words.split())
        for key in ("section.summary", "section.definitions", "stamp.internal", "column.closing"):
            assert "".join(say(f"reports.{key}").split()) in plain, (path.name, key)
        assert "第0县" in plain
        assert ("审图号" in plain) is (asked[0] != "daily")
        assert "SECRET" not in plain


def convert(files: Sequence[Path], folder: Path) -> subprocess.CompletedProcess[str]:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    options = ("--headless", "--norestore", profile, "--convert-to", "pdf", "--outdir", str(folder))
    return subprocess.run(
        ["soffice", *options, *map(str, files)],
        capture_output=True, text=True, timeout=150, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("monthly", "--month", "2025-13", "--out", "x.docx"), "report_month_unreadable"),
        (("weekly", "--week", "46", "--out", "x.docx"), "report_week_unreadable"),
        (("daily", "--day", "heute", "--out", "x.docx"), "report_day_unreadable"),
        (("quarterly", "--quarter", "2025", "--out", "x.docx"), "quarter_unreadable"),
        ((*MONTH, "--out", "x.pdf"), "report_suffix"),
        ((*MONTH, "--out", "x"), "report_suffix"),
        ((*MONTH, "--out", "nowhere/x.docx"), "report_folder_missing"),
        ((*MONTH, "--out", "folder.docx"), "report_no_file"),
        (("monthly", "--month", "2199-01", "--out", "x.docx"), "report_future"),
        (("monthly", "--month", "2024-12", "--out", "x.docx"), "report_too_early"),
    ],
)
def test_what_cannot_be_made_is_said_by_name_and_leaves_nothing(
    fengtu: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.docx").mkdir()
    answer = fengtu(*words)
    assert answer.exit_code == 2
    start = say(f"refusals.{code}", **dict.fromkeys(FACTS, "§")).split("§")[0]
    assert start in answer.stderr
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


FACTS = ("text", "file", "known", "folder", "period", "today", "first", "said")


def test_a_city_without_anything_says_so(
    new_database: Callable[..., Engine],
    login_as: Callable[[Engine, str], Engine],
    tmp_path: Path,
) -> None:
    answer = runner(new_database(), login_as, tmp_path)(*MONTH, "--out", str(tmp_path / "x.xlsx"))
    assert answer.exit_code == 2
    assert say("refusals.report_nothing") in answer.stderr


def test_a_running_period_says_that_it_runs(
    fengtu: Callable[..., Result], tmp_path: Path, city: Engine
) -> None:
    with Session(city) as session:
        today: date = session.execute(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")).scalar_one()
    # Of a quarter some day is still to come but on its last: then its month and quarter end together.
    year = f"{today.year}Q{(today.month + 2) // 3}"
    out = tmp_path / "x.docx"
    assert fengtu("quarterly", "--quarter", year, "--out", str(out)).exit_code == 0
    told = [one.text for one in Document(str(out)).paragraphs]
    ends = (today + timedelta(days=1)).month % 3 == 1 and (today + timedelta(days=1)).day == 1
    assert (say("reports.warning.running") in told) is not ends


def test_where_nothing_is_placed_or_open_there_is_a_map_without_classes(
    new_database: Callable[..., Engine], login_as: Callable[[Engine, str], Engine], tmp_path: Path
) -> None:
    engine, out = new_database(), tmp_path / "x.docx"
    fill(engine)
    with Session(engine) as session, session.begin():
        session.execute(text("UPDATE petition SET place_status = 'unmatched', granularity = 'none'"))
    assert (
        runner(engine, login_as, tmp_path)("weekly", "--week", "2025-W10", "--out", str(out)).exit_code == 0
    )
    assert len(Document(str(out)).inline_shapes) == 1


def test_making_a_report_is_audited_with_what_it_was(
    fengtu: Callable[..., Result], tmp_path: Path, city: Engine
) -> None:
    assert fengtu(*MONTH, "--out", str(tmp_path / "通报 三月.XLSX")).exit_code == 0
    assert load_workbook(tmp_path / "通报 三月.XLSX").worksheets
    row = audit_rows(city)[-1]
    assert (row.action, row.subject, row.principal) == ("report.make", "report", "command-line")
    assert row.facts["since"] == "2025-03-01"
    assert row.facts["until"] == "2025-03-31"


def test_a_file_is_replaced_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "x.docx"
    put_file(place, b"first")
    put_file(place, b"second")
    assert place.read_bytes() == b"second"

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping.os, "fsync", full)
    with pytest.raises(Refused) as refused:
        put_file(place, b"third")
    assert refused.value.code == "report_unwritable"
    assert place.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [place]
