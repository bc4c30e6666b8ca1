"""Reports say what the screens say: their numbers, read back from Word and Excel, are the desks' own."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import Engine, insert, text, update
from sqlalchemy.orm import Session

from data import models
from data.access.roles import SERVER
from data.export.sheets import guard_text
from data.reads import city as city_reads
from data.reads import clocks, figures, listings
from data.reports.cells import cell_words, has_groups
from data.reports.excel import write_excel
from data.reports.flow import stock_flow
from data.reports.gathering import gather
from data.reports.making import make_report
from data.reports.word import write_word
from data.store import PostgisStore
from data.writes.freezing import freeze
from data.writes.indicator_sums import SUMS
from data.writes.schemes import add_scheme
from grid.areas import Level
from grid.indicators.definitions import CODES
from grid.indicators.figures import Standing, SubjectFigures
from grid.league import LeagueQuestion
from grid.listings import ListingState, Quarter
from grid.principals import COMMAND_LINE, Principal, Role
from grid.questions import MatterQuestion
from grid.rectification.schemes import default_scheme
from grid.reports.content import Report
from grid.reports.periods import read_period
from grid.reports.templates import TEMPLATES, ReportKind
from layers.words import say
from tests.storage.indicator_cities import LittleCity, add_cities
from tests.storage.report_files import every_word, excel_tables, word_heads, word_tables
from tests.storage.written_audit import audit_rows

ASKED = {
    ReportKind.DAILY: "2025-03-04",
    ReportKind.WEEKLY: "2025-W10",
    ReportKind.MONTHLY: "2025-03",
    ReportKind.QUARTERLY: "2025Q1",
}
MARCH = (date(2025, 3, 1), date(2025, 3, 31))
QUARTER = Quarter(2025, 1)
SEALED = "封存ZX91"
_CROWD = """
UPDATE petition SET summary = :summary, matter_no = :summary || id,
    unit_id = CASE WHEN id % 8 > 0 THEN (CAST(:units AS bigint[]))[id % 2 + 1] ELSE unit_id END
