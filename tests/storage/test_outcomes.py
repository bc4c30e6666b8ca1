"""Outcomes of imports: opening one leaves a row in the audit, and none quotes an accusation."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from data.access.roles import SERVER
from data.store import PostgisStore
from data.worker import import_upload
from data.writes import jobs
from grid.principals import Role
from grid.refusals import Refused
from layers.words import say as zh
from tests.storage.petition_files import FULL, PETITIONS, line, rows
from tests.storage.written_audit import audit_rows

SECRET = "JJ-2026-密-77"  # noqa: S105


@pytest.fixture
def open_desk(small_city: Engine, sign_in, login_as) -> Callable[[Role], object]:
    """A desk of imports on the server's login."""
    server = login_as(small_city, SERVER)
    yield lambda role: PostgisStore(server).imports(sign_in(small_city, role))
    server.dispose()


def say(key: str, **facts: object) -> str:
    return " ".join([key[-20:].replace("/", " "), *map(str, facts.values())])


def opened(engine: Engine) -> list[tuple[str, str, str, dict[str, object]]]:
    asked = {"import.report", "import.outcome"}
    return [(r.action, r.subject, r.role, r.facts) for r in audit_rows(engine) if r.action in asked]


def test_each_opening_of_an_outcome_is_audited(take_in, write_csv, small_city, open_desk):
    batch = take_in(
        PETITIONS, write_csv([FULL, line("A1", 责任单位="无此局"), line("A2", 登记日期="不详")])
    ).batch_id
    desk = open_desk(Role.CLERK)
    report = desk.report(batch)
    book = load_workbook(io.BytesIO(desk.outcome(batch, say)))
    count = len(report.findings)
    assert count > 1
    assert book.active.max_row == count + 1
    facts = {"batch": batch, "count": count}
    assert opened(small_city) == [
        ("import.report", "import", "clerk", facts),
        ("import.outcome", "import", "clerk", facts),
    ]
    for ask in (lambda: desk.report(999), lambda: desk.outcome(999, say)):
        with pytest.raises(Refused, match="batch_unknown"):
            ask()
    assert len(opened(small_city)) == 2


def test_without_its_audit_row_no_outcome_is_answered(take_in, write_csv, small_city, open_desk, login_as):
    batch = take_in(PETITIONS, write_csv([FULL, line("A1", 责任单位="无此局")])).batch_id
    desk = open_desk(Role.CLERK)
    root = login_as(small_city, "postgres")
    with root.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit ADD CHECK (action NOT LIKE 'import.%%') NOT VALID")
    root.dispose()
    for ask in (lambda: desk.report(batch), lambda: desk.outcome(batch, say)):
        with pytest.raises(IntegrityError, match="audit_action_check"):
            ask()


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        ("a bad day", [line(SECRET, 信访目的="检举控告", 登记日期=SECRET)]),
        ("a bad word", [line(SECRET, 信访目的="检举控告", 信访形式=SECRET)]),
        ("a restored number", [line('\'="990101001"', 信访目的="检举控告", 登记日期="990101001")]),
        ("the same twice", [line(SECRET, 信访目的="检举控告")] * 2),
        (
            "twice with a difference",
            [line(SECRET, 信访目的="检举控告"), line(SECRET, 信访目的="检举控告", 人数="9")],
        ),
        ("also as a claim", [line(SECRET, 信访目的="检举控告"), line(SECRET)]),
        ("also as a claim, the other way", [line(SECRET), line(SECRET, 信访目的="检举控告")]),
        ("a purpose unsaid", [line(SECRET, 信访目的="", 登记日期=SECRET)]),
        ("a purpose unknown", [line(SECRET, 信访目的="检举类", 登记日期=SECRET)]),
    ],
)
def test_no_finding_quotes_an_accusation(take_in, write_csv, small_city, case, lines):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", 登记日期="无此日"), *lines]))
    stored = rows(small_city, "SELECT row, original, facts::text FROM import_finding ORDER BY row")
    assert [row for row in stored if SECRET in str(row) or "990101001" in str(row)] == []
    assert {finding.row for finding in report.findings} > {2}, "the finding itself is there"
    assert any(original == "无此日" for _, original, _ in stored), "and others go on quoting"
    if case == "a purpose unknown":
        assert any(original == "检举类" for _, original, _ in stored), "it can be put right"


def mended(desk, batch):
    """Return the rows to mend as their owner opens them: the header and the rows below it."""
    book = load_workbook(io.BytesIO(desk.rows_to_mend(batch, zh)))
    header, *below = book.active.iter_rows(values_only=True)
    return list(header), [dict(zip(header, row, strict=True)) for row in below]


