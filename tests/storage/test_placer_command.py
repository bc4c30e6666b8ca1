"""``fengtu geocode``: lines of JSON for programs, sentences for people; and words for every reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner, Result
from geoalchemy2.shape import from_shape
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from data import models
from data.cli import make_cli
from grid.places import PlaceReason
from layers.words import Language, all_words, say


@pytest.fixture
def run(engine: Engine) -> Callable[..., Result]:
    with Session(engine) as session, session.begin():
        _add_counties(session)
    environment = {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    return lambda *words, stdin=None: CliRunner().invoke(
        make_cli(say), ["geocode", *words], env=environment, input=stdin
    )


def _add_counties(session: Session) -> None:
    batch = session.execute(
        insert(models.ImportBatch).values(
            kind="boundaries", file_name="x", sha256="0" * 64, options="{}", dry_run=False, principal="t",
            seconds=0, rows=0, accepted=0, review=0, refused=0,
        ).returning(models.ImportBatch.id)
    ).scalar_one()  # fmt: skip
    edition = session.execute(
        insert(models.Edition).values(
            level="county", code_system="T", vintage="1", source="test", source_crs="EPSG:4490",
            synthetic=True, valid_from=date(2020, 1, 1), batch_id=batch,
        ).returning(models.Edition.id)
    ).scalar_one()  # fmt: skip
    for code, name in (("990101", "云岭县"), ("990102", "临江区")):
        shape = shapely.MultiPolygon([shapely.box(120, 28, 121, 29)])
        session.execute(
            insert(models.Area).values(
                edition_id=edition, level="county", kind="regular", code=code, name=name, code_system="T",
                vintage="1", area_km2=1.0, valid_from=date(2020, 1, 1), geom=from_shape(shape, srid=4490),
                label=from_shape(shape.centroid, srid=4490),
            )
        )  # fmt: skip


def test_json_lines(run: Callable[..., Result], tmp_path: Path) -> None:
    listed = tmp_path / "addresses.txt"
    listed.write_text("\ufeff不详\n云岭县、临江区\n", encoding="utf-8")
    result = run("云岭县", "--file", str(listed), "--json")
    assert result.exit_code == 0, result.output
    clear, missing, both = map(json.loads, result.stdout.splitlines())
    assert clear == {
        "text": "云岭县", "status": "accepted", "granularity": "county", "method": "address",
        "area": "990101",
        "area_name": "云岭县", "lon": None, "lat": None, "candidates": [], "reasons": [],
    }  # fmt: skip
    assert (missing["status"], missing["area"], missing["reasons"]) == (
        "unmatched",
        None,
        ["address_missing"],
    )
    assert both["status"] == "review"
    assert [candidate["area"] for candidate in both["candidates"]] == ["990101", "990102"]


def test_sentences(run: Callable[..., Result]) -> None:
    lines = run("云岭县", "云岭县、临江区").stdout.splitlines()
    assert lines[0] == "云岭县：已定位，县，云岭县"
    assert lines[1:] == [
        "云岭县、临江区：待核，未定位，无区划",
        "  地址里的名称互相矛盾（如村不在所写的镇）",
        "  备选：云岭县、临江区",
    ]


def test_what_it_cannot_read_it_refuses_in_words(run: Callable[..., Result], tmp_path: Path) -> None:
    nothing = run()
    assert (nothing.exit_code, nothing.stderr) == (2, say("refusals.geocode_nothing_given") + "\n")
    other = tmp_path / "gbk.txt"
    other.write_bytes("云岭县".encode("gb18030"))
    refused = run("--file", str(other))
    assert refused.stderr == say("refusals.geocode_not_utf8", name="gbk.txt", line=1) + "\n"
    assert (
        run("--file", str(tmp_path / "no.txt")).stderr == say("refusals.file_missing", file="no.txt") + "\n"
    )
    assert run("--file", str(tmp_path)).exit_code == 2
    other.write_bytes("云岭县\n\0".encode())
    assert run("--file", str(other)).stderr == say("refusals.geocode_not_text", name="gbk.txt", line=2) + "\n"
    other.write_bytes(b"x" * 30_000)
    assert "20000" in run("--file", str(other)).stderr


def test_a_large_file_and_standard_input_are_answered_line_by_line(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    listed = tmp_path / "many.txt"
    listed.write_bytes("云岭县\r\n\r\n临江区\n".encode() * 2000)
    answers = [json.loads(line) for line in run("--json", "--file", str(listed)).stdout.splitlines()]
    assert len(answers) == 6000, "one line each, also for an empty one"
    assert [answer["area"] for answer in answers[-3:]] == ["990101", None, "990102"]
    piped = run("--json", "--file", "-", stdin="临江区\n")
    assert json.loads(piped.stdout)["area"] == "990102"


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_words(language: Language) -> None:
    assert {f"findings.place_{reason}" for reason in PlaceReason} <= all_words(language).keys()
