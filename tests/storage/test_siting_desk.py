"""Siting over a small city: who is weighed, where points stand, whose proof is read, what is withheld."""

from __future__ import annotations

import io
import time

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from data.access import roles
from data.store import PostgisStore
from grid.principals import Role
from grid.refusals import Refused
from grid.siting.questions import Demand, Goal, SitingQuestion, Way
from grid.suggesting.runs import RunStatus
from layers.words import say


def change(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def sited(small_city):
    """The small city with residents, one point in its first village, matters by village, and two times."""
    change(
        small_city,
        "UPDATE area SET population = 100 * (SELECT count(*) FROM area b WHERE b.level = 'village'"
        " AND b.code <= area.code) WHERE level = 'village'",
        """INSERT INTO service_point (name, village_id, batch_id)
           SELECT '一点', min(a.id), max(b.id) FROM area a, import_batch b WHERE level = 'village'""",
        "INSERT INTO area_workload SELECT id, now(), 3, 0, 4 FROM area WHERE level = 'village'",
    )
    return small_city


def villages(engine):
    with engine.connect() as connection:
        return connection.execute(
            text("SELECT id, population, parent_id FROM area WHERE level = 'village' ORDER BY code")
        ).all()


@pytest.fixture
def desks(sited, sign_in, login_as):
    """A desk for each role."""
    store = PostgisStore(login_as(sited, roles.SERVER))
    return lambda role: store.siting(sign_in(sited, role))


def test_villages_are_weighed_and_a_point_without_location_stands_at_its_village(desks, sited):
    found = desks(Role.LEADER).answer(SitingQuestion(radius=0, most=1))
    rows = villages(sited)
    assert found.total == sum(row.population for row in rows)
    assert found.covered == rows[0].population, "its own label is the point's"
    assert found.suggested[0].village.id == rows[-1].id, "the most residents"
    assert (found.proof.is_proven, len(found.gaps)) == (True, len(rows) - 2)
    assert [one.is_located for one in found.places.points] == [False]


def test_within_a_county_only_its_villages_are_weighed_and_candidates(desks, sited):
    with sited.connect() as connection:
        county = connection.execute(text("SELECT max(id) FROM area WHERE level = 'county'")).scalar_one()
        inside = set(
            connection.execute(
                text("SELECT v.id FROM area v JOIN area t ON t.id = v.parent_id WHERE t.parent_id = :county"
                     " AND v.level = 'village'"), {"county": county},
            ).scalars()
        )  # fmt: skip
    found = desks(Role.BUREAU).answer(SitingQuestion(within=county, radius=0, most=50))
    assert {one.village.id for one in found.suggested} == inside
    assert found.total == found.covered_after == sum(r.population for r in villages(sited) if r.id in inside)
    with pytest.raises(Refused, match="area_unknown"):
        desks(Role.BUREAU).answer(SitingQuestion(within=10**6))


def test_by_the_table_a_way_counts_in_its_direction_alone(desks, sited):
    first, second, third = (row.id for row in villages(sited)[:3])
    change(
        sited,
        f"INSERT INTO travel_time SELECT {second}, {first}, 20, max(id) FROM import_batch",
        f"INSERT INTO travel_time SELECT {first}, {third}, 5, max(id) FROM import_batch",
    )
    desk = desks(Role.PLANNER)
    reach = {r: desk.answer(SitingQuestion(way=Way.TABLE, radius=r, most=0)) for r in (19, 20)}
    ids = [one.id for one in reach[20].places.villages]
    assert {ids[at] for at in reach[19].before.nonzero()[0]} == {first}
    assert {ids[at] for at in reach[20].before.nonzero()[0]} == {first, second}


def test_small_counts_of_matters_leave_the_house_as_less_than_five(desks):
    body = desks(Role.APPROVER).export(SitingQuestion(demand=Demand.RECENT, radius=0, most=2), say)
    book = load_workbook(io.BytesIO(body))
    cells = {
        cell for sheet in book.worksheets[1:] for row in sheet.iter_rows(values_only=True) for cell in row
    }
    assert "<5" in cells
    assert not cells & {3, 4}


@pytest.mark.parametrize("role", [Role.WORKER, Role.KIOSK, Role.AUDITOR, Role.ADMIN, Role.UNIT, Role.TOWN])
def test_who_does_not_plan_reads_nothing_even_past_the_pages(desks, role):
    with pytest.raises(Refused, match="not_allowed"):
        desks(role).answer(SitingQuestion())


@pytest.mark.parametrize("goal", list(Goal))
def test_a_proof_runs_apart_and_is_read_by_whom_it_is_for(desks, sited, goal):
    planner = desks(Role.PLANNER)
    question = SitingQuestion(radius=0, most=2, goal=goal, demand=Demand.RESIDENTS)
    run = planner.prove(question)
    deadline = time.monotonic() + 60
    while (state := planner.proof(run)).status is RunStatus.RUNNING and time.monotonic() < deadline:
        time.sleep(0.2)
    assert (state.status, state.error, state.question) == (RunStatus.DONE, None, question)
    assert state.proof is not None
    assert state.proof.is_proven
    shown = planner.answer(question, run)
    assert {one.village.id for one in shown.suggested} == set(state.proof.village_ids)
    other = SitingQuestion(radius=0, most=1)
    assert len(planner.answer(other, run).suggested) == 1, "a proof of another question is left aside"
    leader = desks(Role.LEADER)
    with pytest.raises(Refused, match="run_unknown"):
        leader.proof(run)
    assert leader.answer(question, run).proof.village_ids == leader.answer(question).proof.village_ids


def test_a_run_of_another_kind_is_no_proof(desks, sited):
    planner = desks(Role.PLANNER)
    run = planner.prove(SitingQuestion(radius=0, most=1))
    change(sited, f"UPDATE planning_run SET kind = 'coverage' WHERE id = {run}")
    with pytest.raises(Refused, match="run_unknown"):
        planner.proof(run)


def test_a_small_count_weighs_what_every_small_count_weighs(desks, sited):
    """So that no share, bound or way, asked for twice with other radii, tells one village's count."""
    ask = SitingQuestion(demand=Demand.RECENT, radius=0, most=1)
    shown = [(found := desks(Role.LEADER).answer(ask)).total, found.covered, found.covered_after]
    for count in (0, 1, 4):
        change(sited, f"UPDATE area_workload SET recent = {count} WHERE area_id % 2 = 0")
        found = desks(Role.LEADER).answer(ask)
        assert [found.total, found.covered, found.covered_after] == shown
    change(sited, "UPDATE area_workload SET recent = 0")
    assert desks(Role.LEADER).answer(ask).total == 0, "nothing was counted anywhere, which is known"
