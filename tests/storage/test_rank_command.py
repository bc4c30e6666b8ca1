"""``fengtu rank``: what is printed is what was frozen; freezing anew, verifying, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data import cluster
from data.cli import make_cli
from data.reads import rectification as reads
from grid.listings import Quarter
from grid.rectification.schemes import default_scheme
from layers.words import say
from tests.storage import ranked_city as city
from tests.storage.ranked_city import BAD, FAIR, FEW, GOOD, QUARTER


@pytest.fixture
def ranked(new_database: Callable[..., Engine]) -> Iterator[Engine]:
    engine = new_database()
    city.fill(engine, {"甲局": GOOD, "乙局": BAD, "丙局": FAIR, "丁局": FAIR, "戊局": FEW})
    yield engine
    engine.dispose()


@pytest.fixture
def fengtu(
    ranked: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path
) -> Callable[..., Result]:
    url = login_as(ranked, cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "8123", "PUBLIC_URL": ""}
    return lambda *words: CliRunner().invoke(make_cli(say), ["rank", *words], env=given)


def test_json_is_what_was_frozen(fengtu: Callable[..., Result], ranked: Engine) -> None:
    answer = fengtu("--quarter", "2025Q1", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert answer.stderr, "how far it is, is told beside the answer"
    with Session(ranked) as session:
        found = reads.ranking(session, QUARTER)
    assert found is not None
    assert (told["quarter"], told["checksum"]) == ("2025Q1", found.checksum)
    assert (told["snapshot"]["revision"], told["snapshot"]["as_of"]) == (1, found.as_of.isoformat())
    assert told["scheme"]["with_visits"] is False
    units = told["units"]
    assert [(one["rank"], one["tied"], one["name"]) for one in units] == [
        (1, False, "乙局"), (2, True, "丙局"), (2, True, "丁局"), (4, False, "甲局"), (None, False, "戊局"),
    ]  # fmt: skip
    assert [one["score"] for one in units] == [row.score and float(row.score) for row in found.rows]
    assert [one["reason"] for one in units[-1]["not_ranked"]] == ["too_few"] * 5
    for one, row in zip(units, found.rows, strict=True):
        assert [(each["indicator"], each["numerator"], each["n"]) for each in one["indicators"]] == [
            (each.indicator, each.numerator, each.denominator) for each in row.figures.figures
        ]
    assert len(units[0]["indicators"]) == 13


def test_asked_again_it_is_the_same_until_it_is_frozen_anew(
    fengtu: Callable[..., Result], ranked: Engine
) -> None:
    first = fengtu("--quarter", "2025Q1", "--json").stdout
    with ranked.begin() as connection:
        connection.execute(text("UPDATE petition SET replied_on = '2025-03-30'"))
    assert fengtu("--quarter", "2025年一季度", "--json").stdout == first
    verified = fengtu("--quarter", "2025Q1", "--verify", "--json")
    assert (verified.exit_code, json.loads(verified.stdout)["same"]) == (0, True)
    anew = json.loads(fengtu("--quarter", "2025Q1", "--freeze", "--json").stdout)
    assert anew["snapshot"]["revision"] == 2
    assert anew["checksum"] != json.loads(first)["checksum"]
    assert fengtu("--quarter", "2025Q1", "--revision", "1", "--json").stdout == first


def test_what_was_changed_is_found_and_ends_with_an_error(
    fengtu: Callable[..., Result], ranked: Engine
) -> None:
    fengtu("--quarter", "2025Q1")
    with ranked.begin() as connection:
        connection.execute(text("UPDATE snapshot_matter SET met = 1 - met WHERE indicator = 'satisfied'"))
    verified = fengtu("--quarter", "2025Q1", "--verify")
    assert verified.exit_code == 1
    assert "不一致" in verified.stdout
    assert json.loads(fengtu("--quarter", "2025Q1", "--verify", "--json").stdout)["same"] is False


def test_the_table_says_who_is_not_ranked_and_what_the_numbers_are(fengtu: Callable[..., Result]) -> None:
    lines = fengtu("--quarter", "2025Q1").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:6]] == ["1", "2（并列）", "2（并列）", "4", "不排名"]
    assert "仅 19 件" in lines[5]
    assert "SHA-256" in lines[6]
    assert default_scheme().name in lines[7]
    assert "走访" not in "".join(lines)


def test_a_scheme_with_visits_says_so(
    fengtu: Callable[..., Result], ranked: Engine, login_as: Callable[[Engine, str], Engine]
) -> None:
    with login_as(ranked, "postgres").begin() as connection:
        connection.execute(text("UPDATE score_scheme SET with_visits = true"))
    assert "走访" in fengtu("--quarter", "2025Q1").stdout.splitlines()[-1]
    told = json.loads(fengtu("--quarter", "2025Q1", "--json").stdout)
    assert told["scheme"]["with_visits"] is True
    assert "走访" in told["definition"][-1]


def test_a_quarter_that_goes_on_is_tried_out_and_not_kept(
    fengtu: Callable[..., Result], ranked: Engine
) -> None:
    with ranked.connect() as connection:
        running = Quarter.of(connection.scalar(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")))
    told = json.loads(fengtu("--quarter", str(running), "--json").stdout)
    assert (told["snapshot"], told["checksum"]) == (None, None)
    assert fengtu("--quarter", str(running), "--freeze").exit_code == 2
    with Session(ranked) as session:
        assert reads.frozen_quarters(session) == ()


@pytest.mark.parametrize("words", [("--quarter", "2025Q5"), ("--quarter", "2025Q1", "--revision", "7"),
                                   ("--quarter", "2024Q1", "--verify"), ()])  # fmt: skip
def test_what_cannot_be_told_is_refused_in_words(
    fengtu: Callable[..., Result], words: tuple[str, ...]
) -> None:
    answer = fengtu(*words)
    assert answer.exit_code == 2
    assert answer.stderr
    assert not answer.stdout
