"""The life of coverage plans on the server's own login: who covers on every day is one plan's word."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from data import models
from data.reads.coverage import published_book
from data.sessions import act_for, reading
from data.store import PostgisStore
from data.writes.coverage import PlanHead, publish_plan
from grid.coverage import Assignment, Bar, BarReason, CoveragePlan, PlanState, lead_by_unit
from grid.planning.blockers import BlockerCode
from grid.planning.history import plan_on
from grid.planning.lifecycle import PlanStepKind
from grid.principals import COMMAND_LINE, Principal
from grid.refusals import Refused
from tests.storage.planned_city import Planned, add_plan, plan_city
from tests.storage.published_plans import marks
from tests.storage.written_audit import audit_rows


@pytest.fixture
def city(engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]) -> Planned:
    """A city of three counties and a department, with a plan in force, and who signs in to it."""
    return plan_city(engine, sign_in, login_as)


def _refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        attempt()
    return refused.value.code


def _day(city: Planned, days: int) -> date:
    return city.today + timedelta(days=days)


def _on(city: Planned, on: date) -> int | None:
    with reading(city.importer, COMMAND_LINE) as session:
        book = published_book(session, on)
    return None if book is None else book.plan.id


def test_a_plan_from_its_draft_to_its_first_day(city: Planned) -> None:
    planner, approver = city.desk("planner"), city.desk("approver")
    saved = city.draft("减轻南片")
    version, _ = marks(city.importer)
    proposed = planner.propose(saved.id, saved.version, "  请 审 \n第二行")
    assert (proposed.state, proposed.version) == (PlanState.PROPOSED, 2)
    assert _refusal(lambda: planner.save_draft(replace(saved, version=2))) == "plan_not_draft"
    assert _refusal(lambda: planner.discard_draft(saved.id, 2)) == "plan_not_draft"
    assert _refusal(lambda: approver.send_back(saved.id, 2, " \n ")) == "plan_words_missing"
    back = approver.send_back(saved.id, 2, "住建局请再议")
    again = planner.propose(saved.id, planner.save_draft(replace(back, name="减轻南片二")).version)
    taken = planner.propose(saved.id, planner.withdraw(saved.id, again.version).version)
    assert marks(city.importer)[0] == version, "between planner and approver nobody's numbers change"
    out = approver.publish(saved.id, taken.version, _day(city, 10))
    assert (out.state, out.valid_from, out.valid_to) == (PlanState.PUBLISHED, _day(city, 10), None)
    assert marks(city.importer)[0] == version + 1, "the wall looks again"
    assert [_on(city, _day(city, days)) for days in (9, 10)] == [city.in_force, saved.id]
    steps = approver.steps(saved.id)
    assert [step.kind.value for step in steps] == [
        "save", "propose", "return", "save", "propose", "withdraw", "propose", "publish",
    ]  # fmt: skip
    assert (steps[1].words, steps[2].words) == ("请 审\n第二行", "住建局请再议")
    assert {step.by for step in steps} == {city.who[name].label for name in ("planner", "approver")}
    actions = [row.action for row in audit_rows(city.importer) if row.action.startswith("plan.")]
    assert actions[-3:] == ["plan.withdraw", "plan.propose", "plan.publish"]


def test_the_wall_cards_and_units_follow_a_plan_on_its_first_day(city: Planned) -> None:
    """Without any restart: the same store is asked before and after, and only days go by."""
    store = PostgisStore(city.server)
    wall, cards, approver = (
        store.wall(city.who["leader"]),
        store.cards(city.who["leader"]),
        city.desk("approver"),
    )
    proposal = city.proposal()
    approver.publish(proposal.id, proposal.version, _day(city, 5))
    third = city.leaders[2]

    def led() -> tuple[int | None, int]:
        book = wall.coverage(city.today)
        assert book is not None
        try:
            on_card = len(cards.leader_card(third, city.today).units)
        except Refused:
            # No card of a leader who is in no plan of the day.
            on_card = 0
        return lead_by_unit(book.plan)[city.units[2]], on_card

    assert led() == (None, 0)
    city.shift(4)
    assert led() == (None, 0), "the day before"
    city.shift(1)
    assert led() == (third, 1)


def test_what_is_cancelled_gives_its_days_back_to_whom_it_took_them_from(city: Planned) -> None:
    approver = city.desk("approver")
    one, other = city.proposal("一"), city.proposal("二")
    one = approver.publish(one.id, one.version, _day(city, 10))
    other = approver.publish(other.id, other.version, _day(city, 10))
    held = approver.plan_book(one.id).plan
    assert held.valid_to == held.valid_from, "replaced on its first day, it has none"
    approver.cancel(other.id, other.version)
    assert [_on(city, _day(city, days)) for days in (9, 10, 400)] == [city.in_force, one.id, one.id]
    one = approver.plan_book(one.id).plan
    approver.cancel(one.id, one.version)
    assert _on(city, _day(city, 400)) == city.in_force
    assert approver.history().gaps == approver.history().overlaps == ()


def test_what_is_in_force_or_over_is_not_cancelled_and_the_past_not_rewritten(city: Planned) -> None:
    approver = city.desk("approver")
    proposal = city.proposal()
    assert (
        _refusal(lambda: approver.publish(proposal.id, proposal.version, _day(city, -1))) == "plan_day_past"
    )
    out = approver.publish(proposal.id, proposal.version, city.today)
    assert _refusal(lambda: approver.cancel(out.id, out.version)) == "plan_in_force"
    before = approver.plan_book(city.in_force).plan
    assert _refusal(lambda: approver.cancel(before.id, before.version)) == "plan_over"
    assert _refusal(lambda: approver.roll_back(out.id, city.today)) == "plan_covers_already"
    assert _refusal(lambda: approver.roll_back(before.id, _day(city, -1))) == "plan_day_past"
    copy = approver.roll_back(before.id, _day(city, 3))
    assert (copy.base_id, copy.assignments) == (before.id, before.assignments)
    assert [_on(city, _day(city, days)) for days in (-1, 0, 2, 3)] == [before.id, out.id, out.id, copy.id]
    assert [step.kind for step in approver.steps(copy.id)] == [PlanStepKind.RESTORE]


def test_only_another_approves_and_only_once(city: Planned) -> None:
    saved = city.draft()
    planner, approver = city.desk("planner"), city.desk("approver")
    assert _refusal(lambda: approver.publish(saved.id, 1, city.today)) == "plan_not_proposed"
    assert _refusal(lambda: approver.propose(saved.id, 1)) == "plan_step_not_yours"
    proposed = planner.propose(saved.id, 1)
    for attempt in (
        lambda: planner.publish(saved.id, proposed.version, city.today),
        lambda: planner.send_back(saved.id, proposed.version, "理由"),
        lambda: planner.cancel(city.in_force, 1),
        lambda: planner.roll_back(city.in_force, city.today),
        lambda: approver.withdraw(saved.id, proposed.version),
    ):
        assert _refusal(attempt) == "plan_step_not_yours"
    assert _refusal(lambda: approver.publish(saved.id, 1, city.today)) == "plan_changed_meanwhile"
    assert _refusal(lambda: planner.propose(10**18, 1)) == "plan_unknown"
    _promote(city, "planner")
    assert _refusal(lambda: city.desk("planner").publish(saved.id, 2, city.today)) == "plan_own_proposal"
    refused = _forced(city, "planner", f"SELECT access.publish_plan({saved.id}, 2, '{city.today}')")
    assert "InsufficientPrivilege" in refused
    approver.publish(saved.id, 2, city.today)
    assert _refusal(lambda: approver.publish(saved.id, 3, city.today)) == "plan_not_proposed"


def test_gaps_overlaps_and_bars_are_named_and_stop_a_proposal(city: Planned) -> None:
    planner = city.desk("planner")
    one, two, three = city.leaders
    bar = planner.bar(Bar(0, three, city.units[2], BarReason.RECUSAL, "亲属", city.today))
    saved = city.draft(leaders=(one, None, three, one))
    rows = (*saved.assignments[:1], *saved.assignments[1:3], Assignment(city.units[0], two))
    saved = planner.save_draft(replace(saved, assignments=rows))
    found = {(each.code, each.unit_ids) for each in planner.blockers(saved.id)}
    assert found == {
        (BlockerCode.MISSING, (city.units[3],)), (BlockerCode.UNLED, (city.units[1],)),
        (BlockerCode.TWO_LEADS, (city.units[0],)), (BlockerCode.BARRED, (city.units[2],)),
    }  # fmt: skip
    assert _refusal(lambda: planner.propose(saved.id, saved.version)) == "plan_blocked"
    whole = city.draft("全")
    assert _refusal(lambda: planner.propose(whole.id, whole.version)) == "plan_blocked"
    planner.unbar(bar)
    assert planner.bars() == ()
    assert planner.propose(whole.id, whole.version).state is PlanState.PROPOSED
    planner.bar(Bar(0, three, city.units[2], BarReason.PORTFOLIO, "", _day(city, 40), _day(city, 50)))
    assert _refusal(lambda: city.desk("approver").publish(whole.id, 2, city.today)) == "plan_blocked"
    for wrong, code in (
        (Bar(0, three, city.units[2], BarReason.RECUSAL, "", _day(city, 49)), "bar_exists"),
        (Bar(0, three, city.units[2], BarReason.RECUSAL, "", city.today, city.today), "bar_days_wrong"),
        (Bar(0, 10**9, city.units[2], BarReason.RECUSAL, "", city.today), "bar_pair_unknown"),
    ):
        assert _refusal(lambda wrong=wrong: planner.bar(wrong)) == code  # type: ignore[misc]
    assert city.desk("approver").publish(whole.id, 2, _day(city, 50)).valid_from == _day(city, 50)


@pytest.mark.parametrize("seed", range(3))
def test_over_random_lives_every_day_is_the_last_plan_to_begin(city: Planned, seed: int) -> None:
    """Against a model: of plans that are not cancelled, a day has the one that begins last, made last."""
    rng, approver = Random(seed), city.desk("approver")
    model: list[tuple[date, int]] = [(date(2025, 1, 1), 1), (date(2026, 6, 1), city.in_force)]
    for turn in range(10):
        on, act = _day(city, rng.randrange(12)), rng.choice("PPPCRI")
        if act == "P":
            proposal = city.proposal(f"案{turn}")
            model.append((on, approver.publish(proposal.id, proposal.version, on).id))
        elif act == "R":
            former = rng.choice(model)[1]
            current = plan_on(approver.plans(), on)
            if not approver.blockers(former, on) and current is not None and current.id != former:
                model.append((on, approver.roll_back(former, on).id))
        elif act == "I":
            on = _day(city, rng.randrange(-9, 12))
            model.append((on, _import(city, on)))
        elif coming := [entry for entry in model if entry[0] > city.today]:
            gone = rng.choice(coming)
            plan = approver.plan_book(gone[1]).plan
            assert approver.cancel(plan.id, plan.version).state is PlanState.RETIRED
            model.remove(gone)
        plans = approver.plans()
        for days in range(-12, 30):
            day = _day(city, days)
            expected = max((begin, at, plan) for at, (begin, plan) in enumerate(model) if begin <= day)[2]
            holding = [plan.id for plan in plans if plan_on([plan], day)]
            assert holding == [expected], (turn, act, day, model)


def test_of_many_who_publish_at_once_each_finds_the_days_whole(city: Planned) -> None:
    proposals = [city.proposal(f"案{n}") for n in range(4)]
    start, outcomes = threading.Barrier(8), []

    def attempt(plan: CoveragePlan, name: str, days: int) -> None:
        start.wait()
        try:
            city.desk(name).publish(plan.id, plan.version, _day(city, days))
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [
        threading.Thread(target=attempt, args=(plan, name, n % 3))
        for n, plan in enumerate(proposals)
        for name in ("approver", "second")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] * 4 + ["plan_not_proposed"] * 4
    history = city.desk("approver").history()
    assert history.gaps == history.overlaps == ()
    for days in range(5):
        assert sum(plan_on([plan], _day(city, days)) is not None for plan in history.plans) == 1


def test_days_that_two_plans_claim_are_refused_by_the_database_itself(city: Planned) -> None:
    with Session(city.importer) as session, pytest.raises(IntegrityError, match="ex_coverage_plan_in_force"):
        add_plan(session, name="重叠", state="published", valid_from=city.today)


def test_a_gap_that_is_there_is_told(city: Planned) -> None:
    with Session(city.importer) as session, session.begin():
        session.get_one(models.CoveragePlan, city.in_force).valid_to = _day(city, 5)
        add_plan(session, name="后来", state="published", valid_from=_day(city, 9))
    (gap,) = city.desk("approver").history().gaps
    assert (gap.since, gap.until) == (_day(city, 5), _day(city, 9))
    assert city.desk("approver").covered_on(city.units[0], _day(city, 6)).plan is None


# What forged SQL under a role's own token can do


def _promote(city: Planned, name: str) -> None:
    """Make a planner an approver, with the session that they have."""
    owner = city.importer.url.set(username="fengtu")
    from data.sessions import make_engine

    engine = make_engine(owner.render_as_string(hide_password=False))
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE account SET role = 'approver' WHERE public_id = :id"), {"id": city.who[name].id}
        )
        connection.execute(text("UPDATE login_session SET closed_at = NULL"))
    engine.dispose()
    city.who[name] = replace(city.who[name], role=city.who["approver"].role)


def _forced(city: Planned, name: str, sql: str) -> str:
    """Return what came of a statement, undone in any case: the error's class, or how many rows it met."""
    with Session(city.server) as session:
        act_for(session, city.who[name], timeout_ms=5000)
        try:
            done: Any = session.execute(text(sql))
        except DBAPIError as error:
            return type(error.orig).__name__
        finally:
            session.rollback()
        return str(done.rowcount)


