"""``fengtu coverage``: what is printed is a legal suggestion with its floor, or the demands in its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from data import cluster, models
from data.cli import make_cli
from grid.principals import Principal
from layers.words import Language, say
from tests.storage import patch_town
from tests.storage.published_plans import make_city, published


@pytest.fixture(scope="module")
def city(module_engine: Engine) -> Engine:
    return make_city(module_engine)


@pytest.fixture
def fengtu(city: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path) -> Callable[..., Result]:
    url = login_as(city, cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "8123", "PUBLIC_URL": ""}
    return lambda *words: CliRunner().invoke(make_cli(say), ["coverage", *words], env=given)


def test_json_tells_status_load_floor_moves_and_seconds(fengtu: Callable[..., Result]) -> None:
    answer = fengtu("suggest", "--plan", "现方案", "--max-changes", "1", "--seconds", "1", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["status"], told["today"], told["max_load"], told["floor"]) == ("proven", 44, 51, 51)
    assert told["seconds"] >= 0
    # Nobody has 县2 yet: giving it to somebody is no change; its neighbour's leader alone would have 53.
    moves = {(one["kind"], one["unit"], one["from"], one["to"]) for one in told["moves"]}
    assert moves == {("give", "县2", None, "副市长1"), ("give", "县1", "副市长1", "副市长0")}
    assert told["moves"][-1]["max_load_after"] == 51


def test_words_say_the_same(fengtu: Callable[..., Result], city: Engine) -> None:
    plan = str(published(city).plan.id)
    answer = fengtu("suggest", "--plan", plan, "--max-changes", "3", "--seconds", "1")
    assert answer.exit_code == 0, answer.output
    assert "县" in answer.stdout
    assert "已证明" in answer.stdout
    assert "{" not in answer.stdout


def test_loads_and_plans_are_listed(fengtu: Callable[..., Result]) -> None:
    listed = fengtu("show")
    assert listed.exit_code == 0, listed.output
    assert "现方案" in listed.stdout
    assert "旧方案" in listed.stdout
    loads = fengtu("show", "--plan", "现方案")
    assert [line.split("　")[0] for line in loads.stdout.splitlines()] == ["副市长1", "副市长0"]


@pytest.fixture
def divided(new_database: Callable[..., Engine], login_as: Callable[..., Engine],
            sign_in: Callable[..., Principal], tmp_path: Path) -> Callable[..., Result]:  # fmt: skip
    engine = new_database()
    place = patch_town.fill(engine, sign_in, login_as)
    patch_town.count(engine, place.grids[0], recent=30)
    url = place.owner.url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "8123", "PUBLIC_URL": ""}
    return lambda *words: CliRunner().invoke(make_cli(say), ["coverage", "patches", *words], env=given)


def test_a_town_is_divided_among_numbered_workers(divided: Callable[..., Result]) -> None:
    """Each grid once, loads that add up, and no account asked for."""
    answer = divided("--town", "990101001", "--workers", "3", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    codes = [grid["code"] for patch in told["patches"] for grid in patch["grids"]]
    assert len(codes) == len(set(codes)) == told["grids"] == 8
    assert [patch["worker"] for patch in told["patches"]] == [1, 2, 3]
    loads = [patch["load"] for patch in told["patches"]]
    assert max(loads) == told["max_load"] >= told["floor"]
    assert loads == [sum(grid["load"] for grid in patch["grids"]) for patch in told["patches"]]
    words = divided("--town", "990101001", "--workers", "3")
    assert "8 个网格" in words.stdout
    assert "{" not in words.stdout


@pytest.mark.parametrize(
    "words", [("--town", "1", "--workers", "3"), ("--town", "990101001", "--workers", "0")]
)
def test_no_town_or_no_worker_is_refused(divided: Callable[..., Result], words: tuple[str, ...]) -> None:
    answer = divided(*words)
    assert answer.exit_code == 2
    assert answer.stdout == ""


def test_demands_in_the_way_are_named_with_a_way_out(fengtu: Callable[..., Result], city: Engine) -> None:
    with Session(city) as session, session.begin():
        plan = session.scalars(
            select(models.CoveragePlan.id).where(models.CoveragePlan.name == "现方案")
        ).one()
        leaders = session.scalars(select(models.Leader.id)).all()
        for leader in leaders:
            rule = {"plan_id": plan, "kind": "cap", "leader_id": leader, "value": 20}
            session.execute(insert(models.PlanRule).values(**rule))
    answer = fengtu("suggest", "--plan", "现方案", "--max-changes", "3", "--seconds", "1", "--json")
    assert answer.exit_code == 1, answer.output
    told = json.loads(answer.stdout)
    assert (told["status"], told["max_load"], told["moves"]) == ("infeasible", None, [])
    demands = told["conflict"]["demands"]
    assert {one["kind"] for one in demands} == {"cap"}
    assert told["conflict"]["ways_out"] or told["conflict"]["together"]
    words = fengtu("suggest", "--plan", "现方案", "--max-changes", "3", "--seconds", "1")
    assert words.exit_code == 1
    assert all(one["leader"] in words.stdout for one in demands)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--plan", "没有", "--max-changes", "1"), "plan_unknown"),
        (("--plan", "999999", "--max-changes", "1"), "plan_unknown"),
        (("--plan", "现方案", "--max-changes", "201"), "suggest_range"),
        (("--plan", "现方案", "--max-changes", "-1"), "suggest_range"),
        (("--plan", "现方案", "--max-changes", "1", "--helpers", "9"), "suggest_range"),
        (("--plan", "现方案", "--max-changes", "1", "--seconds", "0"), "suggest_range"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    fengtu: Callable[..., Result], words: tuple[str, ...], code: str
) -> None:
    answer = fengtu("suggest", *words)
    assert answer.exit_code == 2
    ending = say(f"refusals.{code}", Language.ZH, name="", least="", most="", plan="")[-6:]
    assert answer.stderr.rstrip().endswith(ending)
