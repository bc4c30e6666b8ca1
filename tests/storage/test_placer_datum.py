"""The datum test over the demo city: a mislabelled column is found, an honest one is not doubted."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.geocode.datum_test import DatumTest
from data.geocode.datum_test import test_datum as run_datum_test
from data.geocode.placer import Placer
from data.intake.inquiry import Inquiry
from data.intake.points import DATUM_OPTIONS, settle_datums
from grid.datum_evidence import TRIED, DatumEvidence
from grid.datums import Datum, from_cgcs2000
from grid.inspection import DatumShare
from grid.places import PlaceRequest
from grid.refusals import Refused

TRIALS, POINTS = 100, 100
HONEST = 0.9
"""Share of points that lie where their text says; the others name a wrong village, as files do."""


@pytest.fixture(scope="module")
def placer(demo_engine: Engine) -> Placer:
    with Session(demo_engine) as session:
        return Placer.load(session)


@pytest.fixture(scope="module")
def villages(demo_engine: Engine) -> list[tuple[str, shapely.Geometry]]:
    """Address (county, town, village) and outline of every village."""
    with Session(demo_engine) as session:
        rows = session.execute(
            text(
                "SELECT c.name || t.name || v.name, ST_AsBinary(v.geom) FROM area v"
                " JOIN area t ON t.id = v.parent_id JOIN area c ON c.id = t.parent_id"
                " WHERE v.level = 'village' AND v.valid_to IS NULL ORDER BY v.id"
            )
        ).all()
    return [(name, shapely.from_wkb(bytes(wkb))) for name, wkb in rows]


def point_in(shape: shapely.Geometry, rng: Random) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    while True:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.intersects_xy(shape, x, y):
            return x, y


def make_requests(
    villages: list[tuple[str, shapely.Geometry]], seed: int, *, true: Datum, stated: Datum | None
) -> list[PlaceRequest]:
    rng = Random(seed)
    requests = []
    for name, shape in rng.sample(villages, POINTS):
        told = name if rng.random() < HONEST else rng.choice(villages)[0]
        lon, lat = (round(float(x), 6) for x in from_cgcs2000(*point_in(shape, rng), true))
        requests.append(PlaceRequest(told, lon, lat, stated))
    return requests


@pytest.mark.parametrize(
    ("true", "stated"),
    [(Datum.BD09, Datum.WGS84), (Datum.GCJ02, Datum.CGCS2000), (Datum.CGCS2000, Datum.GCJ02)],
)
def test_a_mislabelled_column_is_found(
    placer: Placer, villages: list[tuple[str, shapely.Geometry]], true: Datum, stated: Datum
) -> None:
    found = 0
    for seed in range(TRIALS):
        (test,) = run_datum_test(placer, make_requests(villages, seed, true=true, stated=stated))
        found += test.must_ask and test.evidence.best is true
    assert found >= 0.99 * TRIALS


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.GCJ02, Datum.BD09])
def test_an_honest_column_is_not_doubted(
    placer: Placer, villages: list[tuple[str, shapely.Geometry]], datum: Datum
) -> None:
    for seed in range(20):
        (test,) = run_datum_test(placer, make_requests(villages, seed, true=datum, stated=datum))
        assert test.n >= 0.9 * POINTS
        assert not test.must_ask


def test_an_answer_is_needed_and_then_taken(
    placer: Placer, villages: list[tuple[str, shapely.Geometry]]
) -> None:
    unnamed = make_requests(villages, 1, true=Datum.BD09, stated=None)
    wrong = make_requests(villages, 2, true=Datum.BD09, stated=Datum.GCJ02)
    tests = run_datum_test(placer, [*unnamed, *wrong])
    silent = Inquiry({})
    assert settle_datums(silent, tests) == {}, "no datum is guessed"
    questions = silent.inspection().open_questions
    assert {(q.option, q.proposed) for q in questions} == {("datum", "BD09"), ("datum_GCJ02", "BD09")}
    assert {q.option for q in questions} <= DATUM_OPTIONS
    assert [choice.value for choice in questions[0].choices] == ["CGCS2000", "GCJ02", "BD09"]
    assert silent.datums[2].share > silent.datums[1].share
    told = Inquiry({"datum": "BD09", "datum_GCJ02": "GCJ02"})
    assert settle_datums(told, tests) == {None: Datum.BD09, Datum.GCJ02: Datum.GCJ02}
    assert told.inspection().open_questions == ()
    with pytest.raises(Refused, match="answer_unknown"):
        settle_datums(Inquiry({"datum": "x"}), tests)


def test_a_datum_that_cannot_be_is_asked_about_where_two_others_may_be() -> None:
    """At the rim that both shifts leave: what is stated is wrong, whichever is right."""
    test = DatumTest(Datum.WGS84, 40, DatumEvidence(_shares(0.0, 1.0, 0.925), None))
    assert test.must_ask
    silent = Inquiry({})
    settle_datums(silent, [test])
    assert [(q.option, q.proposed) for q in silent.inspection().questions] == [("datum_WGS84", "")]
    assert not DatumTest(Datum.GCJ02, 40, DatumEvidence(_shares(0.0, 0.925, 1.0), None)).must_ask
    assert not DatumTest(Datum.WGS84, 29, DatumEvidence(_shares(0.0, 1.0, 0.9), None)).must_ask


def _shares(*values: float) -> tuple[DatumShare, ...]:
    return tuple(DatumShare(datum, share, 40) for datum, share in zip(TRIED, values, strict=True))


def test_too_few_points_ask_nothing(placer: Placer, villages: list[tuple[str, shapely.Geometry]]) -> None:
    few = make_requests(villages, 3, true=Datum.BD09, stated=None)[:29]
    (test,) = run_datum_test(placer, few)
    assert not test.must_ask
    lost = [PlaceRequest("不详", 120.0 + x, 28.0, None) for x in np.arange(0, 1, 0.01)]
    (nothing,) = run_datum_test(placer, lost)
    assert (nothing.n, nothing.must_ask) == (0, False)
    assert run_datum_test(placer, [PlaceRequest("不详")]) == ()
