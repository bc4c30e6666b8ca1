"""Files of plans and versions of the formula: whole, noted when they leave, for planners and approvers."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from docx import Document
from sqlalchemy import Engine, text

from grid.principals import Principal
from grid.refusals import Refused
from grid.workloads import Weights
from layers.words import say
from tests.storage.planned_city import Planned, plan_city
from tests.storage.written_audit import audit_rows


@pytest.fixture
def planned(
    engine: Engine, login_as: Callable[[Engine, str], Engine], sign_in: Callable[..., Principal]
) -> Planned:
    return plan_city(engine, sign_in, login_as)


def _cells(body: bytes, sheet: int = 0) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[sheet].iter_rows(values_only=True))


def _actions(planned: Planned) -> list[str]:
    return [row.action for row in audit_rows(planned.importer)]


def test_an_annex_says_since_when_and_who_approved_and_leaves_a_trace(planned: Planned) -> None:
    proposal, day = planned.proposal(), planned.today + timedelta(days=3)
    before = _cells(planned.desk("planner").annex_file(proposal.id, "xlsx", say))
    assert "待审" in str(before[1][0])
    planned.desk("approver").publish(proposal.id, proposal.version, day)
    body = planned.desk("approver").annex_file(proposal.id, "xlsx", say)
    title, note, head, *rows = _cells(body)
    assert title[0] == "草案（共20件）"
    assert day.isoformat() in str(note[0])
    assert "批准：" in str(note[0])
    assert head == ("序号", "包片领导", "职务", "责任单位", "方式", "积案数（件）", "备注")
    assert [row[4] for row in rows] == ["包片"] * len(rows)
    word = Document(io.BytesIO(planned.desk("planner").annex_file(proposal.id, "docx", say)))
    assert [cell.text for cell in word.tables[0].rows[0].cells] == list(head)
    assert _actions(planned).count("plan.export") == 3


def test_a_handover_list_is_against_the_plan_before(planned: Planned) -> None:
    desk, proposal = planned.desk("planner"), planned.proposal()
    found = desk.handover(proposal.id)
    names = [one.unit.name for one in found.units]
    units, leaders = (_cells(desk.handover_file(proposal.id, say), sheet) for sheet in (0, 1))
    assert [row[1] for row in units[3:-1]] == names != []
    assert units[-1][4] == found.measures.cases
    assert len(leaders) == 3 + len(found.leaders)
    planned.desk("approver").publish(proposal.id, proposal.version, planned.today + timedelta(days=3))
    assert desk.handover(proposal.id) == found, "against what it takes the place of"


def test_the_first_plan_of_all_hands_nothing_over(planned: Planned) -> None:
    with planned.importer.connect() as connection:
        first = connection.execute(
            text("SELECT id FROM coverage_plan ORDER BY valid_from LIMIT 1")
        ).scalar_one()
    with pytest.raises(Refused, match="handover_nothing_before"):
        planned.desk("planner").handover(first)
    before = len(_actions(planned))
    with pytest.raises(Refused, match="handover_nothing_before"):
        planned.desk("planner").handover_file(first, say)
    assert len(_actions(planned)) == before, "what was refused did not leave"


@pytest.mark.parametrize("plan_id", [0, -1, 999, 2**63, 10**30])
def test_an_unknown_plan_has_no_files(planned: Planned, plan_id: int) -> None:
    desk = planned.desk("planner")
    for ask in (
        desk.handover,
        lambda one: desk.annex_file(one, "docx", say),
        lambda one: desk.handover_file(one, say),
    ):
        with pytest.raises(Refused, match="plan_unknown"):
            ask(plan_id)
    with pytest.raises(Refused, match="annex_suffix"):
        desk.annex_file(planned.in_force, "pdf", say)


def test_formulas_are_added_and_never_changed(planned: Planned) -> None:
    desk = planned.desk("planner")
    before = desk.formulas()
    assert [one.version for one in before] == [2, 1]
    made = desk.add_formula("  兼顾  超期 ", Weights(1, 0, 3, 0, 0))
    assert (made.version, made.name) == (3, "兼顾 超期")
    assert desk.formulas() == (made, *before)
    with pytest.raises(Refused, match="formula_exists"):
        desk.add_formula("又一版", Weights(1, 0, 3, 0, 0))
    draft = planned.draft()
    book = desk.plan_book(draft.id)
    assert book.weights == Weights(cases=1)
    with pytest.raises(Exception, match="permission denied"), planned.server.begin() as connection:
        connection.execute(text("UPDATE workload_formula SET cases = 2"))


@pytest.mark.parametrize(
    ("name", "weights", "code"),
    [
        ("x", Weights(), "formula_weights"),
        ("x", Weights(cases=-1, open=2), "formula_weights"),
        ("x", Weights(cases=101), "formula_weights"),
        ("x", Weights(cases=True), "formula_weights"),
        ("x", Weights(cases=1.5), "formula_weights"),  # type: ignore[arg-type]
        (" ", Weights(cases=2), "plan_name_missing"),
        ("长" * 61, Weights(cases=2), "plan_name_long"),
        ("a\x00", Weights(cases=2), "plan_name_unprintable"),
    ],
)
def test_what_weighs_nothing_or_too_much_is_refused(
    planned: Planned, name: str, weights: Weights, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        planned.desk("planner").add_formula(name, weights)
    assert len(planned.desk("planner").formulas()) == 2


@pytest.mark.parametrize("who", ["approver", "leader"])
def test_who_is_no_planner_adds_no_formula(planned: Planned, who: str) -> None:
    with pytest.raises(Refused):
        planned.desk(who).add_formula("x", Weights(cases=2))
    assert len(planned.desk("planner").formulas()) == 2


def test_a_desk_weighs_every_book_by_the_version_that_is_asked_for(planned: Planned) -> None:
    desk = planned.desk("planner")
    weighed = desk.weighed(2)
    assert weighed.plan_book(planned.in_force).weights == Weights(0, 1, 2, 1, 0)
    assert desk.plan_book(planned.in_force).weights == Weights(cases=1)
    draft = weighed.plan_book(planned.draft().id).plan
    assert desk.plan_book(desk.save_draft(draft).id).weights == Weights(0, 1, 2, 1, 0), "saved with the draft"
    for version in (99, 2**40, 2**62):
        with pytest.raises(Refused, match="plan_formula_unknown"):
            desk.weighed(version).plan_book(planned.in_force)
