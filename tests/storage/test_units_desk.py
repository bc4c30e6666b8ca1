"""The desk of units over a database: frozen numbers with frozen matters, own units alone, audited lists."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from data.access import roles
from data.store import PostgisStore
from data.writes.freezing import freeze
from grid.league import LeagueQuestion, LeagueView
from grid.listings import Quarter
from grid.principals import Principal, Role
from grid.refusals import Refused
from grid.unit_card import FigureQuestion, OpenedFigure
from tests.storage import ranked_city as city
from tests.storage.ranked_city import BAD, FAIR, FEW, GOOD, QUARTER
from tests.storage.written_audit import audit_rows

NASTY = "=1+1局"
READERS = (Role.LEADER, Role.BUREAU, Role.APPROVER, Role.UNIT, Role.TOWN)
Made = tuple[PostgisStore, dict[str, int], dict[Role, Principal], Engine]
FROZEN = LeagueQuestion(QUARTER)


@pytest.fixture(scope="module")
def made(
    new_database: Callable[..., Engine], login_as: Callable[..., Engine], sign_in: Callable[..., Principal]
) -> Iterator[Made]:
    engine = new_database()
    units = city.fill(engine, {"甲局": GOOD, "乙局": BAD, "丙局": FAIR, NASTY: FEW})
    freeze(engine, QUARTER)
    # All that 乙局 had met is late from here on: what was frozen stays.
    change = text("UPDATE petition SET replied_on = '2025-03-30' WHERE unit_id = :unit")
    with engine.begin() as connection:
        connection.execute(change, {"unit": units["乙局"]})
    who = {
        role: sign_in(engine, role, units=[units["乙局"]] if role is Role.UNIT else []) for role in READERS
    }
    yield PostgisStore(login_as(engine, roles.SERVER)), units, who, engine
    engine.dispose()


def opened(made: Made, role: Role, league: LeagueQuestion = FROZEN, **changes: int) -> OpenedFigure:
    store, units, who, _ = made
    question = FigureQuestion(f"d{units['乙局']}", "replied_in_time", league, **changes)
    return store.units(who[role]).figure(question)


@pytest.mark.parametrize("role", [Role.BUREAU, Role.UNIT])
def test_a_frozen_number_opens_to_the_matters_that_it_was_frozen_of(made: Made, role: Role) -> None:
    found = opened(made, role)
    assert found.is_frozen
    assert found.matters is not None
    assert (found.figure.numerator, found.figure.denominator) == (BAD.replied, BAD.n)
    assert (found.matters.numerator, found.matters.denominator) == (BAD.replied, BAD.n)
    met = [matter.matter_no for matter in found.matters.matters if matter.is_met]
    assert sorted(met) == sorted(f"乙局-{number}" for number in range(BAD.replied))
    assert not found.matters.matters[0].is_met, "those not met come first"


def test_a_period_of_ones_own_counts_the_matters_of_today(made: Made) -> None:
    whole = LeagueQuestion(QUARTER, FROZEN.days)
    found = opened(made, Role.BUREAU, whole)
    assert not found.is_frozen
    assert (found.figure.numerator, found.figure.denominator) == (0, BAD.n)
    assert found.matters is not None
    assert not any(matter.is_met for matter in found.matters.matters)


@pytest.mark.parametrize("role", [Role.LEADER, Role.APPROVER])
def test_who_sees_totals_gets_the_same_number_and_no_matter(made: Made, role: Role) -> None:
    found = opened(made, role)
    assert found.figure == opened(made, Role.BUREAU).figure
    assert found.matters is None


def test_an_account_that_answers_for_a_unit_is_told_of_it_alone(made: Made) -> None:
    store, units, who, _ = made
    desk = store.units(who[Role.UNIT])
    league = desk.league(FROZEN)
    assert [row.subject.name for row in league.ranking.rows] == ["乙局"]
    assert league.ranking.rows[0].rank == 1, "a frozen rank is everybody's"
    assert league.leaders is None
    with pytest.raises(Refused, match="subject_unknown"):
        desk.card(f"d{units['甲局']}")
    with pytest.raises(Refused, match="subject_unknown"):
        desk.figure(FigureQuestion(f"d{units['甲局']}", "satisfied", FROZEN))
    assert store.units(who[Role.TOWN]).league(FROZEN).ranking.rows == ()


def test_everyone_else_sees_all_units_with_those_that_are_not_ranked(made: Made) -> None:
    store, _, who, _ = made
    for role in (Role.LEADER, Role.BUREAU, Role.APPROVER):
        rows = store.units(who[role]).league(FROZEN).ranking.rows
        assert [row.subject.name for row in rows] == ["乙局", "丙局", "甲局", NASTY]
        assert rows[-1].score is None


def test_reading_matters_leaves_an_audit_row_and_reading_numbers_none(made: Made) -> None:
    _, _, _, engine = made

    def told() -> int:
        return len([row for row in audit_rows(engine) if row.action == "cohort.read"])

    before = told()
    opened(made, Role.LEADER)
    assert told() == before
    opened(made, Role.BUREAU)
    opened(made, Role.UNIT)
    assert told() == before + 2


def test_another_version_stands_beside_the_frozen_one(made: Made) -> None:
    found = opened(made, Role.BUREAU, against=2)
    assert found.against is not None
    assert found.against[0].version == 2
    assert found.is_frozen
    with pytest.raises(Refused, match="indicator_unknown"):
        opened(made, Role.BUREAU, version=99)


def test_a_card_has_eight_quarters_and_whom_it_may_be_proposed_by(made: Made) -> None:
    store, units, who, _ = made
    for role in READERS[:4]:
        card = store.units(who[role]).card(f"d{units['乙局']}")
        assert len(card.quarters) == 8
        assert card.row is not None
        assert (card.proposable == QUARTER) is (role is Role.BUREAU)
    for code in ("d0", "x", "l1", "", "d99999999999999999999999"):
        with pytest.raises(Refused, match="subject_unknown"):
            store.units(who[Role.BUREAU]).card(code)


def test_the_running_quarter_comes_first_and_frozen_ones_are_offered(made: Made) -> None:
    store, _, who, _ = made
    found = store.units(who[Role.LEADER]).quarters()
    assert list(found) == sorted(found, reverse=True)
    assert QUARTER in found
    assert Quarter(1990, 1) not in found


def test_the_workbook_is_safe_and_says_what_it_is_of(made: Made) -> None:
    store, _, who, engine = made
    body = store.units(who[Role.LEADER]).export(FROZEN, LeagueView(), lambda key, **facts: key)
    book = load_workbook(io.BytesIO(body))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    names = [row[1] for row in rows[1:]]
    assert names == ["乙局", "丙局", "甲局", f"'{NASTY}"]
    assert [row[3] for row in rows[1:]] == [1, 2, 3, None]
    about = dict(book.worksheets[1].iter_rows(values_only=True))
    assert len(str(about["units.file.checksum"])) == 64
    noted = [row.facts for row in audit_rows(engine) if row.action == "league.export"]
    assert [(facts["quarter"], facts["count"]) for facts in noted] == [(str(QUARTER), 4)]