WHERE purpose <> 'accusation'
"""
_SHAPES = "INSERT INTO area_shape (area_id, band, geom) SELECT id, 0, geom FROM area"


@pytest.fixture(scope="module")
def filled(new_database: Callable[..., Engine]) -> tuple[Engine, tuple[LittleCity, ...]]:
    """A database to copy: many matters of two units, a few of 250 others."""
    engine = new_database()
    cities = add_cities(engine, 6)
    with Session(engine) as session, session.begin():
        session.execute(text(_SHAPES))
        session.execute(text(_CROWD), {"units": list(cities[-1].units[:2]), "summary": SEALED})
        for number, state in enumerate((ListingState.LISTED, ListingState.PROPOSED, ListingState.REJECTED)):
            session.execute(
                insert(models.Listing).values(
                    unit_id=cities[number].units[0], quarter=str(QUARTER), state=state.value, rank=number + 1,
                    score=60.5 + number, reason="=1+1", listed_on=date(2025, 2, 3),
                )
            )  # fmt: skip
    SUMS.make_if_stale(engine)
    # A database that is copied has no connections.
    engine.dispose()
    return engine, cities


@pytest.fixture(scope="module")
def cities(filled: tuple[Engine, tuple[LittleCity, ...]]) -> tuple[LittleCity, ...]:
    return filled[1]


@pytest.fixture(scope="module")
def copied(
    filled: tuple[Engine, tuple[LittleCity, ...]], new_database: Callable[..., Engine]
) -> Callable[[], Engine]:
    return lambda: new_database(str(filled[0].url.database))


@pytest.fixture(scope="module")
def shared(copied: Callable[[], Engine]) -> Engine:
    """A copy that no test changes."""
    return copied()


@pytest.fixture(scope="module")
def made(shared: Engine) -> Callable[[ReportKind], Report]:
    kept: dict[ReportKind, Report] = {}

    def make(kind: ReportKind) -> Report:
        if kind not in kept:
            with Session(shared) as session:
                kept[kind] = gather(session, read_period(kind, ASKED[kind]), say)
        return kept[kind]

    return make


@pytest.fixture
def session(shared: Engine) -> Iterator[Session]:
    with Session(shared) as session:
        yield session


def rows_of(report: Report, key: str) -> list[dict[str, Any]]:
    """The rows of a table as Excel holds them, by column; what is empty there is none here."""
    (table,) = (one for one in report.tables if one.key == key)
    values = excel_tables(write_excel(report, say), report)[key]
    keys = [column.key for column in table.columns]
    return [
        {name: None if cell == "—" else cell for name, cell in zip(keys, row, strict=True)} for row in values
    ]


@pytest.mark.parametrize("kind", list(ReportKind))
def test_both_files_hold_every_cell_of_the_report(
    made: Callable[[ReportKind], Report], kind: ReportKind
) -> None:
    report = made(kind)
    assert [section.kind for section in report.sections] == list(TEMPLATES[kind].sections)
    told, kept = word_tables(write_word(report, say)), excel_tables(write_excel(report, say), report)
    assert len(report.tables) >= 5
    assert sum(len(table.rows) for table in report.tables) > 200
    for table in report.tables:
        kinds = [column.kind for column in table.columns]
        printed = [
            [cell_words(cell, each) for cell, each in zip(row, kinds, strict=True)] for row in table.rows
        ]
        assert told[table.title] == printed, table.key
        for row, cells in zip(table.rows, kept[table.key], strict=True):
            for cell, found in zip(row, cells, strict=True):
                wanted = "—" if cell is None else guard_text(cell) if isinstance(cell, str) else cell
                shown = found.date() if isinstance(wanted, date) else "" if found is None else found
                exact = not isinstance(wanted, float)
                assert shown == (wanted if exact else pytest.approx(wanted, rel=1e-14)), (table.key, row)


def test_main_figures_are_those_of_the_cards(made: Callable[[ReportKind], Report], session: Session) -> None:
    measures = {
        say(f"measure.{one.code}.name"): one
        for one in figures.matter_measures(session, MatterQuestion(*MARCH))
    }
    rows = rows_of(made(ReportKind.MONTHLY), "figures") + rows_of(made(ReportKind.MONTHLY), "rates")
    assert set(measures) <= {row["measure"] for row in rows}
    for row in rows:
        if (one := measures.get(row["measure"])) is None:
            continue
        scale = 100 if "率" in row["measure"] else 1
        for name, value in (("now", one.value), ("before", one.before), ("year_before", one.year_before)):
            assert (None if row[name] is None else scale * row[name]) == pytest.approx(value), row
        assert row["n"] == one.n


def test_indicators_of_a_month_are_those_of_the_page_of_units(
    made: Callable[[ReportKind], Report], shared: Engine
) -> None:
    desk = PostgisStore(shared).units(COMMAND_LINE)
    league = desk.league(LeagueQuestion(QUARTER, read_period(ReportKind.MONTHLY, "2025-03").period))
    shown = {row.subject.name: row.figures for row in league.ranking.rows}
    report = made(ReportKind.MONTHLY)
    compared = compare(shown, rows_of(report, "indicators_1")) + compare(
        shown, rows_of(report, "indicators_2")
    )
    assert compared > 10
    missing = set(shown) - {
        row["unit_name"] for key in (1, 2) for row in rows_of(report, f"indicators_{key}")
    }
    assert all(figure.denominator == 0 for name in missing for figure in shown[name].figures)


def compare(shown: dict[str, SubjectFigures], rows: list[dict[str, Any]]) -> int:
    """How many rates and n were compared, all of them equal; no rate is told of too few."""
    compared = 0
    for row in rows:
        for code in CODES:
            figure = shown[row["unit_name"]].figure(code)
            if f"{code}.n" not in row or figure is None:
                continue
            assert row[f"{code}.n"] == figure.denominator
            untold = figure.standing in {Standing.TOO_FEW, Standing.NO_DATA}
            assert row[f"{code}.rate"] == (None if untold else pytest.approx(figure.rate, rel=1e-14))
            assert untold or figure.denominator >= 20
            compared += not untold
    return compared


def test_a_frozen_quarter_is_reported_as_it_was_frozen_whatever_came_later(
    copied: Callable[[], Engine], cities: Sequence[LittleCity], drop: Callable[[Engine], None]
) -> None:
    engine = copied()
    try:
        asked = read_period(ReportKind.QUARTERLY, str(QUARTER))
        with Session(engine) as session:
            live = gather(session, asked, say)
        assert say("reports.warning.live") in live.warnings
        ranking = freeze(engine, QUARTER)
        assert sum(row.rank is not None for row in ranking.rows) >= 2
        with Session(engine) as session:
            before = gather(session, asked, say)
        assert before.warnings == ()
        names = ("rank", "score", "previous_rank")
        expected = [
            (row.subject.name, row.rank, row.score and float(row.score), row.previous_rank)
            for row in ranking.rows
            if any(part.denominator for part in row.parts)
        ]
        rows = rows_of(before, "ranking")
        assert [(row["unit_name"], *(row[name] for name in names)) for row in rows] == expected
        notes = "".join(note for table in before.tables for note in table.notes)
        assert ranking.checksum
        assert ranking.checksum in notes
        late = {"unit_id": cities[-1].units[0], "is_repeat": True, "submissions": 50}
        with Session(engine) as session, session.begin():
            session.execute(
                update(models.Petition).where(models.Petition.purpose != "accusation").values(**late)
            )
        SUMS.make_if_stale(engine)
        with Session(engine) as session:
            after = gather(session, asked, say)
        for key in ("ranking", "indicators_1", "indicators_2"):
            assert rows_of(after, key) == rows_of(before, key)
        assert rows_of(after, "rates") != rows_of(before, "rates")
    finally:
        drop(engine)


def test_stock_and_flow_is_what_is_counted_one_by_one(
    made: Callable[[ReportKind], Report], cities: Sequence[LittleCity], session: Session
) -> None:
    whole, by_county = Counter(), Counter()  # type: ignore[var-annotated]
    since, until = MARCH
    for row in (row for city in cities for row in city.rows):
        if row["purpose"] == "accusation" or row["registered_on"] > until:
            continue
        settled = row["replied_on"] or row["closed_on"] or date.max
        was_open = row["registered_on"] < since <= settled
        is_new, still = row["registered_on"] >= since, settled > until
        place = row["county_id"] if row["place_status"] == "accepted" else None
        counted = {"opening": was_open, "new": is_new, "resolved": (was_open or is_new) and not still,
                   "closing": still}  # fmt: skip
        for name, holds in counted.items():
            whole[name] += holds
            by_county[place, name] += holds
    areas = {area.name: area.id for area in city_reads.areas(session, Level.COUNTY)}
    rows = rows_of(made(ReportKind.MONTHLY), "flow")
    assert len(rows) == 1 + len(areas)
    for row in rows:
        place = areas.get(row["area"])
        for name in ("opening", "new", "resolved", "closing"):
            expected = whole[name] if place is None else by_county[place, name]
            assert row[name] == expected, (row, name)
    assert rows[0]["closing"] > 100
    assert rows[0]["new"] == rows_of(made(ReportKind.MONTHLY), "categories")[0]["registered"]


def test_flows_of_months_add_up_to_their_quarter(session: Session, cities: Sequence[LittleCity]) -> None:
    whole = {one.area_id: one for one in flows(session, ReportKind.QUARTERLY, "2025Q1")}
    months = [
        {one.area_id: one for one in flows(session, ReportKind.MONTHLY, f"2025-0{n}")} for n in (1, 2, 3)
    ]
    for area_id, quarter in whole.items():
        held = [month[area_id] for month in months if area_id in month]
        for name in ("new", "resolved", "backlog_resolved"):
            assert sum(getattr(one, name) for one in held) == getattr(quarter, name)
        assert held[-1].closing == quarter.closing
    for earlier, later in pairwise(months):
        assert all(later[key].opening == one.closing for key, one in earlier.items())


def flows(session: Session, kind: ReportKind, asked: str) -> tuple[Any, ...]:
    return stock_flow(session, read_period(kind, asked).period, Level.COUNTY)


def test_clocks_are_those_of_the_clock_counts(made: Callable[[ReportKind], Report], session: Session) -> None:
    on = city_reads.today(session)
    areas = {area.id: area.name for area in city_reads.areas(session, Level.COUNTY)}
    counted = {areas[one.area_id or 0]: one for one in clocks.clock_counts(session, on, Level.COUNTY)}
    for row in rows_of(made(ReportKind.MONTHLY), "clocks_area")[1:]:
        one = counted.get(row["area"])
        for name in ("open", "overdue", "due_in_3", "due_in_7", "paused"):
            assert row[name] == (getattr(one, name) if one else 0)


def test_listings_are_those_of_the_wall_but_what_was_turned_down(
    made: Callable[[ReportKind], Report], session: Session
) -> None:
    shown = [one for one in listings.listings(session, QUARTER) if one.state is not ListingState.REJECTED]
    rows = rows_of(made(ReportKind.QUARTERLY), "listings")
    assert [(row["unit_name"], row["rank"], row["score"]) for row in rows] == [
        (one.unit_name, one.rank, one.score) for one in shown
    ]
    assert len(rows) == 2
    assert {row["reason"] for row in rows} == {"'=1+1"}


@pytest.mark.parametrize("kind", list(ReportKind))
def test_no_matter_and_nothing_below_townships_is_in_a_report(
    made: Callable[[ReportKind], Report], session: Session, kind: ReportKind
) -> None:
    report = made(kind)
    for body in (write_word(report, say), write_excel(report, say)):
        words = every_word(body)
        assert SEALED not in words
        assert say("reports.section.definitions") in words
        assert say("reports.stamp.internal") in words
    assert all(table.notes or table.key == "clocks_area" for table in report.tables)
    assert {line.name for line in report.definitions} >= {say("measure.open_matters.name")}
    assert all(line.words for line in report.definitions)


def test_text_of_a_city_can_neither_be_a_formula_nor_break_a_file(
    copied: Callable[[], Engine], cities: Sequence[LittleCity], drop: Callable[[Engine], None]
) -> None:
    hostile = ["=HYPERLINK(1)", "+1", "-1", "@x", "＝1", "<w:t>&amp;]]>", "'\"", "{0} {x} %s", "长" * 300]
    engine = copied()
    try:
        with Session(engine) as session, session.begin():
            for unit, name in zip([one.units[0] for one in cities[9:]], hostile, strict=False):
                session.execute(update(models.Unit).where(models.Unit.id == unit).values(name=name))
            for area, name in zip([one.counties[0] for one in cities[9:]], hostile, strict=False):
                session.execute(update(models.Area).where(models.Area.id == area).values(name=name))
            session.execute(insert(models.CitySetting).values(key="name", value="=cmd&<b>市"))
        with Session(engine) as session:
            report = gather(session, read_period(ReportKind.MONTHLY, "2025-03"), say)
        book = load_workbook(io.BytesIO(write_excel(report, say)))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert any(cell.value == "'=HYPERLINK(1)" for cell in cells)
        told = {
            cell for rows in word_tables(write_word(report, say)).values() for row in rows for cell in row
        }
        assert set(hostile) <= told
        assert all(len(sheet.title) <= 31 for sheet in book.worksheets)
    finally:
        drop(engine)


def test_what_counts_visits_says_so_before_any_number(
    copied: Callable[[], Engine], cities: Sequence[LittleCity], drop: Callable[[Engine], None]
) -> None:
    engine = copied()
    try:
        scheme = default_scheme()
        add_scheme(engine, COMMAND_LINE, name="含上访量", valid_from=date(2025, 1, 1), minimum_n=20,
                   content=scheme.content(), with_visits=True)  # fmt: skip
        SUMS.make_if_stale(engine)
        with Session(engine) as session:
            report = gather(session, read_period(ReportKind.QUARTERLY, "2025Q1"), say)
        warning = say("reports.warning.visits")
        paragraphs = [one.text for one in Document(io.BytesIO(write_word(report, say))).paragraphs]
        first_heading = paragraphs.index(next(one for one in paragraphs if one.startswith("一、")))
        assert warning in paragraphs[:first_heading]
        about = load_workbook(io.BytesIO(write_excel(report, say))).worksheets[0]
        assert warning in [row[0].value for row in about.iter_rows(max_row=9)]
    finally:
        drop(engine)


def test_a_word_file_is_laid_out_as_an_office_expects(made: Callable[[ReportKind], Report]) -> None:
    report = made(ReportKind.MONTHLY)
    body = write_word(report, say)
    document = Document(io.BytesIO(body))
    sizes = {(round(one.page_width.mm), round(one.page_height.mm)) for one in document.sections}
    assert sizes == {(210, 297), (297, 210)}
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert len(headings) == len(report.sections) + 1
    assert headings[0] == f"一、{report.sections[0].title}"
    for heads, table in zip(word_heads(body), report.tables, strict=False):
        count = 2 if has_groups(table) else 1
        assert heads == [True] * count + [False] * len(table.rows)
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(f"{{{W}}}eastAsia")
        for name in ("Normal", "Title", "Heading 1", "Report Table")
    }
    assert fonts == {"Normal": "仿宋", "Title": "方正小标宋简体", "Heading 1": "黑体", "Report Table": "宋体"}
    words = every_word(body)
    assert words.count("<w:altName") >= 4
    assert ">PAGE<" in words
    assert "内部资料" in document.sections[0].header.paragraphs[0].text


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_the_map_carries_source_review_number_and_stamp(
    made: Callable[[ReportKind], Report], shared: Engine
) -> None:
    (picture,) = (one.picture for one in made(ReportKind.WEEKLY).sections if one.picture)
    drawn = Image.open(io.BytesIO(picture.png)).convert("RGB")
    assert drawn.size == (picture.width_px, picture.height_px)
    assert len({drawn.getpixel((x, drawn.height // 3)) for x in range(0, drawn.width, 4)}) > 3
    for body in (write_word(made(ReportKind.WEEKLY), say), write_excel(made(ReportKind.WEEKLY), say)):
        words = every_word(body)
        for line in (*picture.lines, *picture.stamps, picture.alternative):
            assert line in words
        assert "审图号" in words
    assert picture.stamps == (say("reports.stamp.internal"), say("reports.stamp.synthetic"))


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_the_same_report_is_the_same_file_and_each_is_written_down(shared: Engine, suffix: str) -> None:
    asked = read_period(ReportKind.MONTHLY, "2025-03")
    first, second = (make_report(shared, COMMAND_LINE, asked, suffix, say) for _ in range(2))
    assert first == second
    rows = [row for row in audit_rows(shared) if row.action == "report.make"][-2:]
    assert [(row.facts["report"], row.facts["form"], row.facts["until"]) for row in rows] == [
        ("monthly", suffix[1:], "2025-03-31")
    ] * 2


@pytest.mark.parametrize("role", [Role.LEADER, Role.APPROVER])
def test_a_leader_makes_the_same_file_as_the_command_line(
    shared: Engine,
    sign_in: Callable[..., Principal],
    login_as: Callable[[Engine, str], Engine],
    role: Role,
) -> None:
    asked, reader = read_period(ReportKind.QUARTERLY, str(QUARTER)), sign_in(shared, role)
    own = make_report(login_as(shared, SERVER), reader, asked, ".docx", say)
    assert own == make_report(shared, COMMAND_LINE, asked, ".docx", say)
