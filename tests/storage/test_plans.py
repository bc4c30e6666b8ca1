"""Coverage plans in PostGIS: read whole, drafts under an optimistic lock, published plans out of reach."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from data import models
from data.reads.coverage import drafts, plan_book, published_book
from data.sessions import reading
from data.writes.plans import discard_draft, save_draft
from grid.coverage import CoverageBook, CoveragePlan, Leader, PlanState, UnitKind
from grid.planning import Edit, EditKind, apply_edits
from grid.principals import PLANNER
from grid.refusals import Refused
from tests.storage.published_plans import DAY, draft, make_city, marks, published
from tests.storage.written_audit import audit_rows


@pytest.fixture(scope="module")
def city(module_engine: Engine) -> Engine:
    """The city of ``make_city``."""
    return make_city(module_engine)


def _book(engine: Engine, plan_id: int) -> CoverageBook:
    with reading(engine, PLANNER) as session:
        return plan_book(session, plan_id)


def _discard(engine: Engine, plan: CoveragePlan) -> None:
    discard_draft(engine, PLANNER, plan.id, plan.version)


def _code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_plan_is_read_whole_in_the_order_of_its_source(city: Engine) -> None:
    book = published(city)
    assert book.plan.name == "现方案"
    assert [unit.name for unit in book.units] == ["县1", "县0", "县2", "市住建局"]
    assert [unit.kind for unit in book.units][-1] is UnitKind.DEPARTMENT
    assert book.leaders == (
        Leader(book.leaders[0].id, "副市长1", None),
        Leader(book.leaders[1].id, "副市长0", None),
    )
    assert [one.cases for one in book.plan.assignments] == [44, 7, 9, None]
    assert book.plan.assignments[2].leader_id is None


def test_borders_are_between_units_smaller_id_first(city: Engine) -> None:
    book = published(city)
    ids = {unit.name: unit.id for unit in book.units}
    assert book.borders == {(ids["县0"], ids["县1"]), (ids["县1"], ids["县2"])}
    assert all(one < other for one, other in book.borders)


@pytest.mark.parametrize(
    ("on", "name"), [(date(2025, 1, 1), "旧方案"), (date(2026, 5, 31), "旧方案"), (DAY, "现方案")]
)
def test_who_covers_on_a_day_is_exact(city: Engine, on: date, name: str) -> None:
    assert published(city, on).plan.name == name


def test_before_the_first_plan_there_is_none(city: Engine) -> None:
    with reading(city, PLANNER) as session:
        assert published_book(session, date(2024, 12, 31)) is None


def test_an_unknown_plan_is_refused(city: Engine) -> None:
    with pytest.raises(Refused) as refused:
        _book(city, 10**6)
    assert _code(refused) == "plan_unknown"


def test_a_draft_is_saved_read_back_and_discarded_with_audit_and_no_new_version(city: Engine) -> None:
    base = published(city)
    version, audits = marks(city)
    saved = save_draft(city, PLANNER, draft(base, "草案一"))
    assert (saved.version, saved.base_id) == (1, base.plan.id)
    assert marks(city) == (version, audits + 1)
    assert _book(city, saved.id).plan == saved
    audit = audit_rows(city)[-1]
    assert (audit.action, audit.principal) == ("plan.save", PLANNER.id)
    assert audit.facts == {"name": "草案一", "saved": {"id": saved.id, "version": 1}}
    again = save_draft(city, PLANNER, replace(saved, name="草案二"))
    assert (again.id, again.version) == (saved.id, 2)
    with reading(city, PLANNER) as session:
        assert drafts(session)[0] == again
    _discard(city, again)
    assert marks(city) == (version, audits + 3)
    with reading(city, PLANNER) as session:
        assert saved.id not in {plan.id for plan in drafts(session)}


def test_a_draft_never_changes_the_published_plan(city: Engine) -> None:
    before = published(city)
    saved = save_draft(city, PLANNER, draft(before))
    assert published(city) == before
    for attempt in (
        lambda: save_draft(city, PLANNER, replace(before.plan, state=PlanState.DRAFT)),
        lambda: save_draft(city, PLANNER, before.plan),
        lambda: _discard(city, before.plan),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert _code(refused) == "plan_not_draft"
    assert published(city) == before
    _discard(city, saved)


def test_a_leader_who_gave_everything_away_stays_in_the_drafts_book(city: Engine) -> None:
    base = published(city)
    everything = [Edit(EditKind.GIVE, unit.id, base.leaders[0].id) for unit in base.units]
    plan = replace(apply_edits(base, everything).plan, id=0, state=PlanState.DRAFT, base_id=base.plan.id)
    saved = save_draft(city, PLANNER, plan)
    book = _book(city, saved.id)
    assert (book.leaders, book.units, book.borders) == (base.leaders, base.units, base.borders)
    _discard(city, saved)


def test_of_two_savers_the_second_is_told(city: Engine) -> None:
    saved = save_draft(city, PLANNER, draft(published(city)))
    first = save_draft(city, PLANNER, replace(saved, name="甲"))
    before = marks(city)
    with pytest.raises(Refused) as refused:
        save_draft(city, PLANNER, replace(saved, name="乙", assignments=()))
    assert _code(refused) == "plan_changed_meanwhile"
    assert _book(city, saved.id).plan == first
    with pytest.raises(Refused) as refused:
        _discard(city, saved)
    assert _code(refused) == "plan_changed_meanwhile"
    assert marks(city) == before, "what is refused leaves no trace"
    _discard(city, first)


def test_of_eight_savers_at_once_exactly_one_wins(city: Engine) -> None:
    saved = save_draft(city, PLANNER, draft(published(city)))
    start, outcomes = threading.Barrier(8), []

    def attempt(n: int) -> None:
        start.wait()
        try:
            outcomes.append(save_draft(city, PLANNER, replace(saved, name=f"第{n}人")).name)
        except Refused as refused:
            outcomes.append(refused.code)

    savers = [threading.Thread(target=attempt, args=(n,)) for n in range(8)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    winners = [outcome for outcome in outcomes if outcome != "plan_changed_meanwhile"]
    assert len(winners) == 1
    assert _book(city, saved.id).plan == replace(saved, name=winners[0], version=2)
    _discard(city, replace(saved, version=2))


def test_a_discarded_draft_is_gone_for_its_other_editor(city: Engine) -> None:
    saved = save_draft(city, PLANNER, draft(published(city)))
    _discard(city, saved)
    for attempt in (lambda: save_draft(city, PLANNER, saved), lambda: _discard(city, saved)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert _code(refused) == "plan_unknown"
    with Session(city) as session:
        left = select(func.count()).where(models.Assignment.plan_id == saved.id)
        assert session.scalar(left) == 0


def test_a_draft_on_a_plan_that_never_was_is_refused(city: Engine) -> None:
    with pytest.raises(Refused) as refused:
        save_draft(city, PLANNER, replace(draft(published(city)), base_id=10**6))
    assert _code(refused) == "plan_unknown"


def test_a_draft_starts_from_a_published_plan_and_stays_with_it(city: Engine) -> None:
    base = published(city)
    saved = save_draft(city, PLANNER, draft(base))
    older = published(city, date(2025, 1, 1)).plan
    for attempt in (
        replace(draft(base), base_id=saved.id),
        replace(saved, base_id=older.id),
        replace(saved, base_id=None),
    ):
        with pytest.raises(Refused) as refused:
            save_draft(city, PLANNER, attempt)
        assert _code(refused) == "plan_base_unusable"
    assert _book(city, saved.id).plan == saved
    _discard(city, saved)


def test_a_draft_that_others_start_from_is_not_discarded(city: Engine) -> None:
    saved, other = (save_draft(city, PLANNER, draft(published(city), name)) for name in "甲乙")
    with Session(city) as session, session.begin():
        session.get_one(models.CoveragePlan, other.id).base_id = saved.id
    with pytest.raises(Refused) as refused:
        _discard(city, saved)
    assert _code(refused) == "plan_has_drafts"
    _discard(city, other)
    _discard(city, saved)
