"""Open clocks and due days in storage are what following each matter by itself gives, and stay so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from data import models
from data.clocks.terms import stored_terms
from data.reads import city
from data.writes import clocks
from grid.clocks.matter_clocks import MatterClock
from grid.clocks.states import OPEN_STATES
from grid.clocks.terms import amber_day
from tests.storage.clocked_city import fill, oracle


@pytest.fixture(scope="module")
def today(module_engine: Engine) -> date:
    with Session(module_engine) as session:
        return city.today(session)


@pytest.fixture(scope="module")
def filled(module_engine: Engine, today: date) -> Engine:
    with module_engine.begin() as connection:
        fill(connection, 500, 1, until=today)
        # Before the Regulation, so that the rules of 2005 are asked too.
        fill(connection, 60, 2, until=date(2022, 6, 1), since_days=200)
    clocks.recompute_if_stale(module_engine)
    return module_engine


def expected(engine: Engine, on: date) -> tuple[dict[int, tuple[MatterClock, ...]], set[int]]:
    """What the oracle says, and the matters that are settled on no known day."""
    with Session(engine) as session:
        terms = stored_terms(session).terms
        undated = session.scalars(
            text("SELECT id FROM petition WHERE stage IN ('replied', 'closed') AND replied_on IS NULL"
                 " AND closed_on IS NULL")).all()  # fmt: skip
        return oracle(session.connection(), terms.rules, terms.calendar, on), set(undated)


def kept(engine: Engine) -> dict[tuple[object, ...], tuple[object, ...]]:
    clock = models.OpenClock
    with Session(engine) as session:
        rows = session.execute(
            select(clock.petition_id, clock.clock, clock.started_on, clock.due_on, clock.soon_on,
                   clock.paused_since, clock.is_window, clock.provisional))  # fmt: skip
        return {tuple(row[:3]): tuple(row[3:]) for row in rows}


def test_open_clocks_are_those_of_each_matter_alone(filled: Engine, today: date) -> None:
    said, undated = expected(filled, today)
    with Session(filled) as session:
        calendar = stored_terms(session).calendar
    wanted = {}
    for matter_id, found in said.items():
        for one in found if matter_id not in undated else ():
            if one.state in OPEN_STATES:
                amber = max(one.started_on, amber_day(one.rule, one.due_on, calendar))
                paused = max((p.since for p in one.pauses if p.until == today), default=None)
                facts = (one.due_on, amber, one.rule.window, one.provisional)
                wanted[matter_id, one.clock, one.started_on] = (facts, one.state, paused)
    got = kept(filled)
    assert {key: (value[0], value[1], value[3], value[4]) for key, value in got.items()} == {
        key: value[0] for key, value in wanted.items()
    }
    paused_now = {key for key, value in wanted.items() if value[1] == "paused"}
    assert paused_now <= {key for key, value in got.items() if value[2] is not None}
    assert len(wanted) > 100
    assert len(paused_now) > 2


def test_due_days_are_those_of_the_last_reply_and_notice_clock(filled: Engine, today: date) -> None:
    said, _ = expected(filled, today)
    wanted = {}
    for matter_id, found in said.items():
        last = {one.clock: one.due_on for one in found}
        wanted[matter_id] = (last.get("reply"), last.get("notice"))
    with filled.connect() as connection:
        rows = connection.execute(text("SELECT id, due_on, notice_due_on FROM petition")).all()
    assert {row.id: (row.due_on, row.notice_due_on) for row in rows} == wanted
    assert sum(due is not None for due, _ in wanted.values()) > 100


def test_a_matter_of_before_the_regulation_keeps_its_sixty_days(filled: Engine) -> None:
    """The wall and the register have always said so; rules of 2005 say the same."""
    with filled.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT accepted_on, due_on FROM petition p WHERE accepted_on < '2022-05-01'"
                " AND (purpose, track) = ('claim', 'ordinary')"
                " AND NOT EXISTS (SELECT FROM clock_event e WHERE e.petition_id = p.id)"
            )
        ).all()
    assert rows
    assert all(row.due_on == row.accepted_on + timedelta(days=60) for row in rows)


def test_what_is_right_is_not_written_again(filled: Engine) -> None:
    """A write would mark the matter as changed, which asks for the clocks again, and so for ever."""
    while clocks.recompute_if_stale(filled):
        pass
    with filled.connect() as connection:
        before = connection.execute(text("SELECT max(changed), sum(changed) FROM petition")).one()
        version = connection.execute(text("SELECT number FROM data_version")).scalar_one()
    assert not clocks.recompute_all(filled).changed
    assert not clocks.recompute_if_stale(filled)
    with filled.connect() as connection:
        assert connection.execute(text("SELECT max(changed), sum(changed) FROM petition")).one() == before
        assert connection.execute(text("SELECT number FROM data_version")).scalar_one() == version


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE petition SET accepted_on = accepted_on - 3 WHERE id % 7 = 0",
        "UPDATE petition SET replied_on = NULL, closed_on = NULL WHERE id % 5 = 0",
        "INSERT INTO clock_event (petition_id, kind, on_day, days, approver, reason, principal) SELECT id,"
        " 'extended', accepted_on + 2, 17, '局长', '复杂', 'x' FROM petition WHERE accepted_on IS NOT NULL"
        " AND id % 3 = 0 ON CONFLICT DO NOTHING",
        "UPDATE petition SET purpose = 'accusation', unit_id = NULL, summary = '', place_status = NULL,"
        " granularity = NULL, place_method = NULL, county_id = NULL WHERE id % 11 = 0",
        "UPDATE derived_state SET as_of = as_of - 1; UPDATE open_clock SET due_on = due_on + 5 WHERE"
        " petition_id % 2 = 0; DELETE FROM open_clock WHERE petition_id % 9 = 0",
    ],
)
def test_the_worker_finds_what_changed(filled: Engine, today: date, change: str) -> None:
    """Matters, recorded events, what became an accusation, a new day: all end as a whole remaking."""
    with filled.begin() as connection:
        connection.execute(text(change))
    assert clocks.recompute_if_stale(filled)
    after = kept(filled)
    assert not clocks.recompute_all(filled).changed
    assert kept(filled) == after
    test_due_days_are_those_of_the_last_reply_and_notice_clock(filled, today)


def test_an_import_makes_its_own_matters_clocks(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection, 30, 3, until=date(2026, 5, 1))
        fill(connection, 30, 4, until=date(2026, 5, 1))
        batch = connection.execute(text("SELECT max(batch_id) FROM petition")).scalar_one()
    with Session(engine) as session, session.begin():
        done = clocks.recompute(session, batch)
    assert done.matters == 30
    with engine.connect() as connection:
        mine = connection.execute(
            text("SELECT DISTINCT p.batch_id FROM open_clock o JOIN petition p ON p.id = o.petition_id")
        ).scalars()
        assert set(mine) == {batch}


def test_a_failed_remaking_leaves_what_stood(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept(filled)

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(clocks, "_write", broken)
    with filled.begin() as connection:
        connection.execute(text("UPDATE petition SET accepted_on = accepted_on - 1 WHERE id % 7 = 0"))
    assert not clocks.try_to_recompute(filled)
    assert kept(filled) == before


def test_the_seed_is_laid_once_and_never_over_a_change(
    engine: Engine, login_as: Callable[[Engine, str], Engine]
) -> None:
    from data import cluster
    from data.clocks.seeding import seed_clocks
    from data.migrate import migrate

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM calendar_day WHERE notice_year = 2026"))
        connection.execute(text("UPDATE clock_rule SET days = 10 WHERE clock = 'notice'"))
    migrate(login_as(engine, cluster.OWNER))
    with engine.begin() as connection:
        seed_clocks(connection)
        assert not connection.execute(
            text("SELECT count(*) FROM calendar_day WHERE notice_year = 2026")
        ).scalar()
        days = connection.execute(
            text("SELECT DISTINCT days FROM clock_rule WHERE clock = 'notice'")
        ).scalars()
        assert set(days) == {10}
        clock_rules = connection.execute(text("SELECT count(*) FROM clock_rule")).scalar_one()
    assert clock_rules == 18
