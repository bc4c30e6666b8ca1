"""Notices and rules in two steps: the preview says exactly what is changed later, and nothing before that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.access import roles
from data.clock_desk import ClocksDesk
from data.clocks.seeding import seed_days
from data.clocks.terms import stored_terms
from data.reads import city
from data.writes import clocks
from data.writes.clock_proposals import work_out
from grid.clocks.calendars import WorkCalendar
from grid.clocks.changes import clock_changes
from grid.clocks.proposals import ChangeCounts, count_changes
from grid.principals import Principal, Role
from grid.refusals import Refused
from tests.domain.clock_notices import notice_text
from tests.storage.clocked_city import fill, oracle
from tests.storage.written_audit import audit_rows


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with Session(engine) as session:
        today = city.today(session)
    with engine.begin() as connection:
        fill(connection, 250, 5, until=today, since_days=250)
    clocks.recompute_if_stale(engine)
    return engine


@pytest.fixture
def admin(filled: Engine, sign_in: Callable[..., Principal]) -> Principal:
    return sign_in(filled, Role.ADMIN)


@pytest.fixture
def desk(filled: Engine, admin: Principal, login_as: Callable[[Engine, str], Engine]) -> ClocksDesk:
    return ClocksDesk(login_as(filled, roles.SERVER), admin)


def state(engine: Engine) -> dict[tuple[object, ...], object]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT petition_id, clock, started_on, due_on FROM open_clock"))
        return {tuple(row[:3]): row[3] for row in rows}


def oracle_counts(engine: Engine, before: object) -> tuple[ChangeCounts, ...]:
    """Every matter followed alone under the terms before and those in force now."""
    with Session(engine) as session:
        on, now = city.today(session), stored_terms(session).terms
        undated = set(
            session.scalars(
                text(
                    "SELECT id FROM petition WHERE stage IN ('replied', 'closed')"
                    " AND replied_on IS NULL AND closed_on IS NULL"
                )
            )
        )
        old = oracle(session.connection(), before.rules, before.calendar, on)  # type: ignore[attr-defined]
        new = oracle(session.connection(), now.rules, now.calendar, on)
    pairs = [clock_changes(old[one], new[one]) for one in old if one not in undated]
    return count_changes(change for changes in pairs for change in changes)


def terms_of(engine: Engine) -> object:
    with Session(engine) as session:
        return stored_terms(session).terms


def settle(engine: Engine, desk: ClocksDesk) -> tuple[ChangeCounts, ...]:
    """Have the worker work the only proposal out, confirm it, and return what it promised."""
    assert desk.proposals()[0].counts is None
    assert work_out(engine) == 1
    (proposal,) = desk.proposals()
    assert not proposal.stale
    desk.confirm(proposal.id)
    assert desk.proposals() == ()
    return proposal.counts or ()


def test_stricter_rules_change_exactly_what_the_preview_said(filled: Engine, desk: ClocksDesk) -> None:
    before, kept = terms_of(filled), state(filled)
    with Session(filled) as session:
        since = city.today(session) - timedelta(days=60)
    desk.propose_stricter("33", since, "《某省信访条例》")
    assert state(filled) == kept
    promised = settle(filled, desk)
    assert promised == oracle_counts(filled, before)
    assert {one.clock for one in promised} >= {"reply", "notice", "forward"}
    assert clocks.recompute_if_stale(filled)
    after = state(filled)
    moved = {key for key in kept.keys() | after.keys() if kept.get(key) != after.get(key)}
    assert len(moved) == sum(one.changed - one.restated for one in promised)
    assert not clocks.recompute_all(filled).changed


def test_another_provinces_rules_change_nothing_here(filled: Engine, desk: ClocksDesk) -> None:
    desk.propose_stricter("44", date(2026, 1, 1), "《外省条例》")
    assert settle(filled, desk) == ()


def test_a_new_version_holds_for_clocks_that_start_from_its_day_on(filled: Engine, desk: ClocksDesk) -> None:
    before = terms_of(filled)
    rule = next(one for one in desk.rules() if one.rule.clock == "reply" and one.rule.valid_to is None)
    with Session(filled) as session:
        since = city.today(session) - timedelta(days=30)
    successor = replace(rule.rule, days=40, valid_from=since, source="《新办法》")
    desk.propose_rule(rule.id, successor)
    promised = settle(filled, desk)
    assert promised == oracle_counts(filled, before)
    assert [one.clock for one in promised] in ([], ["reply"], ["reply", "review_application"])
    ends = {one.rule.valid_from: one.rule.valid_to for one in desk.rules() if one.rule.clock == "reply"}
    assert ends[rule.rule.valid_from] == since
    assert ends[since] is None
    with pytest.raises(Refused, match="clock_rule_unknown"):
        desk.propose_rule(rule.id, successor)


def test_a_notice_makes_its_year_known_and_moves_what_spans_its_holidays(
    filled: Engine, desk: ClocksDesk
) -> None:
    """2026 is taken away, its notice pasted again: what was reckoned by weekends alone moves back."""
    days = tuple(day for day in seed_days() if day.notice_year == 2026)
    with filled.begin() as connection:
        connection.execute(text("DELETE FROM calendar_day WHERE notice_year = 2026"))
        connection.execute(
            text(
                "UPDATE petition SET unit_received_on = '2026-09-24', noticed_on = NULL, accepted_on = NULL,"
                " replied_on = NULL, closed_on = NULL, stage = 'registered' WHERE purpose = 'claim'"
                " AND track = 'ordinary' AND id % 2 = 0"
            )
        )
    clocks.recompute_if_stale(filled)
    assert not next(one for one in desk.years() if one.year == 2026).is_published
    before = terms_of(filled)
    desk.propose_notice(notice_text(days, 2026))
    promised = settle(filled, desk)
    assert promised == oracle_counts(filled, before)
    with Session(filled) as session:
        assert stored_terms(session).calendar == WorkCalendar(seed_days())
    year = next(one for one in desk.years() if one.year == 2026)
    assert (year.is_published, year.source) == (True, "notice-entered")


def test_nothing_is_confirmed_unseen_or_by_an_old_preview(filled: Engine, desk: ClocksDesk) -> None:
    desk.propose_stricter("33", date(2026, 1, 1), "《甲》")
    first = desk.proposals()[0].id
    with pytest.raises(Refused, match="clock_proposal_waiting"):
        desk.confirm(first)
    work_out(filled)
    desk.propose_stricter("3301", date(2026, 1, 1), "《乙》")
    work_out(filled)
    second = desk.proposals()[0].id
    desk.confirm(second)
    with pytest.raises(Refused, match="clock_proposal_waiting"):
        desk.confirm(first)
    assert desk.proposals()[0].stale
    work_out(filled)
    desk.confirm(first)
    with pytest.raises(Refused, match="clock_proposal_unknown"):
        desk.confirm(first)


def test_what_overlaps_with_rules_put_in_force_meanwhile_is_told_so(filled: Engine, desk: ClocksDesk) -> None:
    for source in ("《甲》", "《乙》"):
        desk.propose_stricter("33", date(2026, 1, 1), source)
    work_out(filled)
    second, first = desk.proposals()
    desk.confirm(first.id)
    work_out(filled)
    assert desk.proposals()[0].refused == "clock_rules_overlap"
    with pytest.raises(Refused, match="clock_proposal_waiting"):
        desk.confirm(second.id)
    desk.discard(second.id)
    assert desk.proposals() == ()


def test_what_is_in_force_already_is_not_proposed(filled: Engine, desk: ClocksDesk) -> None:
    notice = notice_text(tuple(day for day in seed_days() if day.notice_year == 2026), 2026)
    with pytest.raises(Refused, match="clock_proposal_nothing"):
        desk.propose_notice(notice)
    with pytest.raises(Refused, match="notice_"):
        desk.propose_notice("元旦放假")
    assert desk.proposals() == ()


@pytest.mark.parametrize("role", [Role.BUREAU, Role.LEADER, Role.AUDITOR, Role.CLERK])
def test_nobody_else_proposes_or_confirms(
    filled: Engine,
    desk: ClocksDesk,
    role: Role,
    sign_in: Callable[..., Principal],
    login_as: Callable[[Engine, str], Engine],
) -> None:
    other = ClocksDesk(login_as(filled, roles.SERVER), sign_in(filled, role))
    desk.propose_stricter("33", date(2026, 1, 1), "《甲》")
    work_out(filled)
    mine = desk.proposals()[0].id
    for deed in (
        lambda: other.propose_stricter("33", date(2026, 1, 1), "《乙》"),
        lambda: other.confirm(mine),
        lambda: other.discard(mine),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            deed()
    assert [one.id for one in desk.proposals()] == [mine]


def test_every_step_is_audited(filled: Engine, desk: ClocksDesk, admin: Principal) -> None:
    desk.propose_stricter("33", date(2026, 1, 1), "《甲》")
    work_out(filled)
    desk.confirm(desk.proposals()[0].id)
    clocks.recompute_if_stale(filled)
    actions = [(row.action, row.principal) for row in audit_rows(filled)][-3:]
    assert actions == [
        ("clocks.propose", admin.id), ("clocks.confirm", admin.id), ("clocks.recompute", "command-line"),
    ]  # fmt: skip
