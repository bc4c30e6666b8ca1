"""What an approver turned down is told by no wall; and the maps of units say what the rows hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, text

from data import models
from data.access.roles import SERVER
from data.reads import listings
from data.sessions import reading, writing
from data.store import PostgisStore
from grid.areas import Level
from grid.audits import Action
from grid.clocks.counts import ClockQuestion
from grid.listings import ListingState, Quarter
from grid.principals import COMMAND_LINE, WALL, Principal, Role
from grid.register import RegisterQuestion
from grid.unit_maps import MAP_LEVELS, ClockMap
from tests.storage.mixed_city import TODAY, City

QUARTER = Quarter(2026, 3)


@pytest.fixture
def listed(engine: Engine) -> Engine:
    """One department in every state, ranked in turn; in the quarter before only one that was rejected."""
    with writing(engine, COMMAND_LINE, Action.IMPORT_RUN, "test") as session:
        for rank, state in enumerate(ListingState, 1):
            unit = session.execute(
                insert(models.Unit).values(name=state.value, kind="department").returning(models.Unit.id)
            ).scalar_one()
            row = {"unit_id": unit, "state": state.value, "rank": rank, "reason": "r"}
            session.execute(insert(models.Listing).values(quarter=str(QUARTER), **row))
            if state is ListingState.REJECTED:
                session.execute(insert(models.Listing).values(quarter=str(QUARTER.previous), **row))
    return engine


def test_the_wall_lists_every_state_but_what_was_turned_down(listed: Engine) -> None:
    with reading(listed, WALL) as session:
        assert {one.state for one in listings.listings(session, QUARTER)} == set(ListingState) - {
            ListingState.REJECTED
        }
        assert listings.quarters(session) == (QUARTER,), "a quarter of rejections alone is no choice"
        assert listings.quarter_in_force(session, QUARTER.previous.first_day) is None


def test_the_database_itself_keeps_what_was_turned_down_from_a_wall(
    listed: Engine, login_as: Callable[[Engine, str], Engine], sign_in: Callable[..., Principal]
) -> None:
    server = login_as(listed, SERVER)
    count = text("SELECT count(*) FROM listing WHERE state = 'rejected'")
    seen = {}
    for role in (Role.KIOSK, Role.LEADER, Role.BUREAU, Role.APPROVER):
        with reading(server, sign_in(listed, role)) as session:
            seen[role] = session.execute(count).scalar_one()
    assert seen == {Role.KIOSK: 0, Role.LEADER: 2, Role.BUREAU: 2, Role.APPROVER: 2}


@pytest.mark.parametrize("role", [Role.KIOSK, Role.LEADER])
def test_whoever_stands_before_the_wall_reads_the_same_list(
    listed: Engine, login_as: Callable[[Engine, str], Engine], sign_in: Callable[..., Principal], role: Role
) -> None:
    desk = PostgisStore(login_as(listed, SERVER)).wall(sign_in(listed, role))
    assert [one.rank for one in desk.listings(QUARTER)] == [1, 2, 3, 4]
    assert desk.listings(QUARTER.previous) == ()


# Maps of units


CLOCKS = text("""
    INSERT INTO open_clock (petition_id, clock, started_on, due_on, soon_on, is_window, provisional, rule_id,
        paused_since)
    SELECT p.id, c.clock, :today, :today + (p.id * 7 + c.n * 5)::int % 23 - 9, :today, c.clock = 'objection',
        (p.id + c.n) % 4 = 0, (SELECT min(id) FROM clock_rule),
        CASE WHEN (p.id + c.n) % 6 = 0 THEN :today END
    FROM petition p, (VALUES ('reply', 1), ('notice', 2), ('objection', 3)) c (clock, n)
    WHERE (p.id + c.n) % 5 > 0""")
"""Two clocks and a time for asking, each of most matters: late, soon, later, held, provisional."""
ORACLE = text("""
    SELECT count(DISTINCT o.petition_id) FROM open_clock o JOIN petition p ON p.id = o.petition_id
    WHERE p.place_status = 'accepted' AND (p.county_id = :area OR p.town_id = :area) AND NOT o.is_window
      AND o.paused_since IS NULL AND o.due_on BETWEEN :since AND :until AND p.purpose <> 'accusation'""")
DAYS = {ClockQuestion.OVERDUE: (-999, -1), ClockQuestion.DUE_IN_3: (0, 3), ClockQuestion.DUE_IN_7: (0, 7)}


@pytest.fixture
def clocked(mixed: Engine, login_as: Callable[[Engine, str], Engine]) -> PostgisStore:
    """The mixed city's store as the server has it, with open clocks; its only frozen quarter is empty."""
    root = login_as(mixed, "postgres")
    with root.begin() as connection:
        connection.execute(text("DELETE FROM open_clock"))
        connection.execute(text("DELETE FROM quarter_snapshot"))
        connection.execute(text("DELETE FROM score_scheme WHERE content = '{}'"))
        connection.execute(CLOCKS, {"today": TODAY})
    root.dispose()
    return PostgisStore(login_as(mixed, SERVER))


