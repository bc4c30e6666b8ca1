"""Coverage plans in PostGIS: read whole, drafts under an optimistic lock, published plans out of reach."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from data import models
from data.reads.coverage import drafts, plan_book, published_book
from data.sessions import reading
from data.writes.plans import discard_draft, save_draft
from grid.coverage import CoverageBook, CoveragePlan, Leader, PlanState, UnitKind
from grid.planning import Move, apply_moves
from grid.principals import PLANNER
from grid.refusals import Refused

DAY = date(2026, 6, 1)
SQUARE = "SRID=4490;MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))"


@pytest.fixture(scope="module")
def city(module_engine: Engine) -> Engine:
    """Three counties in a row, a department, three leaders, and one plan in force beside an older one."""
    with Session(module_engine) as session, session.begin():
        batch = _add(
            session, models.ImportBatch, kind="boundaries", file_name="f", sha256="0", options="{}",
            dry_run=False, principal="t", seconds=0, rows=0, accepted=0, review=0, refused=0,
        )  # fmt: skip
        edition = _add(
            session, models.Edition, level="county", code_system="T", vintage="2026", source="",
            source_crs="EPSG:4490", synthetic=True, valid_from=DAY, batch_id=batch,
        )  # fmt: skip
        areas = [
            _add(session, models.Area, edition_id=edition, level="county", kind="regular", code=f"99010{n}",
                 name=f"县{n}", code_system="T", vintage="2026", area_km2=1, valid_from=DAY, geom=SQUARE,
                 label="SRID=4490;POINT(0 0)")
            for n in range(3)
        ]  # fmt: skip
        units = [
            _add(session, models.Unit, name=f"县{n}", kind="area", area_id=a) for n, a in enumerate(areas)
        ]
        units.append(_add(session, models.Unit, name="市住建局", kind="department"))
        leaders = [_add(session, models.Leader, post=f"副市长{n}", name=None) for n in range(3)]
        for one, other in ((areas[0], areas[1]), (areas[1], areas[2])):
            session.execute(insert(models.AreaBorder).values(area_id=one, neighbour_id=other, length_m=10))
        _plan(session, "旧方案", date(2025, 1, 1), DAY, [(units[0], leaders[0], 1)])
        rows = [
            (units[1], leaders[1], 44),
            (units[0], leaders[0], 7),
            (units[2], None, 9),
            (units[3], leaders[1], None),
        ]
        _plan(session, "现方案", DAY, None, rows)
    return module_engine


def _add(session: Session, table: type[models.Base], **values: object) -> int:
    return session.execute(insert(table).values(**values).returning(table.__table__.c.id)).scalar_one()


def _plan(
    session: Session,
    name: str,
    since: date,
    until: date | None,
    rows: list[tuple[int, int | None, int | None]],
) -> None:
    plan = _add(session, models.CoveragePlan, name=name, state="published", valid_from=since, valid_to=until,
                created_by="t")  # fmt: skip
    for unit, leader, cases in rows:
        _add(
            session, models.Assignment, plan_id=plan, unit_id=unit, leader_id=leader, kind="lead", cases=cases
        )


def _published(engine: Engine, on: date = DAY) -> CoverageBook:
    with reading(engine, PLANNER) as session:
        book = published_book(session, on)
    assert book is not None
    return book


def _book(engine: Engine, plan_id: int) -> CoverageBook:
    with reading(engine, PLANNER) as session:
        return plan_book(session, plan_id)


def _draft(book: CoverageBook, name: str = "草案") -> CoveragePlan:
    moved = apply_moves(book, [Move(book.units[0].id, book.leaders[1].id)]).plan
    return replace(moved, id=0, name=name, state=PlanState.DRAFT, base_id=book.plan.id)


def _marks(engine: Engine) -> tuple[int, int]:
    with Session(engine) as session:
        audits = session.scalar(select(func.count()).select_from(models.Audit)) or 0
        return session.scalars(select(models.DataVersion.number)).one(), audits


def _code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_plan_is_read_whole_in_the_order_of_its_source(city: Engine) -> None:
    book = _published(city)
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
    book = _published(city)
    ids = {unit.name: unit.id for unit in book.units}
    assert book.borders == {(ids["县0"], ids["县1"]), (ids["县1"], ids["县2"])}
    assert all(one < other for one, other in book.borders)


@pytest.mark.parametrize(
    ("on", "name"), [(date(2025, 1, 1), "旧方案"), (date(2026, 5, 31), "旧方案"), (DAY, "现方案")]
)
def test_who_covers_on_a_day_is_exact(city: Engine, on: date, name: str) -> None:
    assert _published(city, on).plan.name == name


def test_before_the_first_plan_there_is_none(city: Engine) -> None:
    with reading(city, PLANNER) as session:
        assert published_book(session, date(2024, 12, 31)) is None


def test_an_unknown_plan_is_refused(city: Engine) -> None:
    with pytest.raises(Refused) as refused:
        _book(city, 10**6)
    assert _code(refused) == "plan_unknown"


def test_a_draft_is_saved_read_back_and_discarded_with_audit_and_version(city: Engine) -> None:
    base = _published(city)
    version, audits = _marks(city)
    saved = save_draft(city, PLANNER, _draft(base, "草案一"))
    assert (saved.version, saved.base_id) == (1, base.plan.id)
    assert _marks(city) == (version + 1, audits + 1)
    assert _book(city, saved.id).plan == saved
    with Session(city) as session:
        audit = session.scalars(select(models.Audit).order_by(models.Audit.id.desc())).first()
    assert audit is not None
    assert (audit.action, audit.principal) == ("save_draft", PLANNER.id)
    assert audit.facts == {"name": "草案一", "saved": {"id": saved.id, "version": 1}}
    again = save_draft(city, PLANNER, replace(saved, name="草案二"))
    assert (again.id, again.version) == (saved.id, 2)
    with reading(city, PLANNER) as session:
        assert drafts(session)[0] == again
    discard_draft(city, PLANNER, saved.id)
    assert _marks(city) == (version + 3, audits + 3)
    with reading(city, PLANNER) as session:
        assert saved.id not in {plan.id for plan in drafts(session)}


def test_a_draft_never_changes_the_published_plan(city: Engine) -> None:
    before = _published(city)
    saved = save_draft(city, PLANNER, _draft(before))
    assert _published(city) == before
    for attempt in (
        lambda: save_draft(city, PLANNER, replace(before.plan, state=PlanState.DRAFT)),
        lambda: save_draft(city, PLANNER, before.plan),
        lambda: discard_draft(city, PLANNER, before.plan.id),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert _code(refused) == "plan_not_draft"
    assert _published(city) == before
    discard_draft(city, PLANNER, saved.id)


def test_a_leader_who_gave_everything_away_stays_in_the_drafts_book(city: Engine) -> None:
    base = _published(city)
    everything = [Move(unit.id, base.leaders[0].id) for unit in base.units]
    plan = replace(apply_moves(base, everything).plan, id=0, state=PlanState.DRAFT, base_id=base.plan.id)
    saved = save_draft(city, PLANNER, plan)
    book = _book(city, saved.id)
    assert (book.leaders, book.units, book.borders) == (base.leaders, base.units, base.borders)
    discard_draft(city, PLANNER, saved.id)


def test_of_two_savers_the_second_is_told(city: Engine) -> None:
    saved = save_draft(city, PLANNER, _draft(_published(city)))
    first = save_draft(city, PLANNER, replace(saved, name="甲"))
    marks = _marks(city)
    with pytest.raises(Refused) as refused:
        save_draft(city, PLANNER, replace(saved, name="乙", assignments=()))
    assert _code(refused) == "plan_changed_meanwhile"
    assert _book(city, saved.id).plan == first
    assert _marks(city) == marks, "a refused save leaves no trace"
    discard_draft(city, PLANNER, saved.id)


def test_of_eight_savers_at_once_exactly_one_wins(city: Engine) -> None:
    saved = save_draft(city, PLANNER, _draft(_published(city)))
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
    discard_draft(city, PLANNER, saved.id)


def test_a_discarded_draft_is_gone_for_its_other_editor(city: Engine) -> None:
    saved = save_draft(city, PLANNER, _draft(_published(city)))
    discard_draft(city, PLANNER, saved.id)
    for attempt in (lambda: save_draft(city, PLANNER, saved), lambda: discard_draft(city, PLANNER, saved.id)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert _code(refused) == "plan_unknown"
    with Session(city) as session:
        left = select(func.count()).where(models.Assignment.plan_id == saved.id)
        assert session.scalar(left) == 0


def test_a_draft_on_a_plan_that_never_was_is_refused(city: Engine) -> None:
    with pytest.raises(Refused) as refused:
        save_draft(city, PLANNER, replace(_draft(_published(city)), base_id=10**6))
    assert _code(refused) == "plan_unknown"
