"""``fengtu hotspots``: the desk's own findings, printed, over a copy that is made where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from data import cluster
from data.cli import make_cli
from data.counts.refreshing import refresh
from data.store import PostgisStore
from grid.areas import Level
from grid.hotspots.findings import Method
from grid.hotspots.questions import MatterFilter
from grid.matters import Category
from grid.principals import COMMAND_LINE
from layers.words import say
from tests.conftest import DEMO_UNTIL

SINCE = DEMO_UNTIL.replace(year=DEMO_UNTIL.year - 1, day=1)
PERIOD = ("--since", SINCE.isoformat(), "--until", DEMO_UNTIL.isoformat())


@pytest.fixture(scope="module")
def demo(
    new_database: Callable[..., Engine], demo_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Path]:
    return new_database(demo_template), tmp_path_factory.mktemp("home")


@pytest.fixture
def fengtu(demo: tuple[Engine, Path], login_as: Callable[[Engine, str], Engine]) -> Callable[..., Result]:
    url = login_as(demo[0], cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(demo[1]), "PORT": "8123", "PUBLIC_URL": ""}
    return lambda *words: CliRunner().invoke(make_cli(say), ["hotspots", *words], env=given)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("level", [Level.COUNTY, Level.VILLAGE])
def test_json_is_what_the_desk_finds(
    fengtu: Callable[..., Result], demo: tuple[Engine, Path], level: Level, method: Method
) -> None:
    chosen = ("--category", "labour", "--method", method.value)
    answer = fengtu("--level", level.value, *PERIOD, *chosen, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    engine, home = demo
    refresh(engine, home / "counts")
    desk = PostgisStore(engine, home / "counts").hotspots(COMMAND_LINE)
    found = desk.significance(level, MatterFilter(SINCE, DEMO_UNTIL, frozenset({Category.LABOUR})), method)
    codes = {area.id: area.code for area in desk.areas(level)}
    assert (told["n"], told["method"], told["level"]) == (found.n, method, level)
    assert told["parameters"] == found.parameters
    assert [one["code"] for one in told["caveats"]] == list(found.caveats)
    assert all(one["text"] and one["text"] != one["code"] for one in told["caveats"])
    assert told["definition"]
    assert told["synthetic"] is True
    assert [
        (row["code"], row["count"], row["rate"], row["z"], row["p"], row["q"], row["class"])
        for row in told["areas"]
    ] == [
        (codes[row.area_id], row.count, row.rate, row.z, row.p, row.q, row.verdict.value)
        for row in found.rows
    ]


def test_counts_are_those_of_sql(fengtu: Callable[..., Result], demo: tuple[Engine, Path]) -> None:
    told = json.loads(fengtu("--level", "town", *PERIOD, "--json").stdout)
    with demo[0].connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT a.code, count(p.id) FROM area a LEFT JOIN petition p ON p.town_id = a.id"
            " AND p.purpose <> 'accusation' AND p.place_status = 'accepted'"
            " AND p.registered_on BETWEEN %(since)s AND %(until)s"
            " WHERE a.level = 'town' AND a.valid_to IS NULL GROUP BY 1 ORDER BY 1",
            {"since": SINCE, "until": DEMO_UNTIL},
        ).all()
    assert {row["code"]: row["count"] for row in told["areas"]} == dict(map(tuple, rows))


def test_a_table_has_the_highest_first_and_says_what_it_is(fengtu: Callable[..., Result]) -> None:
    told = {
        row["code"]: row for row in json.loads(fengtu("--level", "town", *PERIOD, "--json").stdout)["areas"]
    }
    answer = fengtu("--level", "town", *PERIOD)
    assert answer.exit_code == 0
    codes = [line.split()[0] for line in answer.stdout.splitlines() if line.split()[0] in told]
    assert len(codes) == 30
    zs = [told[code]["z"] for code in codes]
    assert zs == sorted((row["z"] for row in told.values() if row["z"] is not None), reverse=True)[:30]
    assert "检举控告不计入" in answer.stdout
    assert "小计数不得外传" in answer.stdout


def test_a_period_without_matters_is_an_honest_answer(fengtu: Callable[..., Result]) -> None:
    answer = fengtu("--level", "town", "--since", "1990-01-01", "--until", "1990-12-31", "--json")
    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["n"]) == (0, 0)
    assert {row["class"] for row in told["areas"]} == {"too_few"}
    assert fengtu("--level", "town", "--since", "1990-01-01", "--until", "1990-12-31").exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "2026-02-01", "--until", "2026-01-01"), "period_reversed"),
        (("--since", "1900-01-01", "--until", "2026-01-01"), "period_too_long"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    fengtu: Callable[..., Result], words: tuple[str, ...], told: str
) -> None:
    answer = fengtu("--level", "town", *words)
    assert answer.exit_code == 2
    assert answer.stderr.strip()
    assert told not in answer.stderr, "in words, not by a code"


@pytest.mark.parametrize(
    "words",
    [("--level", "city"), ("--level", "x"), ("--level", "town", "--category", "accusation"),
     ("--level", "town", "--unit", "percent"),
     ("--level", "town", "--method", "x"), ()],
)  # fmt: skip
def test_what_there_is_not_is_no_choice(fengtu: Callable[..., Result], words: tuple[str, ...]) -> None:
    assert fengtu(*words, *PERIOD).exit_code == 2


def test_an_empty_city_is_told_so(
    engine: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path
) -> None:
    url = login_as(engine, cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "8123"}
    answer = CliRunner().invoke(make_cli(say), ["hotspots", "--level", "town", *PERIOD, "--json"], env=given)
    assert answer.exit_code == 0, answer.output
    assert (json.loads(answer.stdout)["areas"], json.loads(answer.stdout)["n"]) == ([], 0)
