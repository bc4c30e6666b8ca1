"""Points of a file's rows: read, and their datum asked about where it is missing or contradicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from data.geocode.datum_test import DatumTest
from data.intake import vocabulary as words
from data.intake.inquiry import Inquiry
from data.intake.rows import RowReader
from data.models import SRID
from grid.datums import Datum, to_cgcs2000
from grid.inspection import Choice, Facts, Question

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


def read_point(row: RowReader) -> str | None:
    """Return the point in a row's lon and lat columns as hexadecimal EWKB, none where there is none.

    One that is incomplete or not on Earth is left out and sent to review.
    """
    lon, lat = row.number_or_review("lon"), row.number_or_review("lat")
    datum = row.word("datum", words.DATUMS) or Datum.CGCS2000
    if lon is None and lat is None:
        return None
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
        row.review("point_unusable", "lon")
        return None
    x, y = to_cgcs2000([lon], [lat], datum)
    return str(shapely.to_wkb(shapely.set_srid(shapely.Point(x[0], y[0]), SRID), hex=True, include_srid=True))