def test_no_forged_statement_does_anothers_part(city: Planned) -> None:
    draft, waiting = city.draft("草").id, city.proposal("待").id
    published, today, who = city.in_force, city.today.isoformat(), city.who
    step = "INSERT INTO plan_step (plan_id, kind, principal) VALUES"
    for name, sql in (
        ("planner", f"UPDATE coverage_plan SET state = 'published' WHERE id = {waiting}"),
        ("planner", "INSERT INTO coverage_plan (name, state, valid_from, created_by)"
         f" VALUES ('x', 'published', '{today}', 'x')"),
        ("planner", f"UPDATE coverage_plan SET valid_from = '{today}' WHERE id = {draft}"),
        ("planner", f"SELECT access.publish_plan({waiting}, 2, '{today}')"),
        ("planner", f"INSERT INTO assignment (plan_id, unit_id, kind) VALUES ({waiting}, 1, 'lead')"),
        ("planner", f"{step} ({waiting}, 'publish', '{who['planner'].id}')"),
        ("planner", f"{step} ({waiting}, 'propose', '{who['other'].id}')"),
        ("planner", "UPDATE plan_step SET words = 'x'"),
        ("planner", "DELETE FROM plan_step"),
        ("approver", f"INSERT INTO assignment (plan_id, unit_id, kind) VALUES ({draft}, 1, 'lead')"),
        ("approver", f"DELETE FROM assignment WHERE plan_id = {draft}"),
        ("approver", f"UPDATE coverage_plan SET state = 'published' WHERE id = {waiting}"),
        ("approver", f"UPDATE coverage_plan SET valid_to = '{today}' WHERE id = {published}"),
        ("approver", f"SELECT access.publish_plan({draft}, 1, '{today}')"),
        ("approver", f"SELECT access.publish_plan({waiting}, 2, '2020-01-01')"),
        ("approver", f"SELECT access.cancel_plan({published}, 1)"),
        ("approver", f"SELECT access.restore_plan({draft}, '{today}')"),
        ("approver", f"{step} ({waiting}, 'propose', '{who['approver'].id}')"),
        ("approver", "UPDATE plan_step SET words = 'x'"),
        ("approver", "INSERT INTO leader_bar (leader_id, unit_id, reason, valid_from, principal)"
         f" VALUES (1, 1, 'recusal', '{today}', '{who['approver'].id}')"),
        ("leader", f"SELECT access.publish_plan({waiting}, 2, '{today}')"),
        ("kiosk", "SELECT * FROM plan_step"),
    ):  # fmt: skip
        assert _forced(city, name, sql) == "InsufficientPrivilege", (name, sql)
    for name, sql in (
        ("planner", f"DELETE FROM coverage_plan WHERE id IN ({waiting}, {published})"),
        ("planner", f"UPDATE coverage_plan SET name = 'x' WHERE id = {published}"),
        ("approver", f"UPDATE coverage_plan SET state = 'draft' WHERE id IN ({draft}, {published})"),
    ):
        assert _forced(city, name, sql) == "0", (name, sql)


