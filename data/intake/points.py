"""Points of a file's rows: read, and their datum asked about where it is missing or contradicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from data.geocode.datum_test import ENOUGH, DatumTest, test_datum
from data.geocode.placer import Placer
from data.intake.inquiry import Inquiry
from data.intake.tables import vocabulary as words
from data.intake.tables.rows import RowReader
from data.intake.task import Task
from data.models import SRID
from grid.datums import Datum, to_cgcs2000
from grid.inspection import Choice, Facts, Question
from grid.places import PlaceRequest
from grid.refusals import Refused

DATUM_OPTIONS = frozenset({"datum", *(f"datum_{datum.value}" for datum in Datum)})
"""``datum`` answers for rows that state none, ``datum_GCJ02`` for those that state GCJ-02, and so on."""


def settle_datums(inquiry: Inquiry, tests: Sequence[DatumTest]) -> Mapping[Datum | None, Datum]:
    """Ask about every datum that is missing or contradicted; return the answers by stated datum.

    What a file states and nothing contradicts is not in the answer: it holds as it is. Nothing is shifted by
    evidence alone.
    """
    asked = [test for test in tests if test.must_ask]
    shown = (asked or list(tests))[:1]
    inquiry.datums = shown[0].evidence.shares if shown else ()
    answers = {test.stated: inquiry.ask(_question(test)) for test in asked}
    return {stated: Datum(answer) for stated, answer in answers.items() if answer}


def _question(test: DatumTest) -> Question:
    choices = tuple(
        Choice(one.datum, "datum_fits", {"datum": one.datum, "share": round(100 * one.share, 1)})
        for one in test.evidence.shares
    )
    proposed = "" if test.evidence.best is None else test.evidence.best.value
    if test.stated is None:
        return Question("datum", "datum_of_points", {"n": test.n}, choices, proposed=proposed)
    facts: Facts = {"stated": test.stated.value, "n": test.n}
    return Question(f"datum_{test.stated.value}", "datum_doubted", facts, choices, proposed=proposed)


@dataclass(frozen=True, slots=True)
class RawPoint:
    """A point as a row gives it: degrees in ``datum``, and the code of the area that should hold it."""

    lon: float
    lat: float
    datum: Datum
    code: str


def datum_option(options: Mapping[str, str]) -> Datum:
    """Return the datum of rows that state none; raises ``Refused('datum_unknown')``."""
    said = options.get("datum", "")
    datum = words.DATUMS.find(said) if said else Datum.CGCS2000
    if datum is None:
        raise Refused("datum_unknown", datum=said, allowed=words.DATUMS.allowed)
    return datum


def read_raw_point(row: RowReader, code: str, default: Datum) -> RawPoint | None:
    """Return the point in a row's lon and lat columns, none where there is none; ``default`` where unstated.

    One that is incomplete or not on Earth is left out and sent to review.
    """
    lon, lat = row.degrees("lon"), row.degrees("lat")
    datum = row.word("datum", words.DATUMS) or default
    if lon is None and lat is None:
        return None
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
        row.review("point_unusable", "lon")
        return None
    return RawPoint(lon, lat, datum, code)


def settle_points(task: Task, raw: Sequence[RawPoint | None]) -> list[str | None]:
    """Return points as hexadecimal EWKB in EPSG:4490, once their datums are tested and asked about."""
    given = [point for point in raw if point is not None]
    taken = _taken_datums(task, given)
    settled = [replace(point, datum=taken.get(point.datum, point.datum)) for point in given]
    hexes = iter(_ewkb(settled))
    return [None if point is None else next(hexes) for point in raw]


def _taken_datums(task: Task, points: Sequence[RawPoint]) -> Mapping[Datum | None, Datum]:
    if len(points) < ENOUGH:
        return {}
    requests = [PlaceRequest("", point.lon, point.lat, point.datum, point.code) for point in points]
    return settle_datums(task.inquiry, test_datum(Placer.load(task.session, task.table_of), requests))


def _ewkb(points: Sequence[RawPoint]) -> list[str]:
    degrees = np.full((len(points), 2), np.nan)
    datums = np.array([point.datum for point in points], dtype=object)
    given = np.array([(point.lon, point.lat) for point in points], dtype=np.float64).reshape(-1, 2)
    for datum in Datum:
        mine = datums == datum
        degrees[mine] = np.column_stack(to_cgcs2000(given[mine, 0], given[mine, 1], datum))
    made = shapely.set_srid(shapely.points(degrees), SRID)
    return [str(one) for one in shapely.to_wkb(made, hex=True, include_srid=True)]
