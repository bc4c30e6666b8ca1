"""What an approver turned down is told to nobody by the wall, whoever asks and however."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, text

from data import models
from data.access.roles import SERVER
from data.reads import listings
from data.sessions import reading, writing
from data.store import PostgisStore
from grid.audits import Action
from grid.listings import ListingState, Quarter
from grid.principals import COMMAND_LINE, WALL, Principal, Role

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
