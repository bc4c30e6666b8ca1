"""The datum of outlines: how well they fit the city's known areas as they are, less GCJ-02 and less BD-09."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from data.intake.boundaries.attributes import Attributes
from data.intake.boundaries.known_areas import KnownAreas
from data.intake.boundaries.outlines import Outlines
from data.intake.ledger import Ledger
from data.intake.task import Task
from grid.areas import Level, parent_code
from grid.datum_evidence import TRIED, DatumEvidence, weigh_scores
from grid.datums import Datum, to_cgcs2000
from grid.inspection import Choice, Question

_SAMPLE = 300
_LEAST_GAIN = 0.003
"""Of an outline's ground: less may be how it was drawn."""


def settle_datum(
    task: Task, level: Level, said: Attributes, lonlat: Outlines, known: KnownAreas
) -> tuple[Outlines, Datum]:
    """Return the outlines in CGCS2000 and the datum that they came in; they are shifted by an answer only."""
    evidence = weigh_outlines(level, said, lonlat, known)
    task.inquiry.datums = () if evidence is None else evidence.shares
    answer = task.options.get("datum", "")
    if answer or (evidence is not None and evidence.contradicts(Datum.CGCS2000)):
        answer = task.inquiry.ask(_question(evidence))
    datum = Datum(answer) if answer else Datum.CGCS2000
    if datum is Datum.CGCS2000:
        return lonlat, datum
    _tell(task.ledger, datum)
    return shift(lonlat, datum), datum


def shift(lonlat: Outlines, datum: Datum) -> Outlines:
    """Return outlines that were given in a datum in CGCS2000."""
    return np.asarray(
        shapely.transform(lonlat, lambda c: np.column_stack(to_cgcs2000(c[:, 0], c[:, 1], datum)))
    )


def weigh_outlines(
    level: Level, said: Attributes, lonlat: Outlines, known: KnownAreas
) -> DatumEvidence | None:
    """Weigh outlines by the same area's former one, else by the parent they should lie in; none without.

    A score is the share that two outlines have in common: a ratio, so that degrees do for it.
    """
    former, wider = _same_before(said, known), _parents(level, said, known)
    at = np.array([i for i in range(len(lonlat)) if i in former or i in wider], dtype=np.int64)
    at = at[shapely.is_valid(lonlat[at])][:: len(at) // _SAMPLE + 1] if len(at) else at
    if not len(at):
        return None
    beside = np.array([former.get(i, wider.get(i)) for i in at.tolist()], dtype=object)
    is_same = np.array([i in former for i in at.tolist()])
    scores = [_fit(shift(lonlat[at], datum), beside, is_same) for datum in TRIED]
    return weigh_scores(np.clip(np.stack(scores), 0.0, 1.0), least_gain=_LEAST_GAIN)


def _same_before(said: Attributes, known: KnownAreas) -> dict[int, object]:
    if known.former is None:
        return {}
    before = dict(
        zip(zip(known.former.codes, known.former.names, strict=True), known.former.outlines, strict=True)
    )
    pairs = enumerate(zip(said.codes, said.names, strict=True))
    return {i: before[pair] for i, pair in pairs if pair in before}


def _parents(level: Level, said: Attributes, known: KnownAreas) -> dict[int, object]:
    if known.wider is None:
        return {}
    outline: Mapping[str, object] = dict(zip(known.wider.codes, known.wider.outlines, strict=True))
    parents = (
        given or parent_code(level, code) or ""
        for given, code in zip(said.parent_codes, said.codes, strict=True)
    )
    return {i: outline[code] for i, code in enumerate(parents) if code in outline}


def _fit(lonlat: Outlines, beside: Outlines, is_same: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Outlines:
    common = shapely.area(shapely.intersection(lonlat, beside))
    own, other = shapely.area(lonlat), shapely.area(beside)
    of = np.where(is_same, own + other - common, own)
    return np.asarray(common / np.maximum(of, 1e-12))


def _question(evidence: DatumEvidence | None) -> Question:
    shares = {} if evidence is None else {one.datum: one.share for one in evidence.shares}
    choices = tuple(
        Choice(
            datum.value, "datum_fits", {"datum": datum.value, "share": round(100 * shares[datum.value], 1)}
        )
        if datum.value in shares
        else Choice(datum.value, "datum", {"datum": datum.value})
        for datum in TRIED
    )
    proposed = "" if evidence is None or evidence.best is None else evidence.best.value
    return Question("datum", "datum_of_outlines", {}, choices, proposed=proposed)


def _tell(ledger: Ledger, datum: Datum) -> None:
    ledger.note("datum_converted", datum=datum.value)
