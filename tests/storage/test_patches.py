"""Patches: read with small counts hidden, drafted, and published by another: whole, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
import shapely
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from data import models
from data.reads.patch import is_own
from data.sessions import act_for, reading
from grid.areas import Level
from grid.audits import Action
from grid.coverage import PlanState
from grid.patches.town import STAND_IN
from grid.principals import Principal, Role
from grid.refusals import Refused
from tests.storage.patch_town import Place, count, fill
from tests.storage.striped_city import add_edition
from tests.storage.written_audit import audit_rows


@pytest.fixture
def place(engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]) -> Place:
    """The two towns, for one test to write to."""
    return fill(engine, sign_in, login_as)


def proposed(place: Place, **draft: object) -> tuple[int, int]:
    """Return id and version of a proposal by ``planner``."""
    plan, version = place.desk("planner").save_patches(place.draft(**draft))  # type: ignore[arg-type]
    place.desk("planner").propose_patches(plan, version)
    return plan, version + 1


def scopes(place: Place) -> dict[str, set[int]]:
    """Return which areas each account answers for."""
    names = {id_: name for name, id_ in place.ids.items()}
    found: dict[str, set[int]] = {name: set() for name in place.ids}
    with Session(place.owner) as session:
        for row in session.scalars(select(models.AccountScope)):
            found[names[row.account_id]].add(row.area_id or 0)
    return found


def test_a_town_is_read_with_its_workers_and_those_posted_nowhere(place: Place) -> None:
    town = place.desk("planner").town(place.towns[0])
    assert [grid.area.id for grid in town.grids] == list(place.grids)
    names = {worker.id: worker.grid_ids for worker in town.workers}
    ids = place.ids
    assert names == {
        ids["worker"]: set(place.grids[:4]),
        ids["second"]: set(place.grids[4:6]),
        ids["new"]: set(),
    }
    today = [town.today()[grid] for grid in place.grids]
    assert today == [ids["worker"]] * 4 + [ids["second"]] * 2 + [None] * 2
    assert len(town.borders) == 7
    states = {state.area_id: state for state in place.desk("approver").towns()}
    first, other = (states[town_id] for town_id in place.towns)
    assert (first.grids, first.workers, first.unheld) == (8, 2, 2)
    assert (other.grids, other.workers, other.unheld) == (4, 2, 1)


def test_small_counts_are_hidden_and_weigh_the_same_whatever_they_are(engine: Engine, place: Place) -> None:
    for grid, (recent, still) in zip(
        place.grids, [(30, 9), (4, 0), (2, 3), (12, 6), (1, 1), (20, 4), (3, 0)], strict=False
    ):
        count(engine, grid, recent=recent, still=still)
    grids = place.desk("planner").town(place.towns[0]).grids
    shown = [grid.recent for grid in grids]
    assert shown[1] is shown[2] is shown[4] is shown[6] is shown[7] is None
    assert set(shown) <= {30, 12, 20, None}
    assert shown[0] == 30
    assert [grid.open for grid in grids][:3] == [9, None, None]
    assert {grid.weight for grid in grids if grid.recent is None and grid.open is None} == {3 * STAND_IN}


def test_the_only_small_count_of_a_village_hides_another(engine: Engine, place: Place) -> None:
    """From the village's total and the others it could be told."""
    for grid, recent in zip(place.grids[:4], (30, 2, 9, 12), strict=True):
        count(engine, grid, recent=recent)
    shown = [grid.recent for grid in place.desk("planner").town(place.towns[0]).grids][:4]
    assert shown[1] is None
    assert sum(one is None for one in shown) >= 2
    assert all(one in {None, 30, 9, 12} for one in shown)


