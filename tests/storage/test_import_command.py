"""``fengtu import`` says what must be answered, with the option to give, and ends with a code of its own."""

from __future__ import annotations

import json

import pytest
import shapely
from click.testing import CliRunner
from sqlalchemy import text

from data.commands import imports
from data.commands.context import Context
from data.settings import Settings
from layers.words import say

BOWTIE = shapely.Polygon([(120, 28), (120.1, 28.1), (120.1, 28), (120, 28.1)])
HALF = shapely.box(120.1, 28, 120.2, 28.1)


@pytest.fixture
def command(engine, tmp_path):
    url = engine.url.render_as_string(hide_password=False)
    context = Context(Settings(home=tmp_path, database_url=url, port=1), say)
    return lambda *words: CliRunner().invoke(imports.commands, list(map(str, words)), obj=context)


@pytest.fixture
def counties(tmp_path):
    path = tmp_path / "counties.csv"
    rows = [("990101", "云岭区", BOWTIE), ("990102", "青川县", HALF)]
    lines = [f'{code},{name},"{outline.wkt}"' for code, name, outline in rows]
    path.write_text("\n".join(["代码,名称,几何", *lines]), encoding="utf-8")
    return path


def areas(engine):
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM area")).scalar_one()


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_open_questions_are_told_with_the_option_to_give(command, counties, engine, flags):
    result = command("boundaries", counties, "--level", "county", "--option", "crs=EPSG:4490", *flags)
    assert result.exit_code == 3, result.output
    assert "还有问题要回答，其中 1 个必须回答后才能导入" in result.output
    assert "--option repairs=" in result.output
    assert areas(engine) == 0
    offered = [line for line in result.output.splitlines() if "--option repairs=" in line]
    answer = offered[0].strip().split("　")[0].removeprefix("--option ")
    answered = command(
        "boundaries", counties, "--level", "county", "--option", "crs=EPSG:4490", "--option", answer, *flags
    )
    assert answered.exit_code == 0, answered.output
    assert areas(engine) == (0 if flags else 2)


def test_programs_get_the_questions_as_json(command, counties):
    result = command("boundaries", counties, "--level", "county", "--option", "crs=EPSG:4490", "--json")
    assert result.exit_code == 3
    asked = json.loads(result.output)["inspection"]["questions"]
    assert [one["option"] for one in asked if one["required"] and not one["answer"]] == ["repairs"]


def test_an_answer_that_is_none_is_refused(command, counties, engine):
    result = command(
        "boundaries", counties, "--level", "county", "--option", "crs=EPSG:4490", "--option", "repairs=maybe"
    )
    assert result.exit_code != 0
    assert areas(engine) == 0
