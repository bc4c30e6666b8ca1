"""Steps of a matter's handling and extensions of its term: read by name, in order, and kept as events."""

from __future__ import annotations

from datetime import date

import pytest

from data.intake.matters.steps import UNSAID
from grid.findings import Severity
from tests.storage.petition_files import FULL, ID_NUMBER, PETITIONS, PHONE, kept, line, refused, rows

STEPS = {
    "收到日期": "2026-01-04",
    "转送交办日期": "2026-01-06",
    "单位收到日期": "2026-01-07",
    "受理告知日期": "2026-01-12",
    "答复日期": "2026-03-20",
    "评价日期": "2026-04-01",
    "再次信访日期": "2026-05-01",
    "交办层级": "省级",
    "化解日期": "2026-06-01",
    "阅批日期": "2026-01-05",
}
EXTENSION = {
    "延期天数": "15",
    "延期日期": "2026-03-01",
    "延期批准人": "分管副县长",
    "延期理由": "需委托鉴定",
}
KEPT = """
SELECT received_on, forwarded_on, unit_received_on, noticed_on, replied_on, evaluated_on, resubmitted_on,
  backlog_tier, backlog_resolved_on, head_read_on FROM petition ORDER BY matter_no
"""
EVENTS = """
SELECT p.matter_no, e.kind, e.on_day, e.days, e.approver, e.reason FROM clock_event e
JOIN petition p ON p.id = e.petition_id ORDER BY 1, 3
"""
DAYS = (
    date(2026, 1, 4), date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 12), date(2026, 3, 20),
    date(2026, 4, 1), date(2026, 5, 1), "province", date(2026, 6, 1), date(2026, 1, 5),
)  # fmt: skip


def codes(report):
    """Return the codes of all findings that concern a row, with row and column."""
    return {(f.code, f.row, f.column) for f in report.findings if f.row}


def test_every_step_is_kept_and_the_extension_lengthens_the_term(take_in, write_csv, small_city):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", **STEPS, **EXTENSION), line("A2")]))
    assert (report.accepted, report.review, report.refused) == (2, 0, 0)
    assert rows(small_city, KEPT) == [DAYS, (None,) * len(DAYS)]
    assert rows(small_city, EVENTS) == [("A1", "extended", date(2026, 3, 1), 15, "分管副县长", "需委托鉴定")]
    due = "SELECT due_on, notice_due_on FROM petition ORDER BY matter_no"
    assert rows(small_city, due) == [
        (date(2026, 3, 26), date(2026, 1, 22)),
        (date(2026, 3, 11), date(2026, 1, 20)),
    ]


@pytest.mark.parametrize(
    "written",
    ["2026-01-12", "2026/1/12", "2026年1月12日", "2026.01.12", "20260112", "46034", " 2026-01-12 10:30:00"],
)
def test_a_day_is_read_however_it_is_written(take_in, write_csv, small_city, written):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", 受理告知日期=written)]))
    assert report.refused == 0
    assert rows(small_city, "SELECT noticed_on FROM petition") == [(date(2026, 1, 12),)]


