"""A book that is kept between two steps on the board is never an old one, nor another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from data import models
from data.reads import workloads
from data.sessions import bump_version
from data.store import PostgisStore
from grid.coverage import Bar, BarReason, CoverageBook
from grid.principals import Principal
from grid.refusals import Refused
from tests.storage.planned_city import Planned, plan_city


@pytest.fixture
def city(engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]) -> Planned:
    """The planned city."""
    return plan_city(engine, sign_in, login_as)


@contextmanager
def _changing(city: Planned) -> Iterator[Session]:
    with Session(city.importer) as session, session.begin():
        yield session


def test_a_book_is_kept_until_something_that_it_says_changes(city: Planned) -> None:
    store = PostgisStore(city.server)
    saved = city.draft()

    def read() -> CoverageBook:
        return store.plan(city.who["planner"]).plan_book(saved.id)

    first = read()
    assert read() is first, "a step reads no plan again"

    city.desk("other").save_draft(replace(saved, name="他人改名"))
    second = read()
    assert second.plan.name == "他人改名", "another planner's save"
    assert second.plan.version == saved.version + 1

    with _changing(city) as session:
        session.get_one(models.Unit, city.units[0]).name = "改名县"
        bump_version(session)
    third = read()
    assert "改名县" in {unit.name for unit in third.units}, "new data"

    asked = Bar(0, city.leaders[0], city.units[1], BarReason.RECUSAL, "回避", city.today - timedelta(1), None)
    bar_id = city.desk("planner").bar(asked)
    fourth = read()
    assert len(fourth.bars) == len(third.bars) + 1
    city.desk("planner").unbar(bar_id)
    assert len(read().bars) == len(third.bars)

    with _changing(city) as session:
        counted = {"unit_id": city.units[0], "as_of": city.today, "open": 9, "overdue": 4, "due_soon": 0}
        session.execute(insert(models.UnitWorkload).values(**counted))
        state = {"name": workloads.NAME, "digest": "", "watermark": 1, "as_of": city.today}
        session.execute(insert(models.DerivedState).values(**state))
    assert read().measures[city.units[0]].open == 9, "the worker counted"


def test_what_one_session_read_is_not_answered_to_another(city: Planned) -> None:
    store = PostgisStore(city.server)
    saved = city.draft()
    kept = store.plan(city.who["planner"]).plan_book(saved.id)
    assert store.plan(city.who["other"]).plan_book(saved.id) is not kept
    with pytest.raises(Refused):
        store.plan(city.who["leader"]).plan_book(saved.id)
    city.desk("planner").discard_draft(saved.id, saved.version)
    with pytest.raises(Refused):
        store.plan(city.who["planner"]).plan_book(saved.id)