@pytest.mark.parametrize("name", ["leader", "bureau", "kiosk"])
def test_who_sees_the_wall_sees_no_draft_proposal_or_step(city: Planned, name: str) -> None:
    city.draft()
    city.proposal()
    with reading(city.server, city.who[name]) as session:
        assert set(session.scalars(select(models.CoveragePlan.state))) == {"published"}
        drawn = select(models.Assignment.plan_id).distinct()
        assert set(session.scalars(drawn)) == set(session.scalars(select(models.CoveragePlan.id)))
    for table in ("plan_step", "plan_rule", "leader_bar"):
        assert _forced(city, name, f"SELECT * FROM {table}") == "InsufficientPrivilege"


# Imports


def _import(city: Planned, on: date, name: str = "导入") -> int:
    with Session(city.importer) as session, session.begin():
        batch = models.ImportBatch(
            kind="coverage", file_name="f", sha256=f"{on}{name}{len(audit_rows(city.importer))}"
            f"{session.scalar(select(models.CoveragePlan.id).order_by(models.CoveragePlan.id.desc()).limit(1))}",
            options="{}", dry_run=False, principal="t", seconds=0, rows=0, accepted=0, review=0, refused=0,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        rows = [Assignment(unit, city.leaders[0], cases=1) for unit in city.units]
        publish_plan(session, PlanHead(batch.id, name, on, "t"), rows)
        found = select(models.CoveragePlan.id).where(models.CoveragePlan.batch_id == batch.id)
        return session.scalars(found).one()


@pytest.mark.parametrize("days", [(0, 0), (5, 5), (0, -3), (9, 2), (2, 9)])
def test_imports_keep_days_whole_whatever_they_begin_on(city: Planned, days: tuple[int, int]) -> None:
    first, second = (_import(city, _day(city, on), f"第{on}") for on in days)
    history = city.desk("approver").history()
    assert history.gaps == history.overlaps == ()
    begun = sorted([(days[0], 0, first), (days[1], 1, second)])
    for on in range(-5, 12):
        held = [plan for since, _, plan in begun if since <= on]
        assert _on(city, _day(city, on)) == (held[-1] if held else city.in_force)
    assert [step.kind for step in city.desk("approver").steps(second)] == [PlanStepKind.PUBLISH]