@pytest.mark.parametrize(
    "wrong",
    [
        ("转送交办日期", "2026-01-03", "收到日期"),
        ("转送交办日期", "2026-01-04", "登记日期"),
        ("单位收到日期", "2026-01-05", "转送交办日期"),
        ("受理日期", "2026-01-06", "单位收到日期"),
        ("受理告知日期", "2026-01-09", "受理日期"),
        ("延期日期", "2026-01-09", "受理日期"),
        ("评价日期", "2026-03-19", "答复日期"),
        ("再次信访日期", "2026-01-04", "登记日期"),
        ("化解日期", "2026-01-04", "登记日期"),
        ("阅批日期", "2026-01-03", "收到日期"),
    ],
)
def test_a_day_before_one_that_it_follows_is_refused_by_both_names(take_in, write_csv, small_city, wrong):
    later, day, earlier = wrong
    report = take_in(
        PETITIONS, write_csv([FULL, line("A1", **{**STEPS, **EXTENSION, later: day}), line("A2")])
    )
    found = {
        (f.column, f.facts["earlier"])
        for f in report.findings
        if f.code == "dates_out_of_order" and f.row == 2
    }
    assert (later, earlier) in found
    assert refused(report) == {2: "dates_out_of_order"}
    assert rows(small_city, "SELECT matter_no FROM petition") == [("A2",)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"受理告知日期": "2026-02-30"}, "date_unreadable"),
        ({"阅批日期": "2099-01-01"}, "date_in_future"),
        ({"评价日期": "2026年4月"}, "date_incomplete"),
        ({"交办层级": "县"}, "value_unknown"),
        ({"延期天数": "31"}, "extension_too_long"),
        ({**EXTENSION, "延期天数": "3650"}, "extension_too_long"),
        ({**EXTENSION, "延期理由": "长" * 301}, "text_too_long"),
        ({**EXTENSION, "延期批准人": "长" * 61}, "text_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(take_in, write_csv, small_city, said, code):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", **said), line("A2")]))
    assert refused(report) == {2: code}
    assert rows(small_city, EVENTS) == []


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ({"延期天数": "15"}, (date(2026, 1, 10), UNSAID, UNSAID)),
        ({**EXTENSION, "延期批准人": ""}, (date(2026, 3, 1), UNSAID, "需委托鉴定")),
        ({**EXTENSION, "延期理由": " "}, (date(2026, 3, 1), "分管副县长", UNSAID)),
        ({**EXTENSION, "延期日期": ""}, (date(2026, 1, 10), "分管副县长", "需委托鉴定")),
        ({**EXTENSION, "延期日期": "", "受理日期": ""}, (date(2026, 1, 5), "分管副县长", "需委托鉴定")),
    ],
)
def test_what_a_source_leaves_unsaid_of_an_extension_is_said_and_not_lost(
    take_in, write_csv, small_city, said, event
):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", **said)]))
    assert codes(report) == {("extension_unsaid", 2, "延期天数")}
    assert report.review == 1
    day, approver, reason = event
    assert rows(small_city, EVENTS) == [("A1", "extended", day, 15, approver, reason)]


def test_an_extension_without_days_is_asked_about_and_not_counted(take_in, write_csv, small_city):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", **{**EXTENSION, "延期天数": ""})]))
    assert codes(report) == {("extension_without_days", 2, "延期日期")}
    assert rows(small_city, EVENTS) == []
    assert rows(small_city, "SELECT due_on FROM petition") == [(date(2026, 3, 11),)]


def test_personal_numbers_in_an_extension_are_blanked(take_in, write_csv, small_city):
    told = {**EXTENSION, "延期理由": f"联系 {PHONE} 等待鉴定 {ID_NUMBER}", "延期批准人": f"副县长{PHONE}"}
    # Even where most rows hold such numbers, the reason is read row by row and not dropped as a column.
    report = take_in(PETITIONS, write_csv([FULL, *(line(f"A{n}", **told) for n in range(4))]))
    assert PHONE not in kept(small_city) + str(report) + str(rows(small_city, EVENTS))
    assert ID_NUMBER not in kept(small_city) + str(report) + str(rows(small_city, EVENTS))
    assert {row[5] for row in rows(small_city, EVENTS)} == {"联系 *** 等待鉴定 ***"}
    notes = [f for f in report.findings if f.code == "extension_redacted"]
    assert {f.severity for f in notes} == {Severity.NOTE}
    assert "延期理由" in {f.column for f in notes}


def test_an_accusation_has_no_step_that_could_point_to_a_unit(take_in, write_csv, small_city):
    accused = line("A1", 信访目的="检举控告", **STEPS, **EXTENSION)
    bad = line("A2", 信访目的="检举控告", 延期天数="365", 交办层级="县", 单位收到日期="2020-01-01")
    report = take_in(PETITIONS, write_csv([FULL, accused, bad]))
    assert (report.accepted, report.findings) == (2, ())
    nothing = (*[None] * 4, date(2026, 3, 20), *[None] * 5)
    assert rows(small_city, KEPT)[0] == nothing
    assert rows(small_city, EVENTS) == []


def test_a_claim_that_turns_out_an_accusation_loses_its_events(take_in, write_csv, small_city):
    take_in(PETITIONS, write_csv([FULL, line("A1", **STEPS, **EXTENSION)]))
    with small_city.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO clock_event (petition_id, kind, on_day, principal)"
            " SELECT id, 'explained', '2026-05-02', 'somebody' FROM petition"
        )
    take_in(PETITIONS, write_csv([FULL, line("A1", 信访目的="检举控告", **STEPS, **EXTENSION)]))
    assert rows(small_city, EVENTS) == []
    assert rows(small_city, "SELECT count(*) FROM open_clock") == [(0,)]
    assert rows(small_city, KEPT)[0][:4] == (None,) * 4