def test_rows_to_mend_come_back_as_they_were_with_what_is_wrong(take_in, write_csv, small_city, open_desk):
    header = [*FULL, "姓名", "自定义列"]
    bad = [*line("A1", 登记日期="三月", 责任单位="=1+1"), "王某某", "自用"]
    good = [*line("A2"), "李某某", "自用"]
    batch = take_in(PETITIONS, write_csv([header, bad, good])).batch_id
    headers, (row,) = mended(open_desk(Role.CLERK), batch)
    assert headers[: len(FULL)] == FULL, "in the file's order"
    assert "姓名" not in headers
    assert (row["信访件编号"], row["登记日期"], row["原表行号"]) == ("A1", "三月", 2)
    assert row["责任单位"] == "'=1+1", "no cell is a formula"
    assert "登记日期：" in row["需要修改的原因"]
    assert row["处理结果"] == "未收"


def test_mended_rows_are_imported_as_they_come_back(take_in, write_csv, small_city, open_desk, tmp_path):
    """What a person has to do is mend the cells; the added columns are nobody's field."""
    batch = take_in(PETITIONS, write_csv([FULL, line("A1", 登记日期="三月")])).batch_id
    book = load_workbook(io.BytesIO(open_desk(Role.CLERK).rows_to_mend(batch, zh)))
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["登记日期"]).value = "2026-01-05"
    path = tmp_path / "mended.xlsx"
    book.save(path)
    report = take_in(PETITIONS, path)
    assert (report.rows, report.refused, report.figures["inserted"]) == (1, 0, 1)


def test_rows_to_mend_hold_no_accusation_and_nothing_personal(take_in, write_csv, small_city, open_desk):
    phone = "13800138000"
    batch = take_in(
        PETITIONS,
        write_csv(
            [
                FULL,
                line(SECRET, 信访目的="检举控告", 登记日期="三月", 问题属地=SECRET),
                line("A1", 登记日期="三月", 问题属地=f"溪口村 {phone}"),
            ]
        ),
    ).batch_id
    _, kept = mended(open_desk(Role.CLERK), batch)
    assert [row["信访件编号"] for row in kept] == ["A1"]
    assert phone not in str(kept)
    assert SECRET not in str(kept)


def test_conflicts_are_read_side_by_side_in_the_files_order(take_in, write_csv, small_city, open_desk):
    batch = take_in(
        PETITIONS, write_csv([FULL, line("A1", 人数="1"), line("A2"), line("A1", 人数="8")])
    ).batch_id
    desk = open_desk(Role.CLERK)
    (conflict,) = desk.conflicts(batch)
    assert [row for row, _ in conflict.rows] == [2, 4]
    first, second = (cells for _, cells in conflict.rows)
    assert {header for header in first if first[header] != second.get(header)} == {"人数"}
    said = [header for header in FULL if header in first]
    assert [header for header in first if header in FULL] == said
    assert conflict.settled is None
    desk.settle(batch, 4)
    (conflict,) = desk.conflicts(batch)
    assert conflict.settled == 4


def test_reading_rows_to_mend_is_audited_and_a_clerks_alone(take_in, write_csv, small_city, open_desk):
    batch = take_in(PETITIONS, write_csv([FULL, line("A1", 登记日期="三月")])).batch_id
    open_desk(Role.CLERK).rows_to_mend(batch, say)
    (row,) = [r for r in audit_rows(small_city) if r.action == "import.rows"]
    assert row.facts == {"batch": batch, "count": 1}
    with pytest.raises(Refused, match="batch_unknown"):
        open_desk(Role.CLERK).rows_to_mend(999, say)
    with pytest.raises(Refused, match="not_allowed"):
        open_desk(Role.LEADER).rows_to_mend(batch, say)


def cancel(engine, desk, job):
    desk.cancel(job)
    with engine.connect() as connection:
        assert jobs.claim_next(connection) is None


def lose_upload(engine, desk, job):
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM upload"))
    with engine.connect() as connection:
        claim = jobs.claim_next(connection)
        with pytest.raises(Refused, match="upload_gone") as refused:
            import_upload(engine, claim, None)
        jobs.end_failed(connection, claim, refused.value)


def abandon(engine, desk, job):
    for _ in range(jobs.MOST_ATTEMPTS):
        with engine.connect() as connection:
            jobs.claim_next(connection)
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
            connection.commit()
            jobs.recover_abandoned(connection)


@pytest.mark.parametrize("end", [cancel, lose_upload, abandon])
def test_a_conflict_is_open_again_where_its_import_fails(take_in, write_csv, small_city, open_desk, end):
    """Nothing is lost: the row that was to hold can be chosen once more, and so can another."""
    batch = take_in(PETITIONS, write_csv([FULL, line("A1", 人数="1"), line("A1", 人数="8")])).batch_id
    desk = open_desk(Role.CLERK)
    job = desk.settle(batch, 2)
    end(small_city, desk, job)
    assert desk.job(job).state in {"cancelled", "failed"}
    assert rows(small_city, "SELECT row, state FROM import_row ORDER BY 1") == [
        (2, "quarantined"), (3, "quarantined")
    ]  # fmt: skip
    assert desk.conflicts(batch)[0].settled is None
    desk.settle(batch, 3)
    assert desk.conflicts(batch)[0].settled == 3