def test_a_draft_is_saved_read_and_saved_again(place: Place) -> None:
    desk = place.desk("planner")
    saved, version = desk.save_patches(place.draft())
    plan = desk.patch_plan(saved)
    assert (plan.state, plan.version, plan.own, plan.created_by) == (
        PlanState.DRAFT, 1, True, place.who["planner"].label,
    )  # fmt: skip
    assert plan.holders == place.draft().holders
    again = desk.save_patches(replace(plan, holders=place.draft(at=6).holders, name="再分工"))
    assert again == (saved, version + 1)
    assert desk.patch_plan(saved).holders == place.draft(at=6).holders
    with pytest.raises(Refused, match="patches_changed_meanwhile"):
        place.desk("other_planner").save_patches(plan)
    assert desk.patch_plan(saved).name == "再分工"
    desk.discard_patches(saved, 2)
    with pytest.raises(Refused, match="patches_unknown"):
        desk.patch_plan(saved)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda place: {"holders": {place.elsewhere[0]: place.ids["worker"]}}, "patches_grid_elsewhere"),
        (lambda place: {"holders": {place.villages[0]: place.ids["worker"]}}, "patches_grid_elsewhere"),
        (lambda place: {"holders": {2**62: place.ids["worker"]}}, "patches_grid_elsewhere"),
        (lambda place: {"holders": {place.grids[0]: place.ids["far"]}}, "patches_worker_unknown"),
        (lambda place: {"holders": {place.grids[0]: place.ids["gone"]}}, "patches_worker_unknown"),
        (lambda place: {"holders": {place.grids[0]: place.ids["town"]}}, "patches_worker_unknown"),
        (lambda place: {"holders": {place.grids[0]: 2**62}}, "patches_worker_unknown"),
        (lambda place: {"town_id": place.grids[0]}, "town_unknown"),
        (lambda place: {"town_id": -1}, "town_unknown"),
        (lambda place: {"name": "  "}, "plan_name_missing"),
        (lambda place: {"id": 2**62, "version": 1}, "patches_unknown"),
        (lambda place: {"id": -1, "version": 1}, "patches_unknown"),
    ],
)
def test_hostile_plans_are_refused(
    engine: Engine, place: Place, wrong: Callable[[Place], dict[str, object]], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        place.desk("planner").save_patches(replace(place.draft(), **wrong(place)))  # type: ignore[arg-type]
    with Session(engine) as session:
        assert session.scalars(select(models.PatchPlan)).all() == []


def test_publishing_replaces_the_scopes_of_the_town_alone(place: Place) -> None:
    before = scopes(place)
    plan, version = proposed(place, halves=("second", "new"), at=5)
    with reading(place.server, place.who["new"]) as session:
        assert not is_own(session, place.grids[7])
    place.desk("approver").publish_patches(plan, version)
    after = scopes(place)
    assert after["second"] == set(place.grids[:5])
    assert after["new"] == set(place.grids[5:])
    assert after["worker"] == {place.elsewhere[0]}
    assert after["far"] == before["far"]
    assert after["town"] == before["town"]
    # A disabled worker of the town has nothing left to come back to.
    assert after["gone"] == set()
    with reading(place.server, place.who["new"]) as session:
        assert is_own(session, place.grids[7])
    with reading(place.server, place.who["worker"]) as session:
        assert not is_own(session, place.grids[0])
        assert is_own(session, place.elsewhere[0])
    stored = place.desk("planner").patch_plan(plan)
    assert (stored.state, stored.published_by) == (PlanState.PUBLISHED, place.who["approver"].label)
    assert stored.published_at is not None


def test_each_account_that_changes_is_in_the_audit(engine: Engine, place: Place) -> None:
    plan, version = proposed(place, halves=("worker", "second"), at=4)
    place.desk("approver").publish_patches(plan, version)
    rows = [row for row in audit_rows(engine) if row.action == Action.ACCOUNT_SCOPE.value]
    told = {row.facts["id"]: row.facts for row in rows}
    assert set(told) == {place.who[name].id for name in ("worker", "second", "gone")}
    assert {row.principal for row in rows} == {place.who["approver"].id}
    assert len(told[place.who["second"].id]["areas"]) == 4
    published = [row for row in audit_rows(engine) if row.action == Action.PATCHES_PUBLISH.value]
    assert [row.facts["id"] for row in published] == [plan]


def test_a_second_publication_retires_the_first(place: Place) -> None:
    first, version = proposed(place)
    place.desk("approver").publish_patches(first, version)
    second, version = proposed(place, at=2)
    place.desk("approver").publish_patches(second, version)
    states = {plan.id: plan.state for plan in place.desk("planner").town(place.towns[0]).plans}
    assert states == {first: PlanState.RETIRED, second: PlanState.PUBLISHED}
    (state, _) = place.desk("planner").towns()
    assert state.published_at is not None


def test_former_grids_and_villages_go_with_their_successors(engine: Engine, place: Place) -> None:
    """A matter of an earlier day lies in a grid as it was then: its worker's successor must see it too."""
    code, days = "990101001001001", {"valid_from": date(2020, 1, 1), "valid_to": date(2026, 1, 1)}
    with Session(engine) as session, session.begin():
        named = session.get_one(models.Area, place.grids[0]).name
        strip = (code, named, shapely.box(120, 28, 120.01, 28.01), None)
        former = add_edition(session, Level.GRID, [strip], **days)[code]
    values = {"account": place.ids["worker"], "area": former}
    with place.owner.begin() as connection:
        insert = "INSERT INTO account_scope (account_id, area_id) VALUES (:account, :area)"
        connection.execute(text(insert), values)
    plan, version = proposed(place, halves=("second", "new"))
    place.desk("approver").publish_patches(plan, version)
    after = scopes(place)
    assert former in after["second"]
    assert after["worker"] == {place.elsewhere[0]}


def test_what_is_not_whole_is_neither_proposed_nor_published(place: Place) -> None:
    desk = place.desk("planner")
    holders = {**place.draft().holders, place.grids[3]: None}
    plan, version = desk.save_patches(place.draft(holders=holders))
    with pytest.raises(Refused, match="patches_incomplete"):
        desk.propose_patches(plan, version)
    plan, version = proposed(place)
    before = scopes(place)
    with place.owner.begin() as connection:
        connection.execute(text(f"UPDATE account SET disabled = true WHERE id = {place.ids['second']}"))
    with pytest.raises(Refused, match="patches_incomplete"):
        place.desk("approver").publish_patches(plan, version)
    # Past the desk, the database refuses the same.
    with pytest.raises(DBAPIError), acting_as(place, "approver") as session:
        session.execute(text(f"SELECT access.publish_patches({plan}, {version})"))
    assert scopes(place) == before


@contextmanager
def acting_as(place: Place, name: str, role: Role | None = None) -> Iterator[Session]:
    """Open a transaction as somebody, as injected SQL would have it."""
    principal = place.who[name] if role is None else replace(place.who[name], role=role)
    with Session(place.server) as session, session.begin():
        act_for(session, principal, timeout_ms=0)
        yield session


@pytest.mark.parametrize(
    "name", ["planner", "worker", "town", "leader", "bureau", "clerk", "auditor", "kiosk", "admin"]
)
def test_nobody_but_an_approver_publishes_even_with_forged_sql(place: Place, name: str) -> None:
    plan, version = proposed(place, halves=("second", "new"))
    before = scopes(place)
    with pytest.raises(Refused, match=r"not_allowed|patches_unknown|patches_own_proposal"):
        place.desk(name).publish_patches(plan, version)
    for role in (None, Role.APPROVER):
        with pytest.raises(DBAPIError), acting_as(place, name, role) as session:
            session.execute(text(f"SELECT access.publish_patches({plan}, {version})"))
    with pytest.raises(DBAPIError), acting_as(place, name) as session:
        session.execute(text(f"UPDATE patch_plan SET state = 'published' WHERE id = {plan}"))
    assert scopes(place) == before


def test_workers_names_are_told_to_planners_and_approvers_alone(place: Place) -> None:
    asked = text(f"SELECT count(*) FROM access.town_workers(ARRAY[{place.towns[0]}]::bigint[])")
    for name in place.who:
        if name == "gone":
            continue
        told: object = "refused"
        try:
            with acting_as(place, name) as session:
                told = session.execute(asked).scalar_one()
        except DBAPIError:
            pass
        expected = 3 if place.who[name].role in {Role.PLANNER, Role.APPROVER} else "refused"
        assert told == expected, name
    with pytest.raises(DBAPIError), acting_as(place, "planner") as session:
        session.execute(text("SELECT login FROM account"))


def test_nobody_approves_what_they_made_or_proposed_under_another_role(place: Place) -> None:
    plan, version = proposed(place)
    with place.owner.begin() as connection:
        connection.execute(text("ALTER TABLE account DISABLE TRIGGER change_role"))
        connection.execute(
            text("UPDATE account SET role = 'approver' WHERE id = :id"), {"id": place.ids["planner"]}
        )
    mine = replace(place.who["planner"], role=Role.APPROVER)
    place.who["turned"] = mine
    with pytest.raises(Refused, match="patches_own_proposal"):
        place.desk("turned").publish_patches(plan, version)
    with pytest.raises(DBAPIError), acting_as(place, "turned") as session:
        session.execute(text(f"SELECT access.publish_patches({plan}, {version})"))


def test_no_planner_proposes_or_drafts_in_anothers_name(place: Place) -> None:
    plan, _ = place.desk("planner").save_patches(place.draft())
    insert = "INSERT INTO patch_plan (town_id, name, state, created_by) VALUES"
    for forged in (
        f"UPDATE patch_plan SET state = 'proposed', proposed_by = 'somebody' WHERE id = {plan}",
        f"{insert} ({place.towns[0]}, 'x', 'draft', 'somebody')",
        f"{insert} ({place.towns[0]}, 'x', 'published', '{place.who['planner'].id}')",
    ):
        with pytest.raises(DBAPIError), acting_as(place, "planner") as session:
            session.execute(text(forged))


def test_a_proposal_is_taken_back_or_sent_back_and_not_changed_meanwhile(place: Place) -> None:
    planner, approver = place.desk("planner"), place.desk("approver")
    plan, version = proposed(place)
    with pytest.raises(Refused, match="patches_not_draft"):
        planner.save_patches(replace(planner.patch_plan(plan), name="偷改"))
    with acting_as(place, "planner") as session:
        session.execute(text(f"DELETE FROM patch_assignment WHERE plan_id = {plan}"))
    assert len(planner.patch_plan(plan).holders) == 8
    planner.withdraw_patches(plan, version)
    planner.propose_patches(plan, version + 1)
    with pytest.raises(Refused, match="patches_changed_meanwhile"):
        approver.publish_patches(plan, version)
    approver.return_patches(plan, version + 2)
    assert planner.patch_plan(plan).state is PlanState.DRAFT
    with pytest.raises(Refused, match="patches_not_proposed"):
        approver.publish_patches(plan, version + 3)


def test_of_two_who_publish_at_once_one_does(place: Place) -> None:
    plan, version = proposed(place)
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def publish(name: str) -> None:
        gate.wait()
        try:
            place.desk(name).publish_patches(plan, version)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=publish, args=(name,)) for name in ("approver", "other_approver")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") == 1
    assert outcomes.count("patches_not_proposed") + outcomes.count("not_allowed") == 1
    assert scopes(place)["second"] == set(place.grids[4:])


def test_the_servers_own_login_is_nobody(place: Place) -> None:
    with place.server.begin() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT * FROM access.patch_officials()"))