@pytest.mark.parametrize("header", [*STEPS, *EXTENSION])
def test_a_change_of_one_column_alone_updates_the_matter(take_in, write_csv, small_city, header):
    told = {**STEPS, **EXTENSION}
    other = {"交办层级": "国家", "延期天数": "20", "延期批准人": "县长", "延期理由": "另一理由"}
    # A later day of each, in order still.
    later = {
        "收到日期": "2026-01-05",
        "转送交办日期": "2026-01-07",
        "单位收到日期": "2026-01-08",
        "受理告知日期": "2026-01-13",
        "答复日期": "2026-03-21",
        "阅批日期": "2026-01-06",
    }
    changed = other.get(header) or later.get(header) or told[header].replace("-01", "-02")
    assert changed != told[header]
    take_in(PETITIONS, write_csv([FULL, line("A1", **told), line("A2", **told)]))
    before = rows(small_city, KEPT), rows(small_city, EVENTS)
    report = take_in(
        PETITIONS, write_csv([FULL, line("A1", **{**told, header: changed}), line("A2", **told)])
    )
    assert (report.figures["updated"], report.figures["unchanged"]) == (1, 1)
    after = rows(small_city, KEPT), rows(small_city, EVENTS)
    assert after != before
    assert [part[1] for part in after] == [part[1] for part in before]
    assert len(after[1]) == 2


def test_the_same_matters_in_another_file_change_nothing(take_in, write_csv, small_city):
    told = [line("A1", **STEPS, **EXTENSION), line("A2", 延期天数="7"), line("A3")]
    take_in(PETITIONS, write_csv([FULL, *told]))
    before = (
        rows(small_city, "SELECT id, batch_id, changed FROM petition ORDER BY 1"),
        rows(small_city, EVENTS),
    )
    report = take_in(PETITIONS, write_csv([FULL, *reversed(told)]))
    assert (report.figures["updated"], report.figures["unchanged"]) == (0, 3)
    after = (
        rows(small_city, "SELECT id, batch_id, changed FROM petition ORDER BY 1"),
        rows(small_city, EVENTS),
    )
    assert after == before


def test_an_extension_taken_back_is_gone_and_one_entered_here_stays(take_in, write_csv, small_city):
    take_in(PETITIONS, write_csv([FULL, line("A1", **EXTENSION)]))
    with small_city.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO clock_event (petition_id, kind, on_day, days, approver, reason, principal)"
            " SELECT id, 'extended', '2026-03-03', 5, '局长', '补充鉴定', 'somebody' FROM petition"
        )
    take_in(PETITIONS, write_csv([FULL, line("A1")]))
    assert rows(small_city, EVENTS) == [("A1", "extended", date(2026, 3, 3), 5, "局长", "补充鉴定")]
    assert rows(small_city, "SELECT due_on FROM petition") == [(date(2026, 3, 16),)]


def test_a_notice_stands_for_the_acceptance_only_where_no_column_tells_it(take_in, write_csv, small_city):
    head = [name for name in FULL if name != "受理日期"]
    told = dict(zip(FULL, line("A1", 受理告知日期="2026-01-12"), strict=True))
    report = take_in(PETITIONS, write_csv([head, [told[name] for name in head]]))
    assert [(f.code, f.column) for f in report.findings if f.code == "accepted_by_notice"] == [
        ("accepted_by_notice", "受理告知日期")
    ]
    both = "SELECT accepted_on, noticed_on FROM petition ORDER BY matter_no"
    assert rows(small_city, both) == [(date(2026, 1, 12), date(2026, 1, 12))]
    take_in(PETITIONS, write_csv([FULL, line("A2", 受理日期="", 受理告知日期="2026-01-12")]))
    assert rows(small_city, both)[1] == (None, date(2026, 1, 12))


def test_columns_that_only_sound_alike_are_not_taken_for_steps(take_in, write_csv, small_city):
    strange = ["告知方式", "阅批意见", "延期次数上限", "化解责任人电话", "收到材料份数"]
    told = [*line("A1"), "短信", "已阅", "2", PHONE, "3"]
    report = take_in(PETITIONS, write_csv([[*FULL, *strange], told]))
    assert report.refused == 0
    assert rows(small_city, KEPT) == [(None,) * len(DAYS)]
    assert PHONE not in kept(small_city)