def told(found: ClockMap) -> dict[int, dict[ClockQuestion, int]]:
    return {one.subject.area_id or 0: {q: q.of(one.clocks) for q in ClockQuestion} for one in found.areas}


@pytest.mark.parametrize("level", MAP_LEVELS)
def test_the_clock_map_counts_each_matter_once_as_a_plain_count_does(
    clocked: PostgisStore, mixed: Engine, mixed_city: City, login_as: Callable[..., Engine], level: Level
) -> None:
    answer = clocked.units(mixed_city.who["leader"]).clock_map(level)
    found = told(answer)
    assert set(found) >= set(mixed_city.counties if level is Level.COUNTY else mixed_city.towns)
    with login_as(mixed, "postgres").connect() as connection:
        for area, counts in found.items():
            for question, (since, until) in DAYS.items():
                days = {
                    "since": answer.as_of + timedelta(days=since),
                    "until": answer.as_of + timedelta(days=until),
                }
                expected = connection.execute(ORACLE, {"area": area, **days}).scalar_one()
                assert counts[question] == expected, (area, question)
    assert any(counts[question] for counts in found.values() for question in ClockQuestion)


@pytest.mark.parametrize("name", ["bureau", "town", "county", "unit"])
def test_the_register_lists_exactly_the_matters_that_the_map_counts(
    clocked: PostgisStore, mixed_city: City, name: str
) -> None:
    who = mixed_city.who[name]
    seen = 0
    for level in MAP_LEVELS:
        for area, counts in told(clocked.units(who).clock_map(level)).items():
            for question, count in counts.items():
                page = clocked.matters(who).page(RegisterQuestion(area=area, due=question))
                assert page.total == count, (area, question)
                seen += count
    assert seen


def test_who_answers_for_units_is_told_of_their_own_alone(clocked: PostgisStore, mixed_city: City) -> None:
    whole = clocked.units(mixed_city.who["leader"])
    for name in ("town", "unit"):
        desk = clocked.units(mixed_city.who[name])
        clocks, listing = desk.clock_map(Level.TOWN), desk.listing_map(None)
        assert not clocks.is_whole
        assert not listing.is_whole
        assert all(one.leaders is None for one in (*clocks.areas, *clocks.units, *listing.units))
        own = {one.subject.unit_id for one in clocks.units}
        assert {one.subject.unit_id for one in listing.units} <= own
        assert own < {one.subject.unit_id for one in whole.clock_map(Level.TOWN).units}


def test_the_listing_map_has_every_state_also_what_was_turned_down(
    listed: Engine, login_as: Callable[[Engine, str], Engine], sign_in: Callable[..., Principal]
) -> None:
    desk = PostgisStore(login_as(listed, SERVER)).units(sign_in(listed, Role.LEADER))
    found = desk.listing_map(QUARTER)
    assert {one.state for one in found.units} == set(ListingState)
    assert all(one.subject.code == f"d{one.subject.unit_id}" for one in found.units)
    assert found.quarters == (QUARTER.previous, QUARTER)
    assert desk.listing_map(Quarter(2001, 1)).quarter == QUARTER
    before = {one.state for one in desk.listing_map(QUARTER.previous).units}
    assert before == {None, ListingState.REJECTED}
