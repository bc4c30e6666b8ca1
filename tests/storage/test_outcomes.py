"""Outcomes of imports: opening one leaves a row in the audit, and none quotes an accusation."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from data.access.roles import SERVER
from data.store import PostgisStore
from grid.principals import Role
from grid.refusals import Refused
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
