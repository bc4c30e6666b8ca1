"""Repairs: outlines made valid, shown one by one as before and after; notable ones only as a person says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from data.intake.boundaries import outlines
from data.intake.boundaries.attributes import Attributes
from data.intake.boundaries.outlines import Outlines
from data.intake.ledger import Ledger
from data.intake.task import Task
from grid.inspection import Choice, Question, Repair

NOTABLE_M2 = 1.0
MOST_SHOWN = 200
ALL, NONE = "all", "none"


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Outlines made valid, in degrees and metres: ``broken`` were not, ``notable`` ones look different now.

    ``before_m2`` and ``parts_before`` are of the outlines as given.
    """

    given: Outlines
    lonlat: Outlines
    metric: Outlines
    broken: npt.NDArray[np.bool_]
    notable: npt.NDArray[np.bool_]
    before_m2: npt.NDArray[np.float64]
    parts_before: npt.NDArray[np.int64]

    @property
    def change_m2(self) -> npt.NDArray[np.float64]:
        """By how much each outline's ground changes."""
        return np.asarray(np.abs(shapely.area(self.metric) - self.before_m2))


def mend(given: Outlines, epsg: int) -> Mended:
    """Make outlines (degrees) valid, and measure in a projected CRS what that changes."""
    to_metres = outlines.transformer(outlines.CGCS2000, epsg)
    given_metric = outlines.project(given, to_metres)
    lonlat = outlines.repair(given)
    metric = outlines.repair(outlines.project(lonlat, to_metres))
    broken = ~np.asarray(shapely.is_valid(given))
    before_m2, parts_before = np.abs(shapely.area(given_metric)), shapely.get_num_geometries(given)
    changed = np.abs(shapely.area(metric) - before_m2) > NOTABLE_M2
    notable = broken & (changed | (parts_before != shapely.get_num_geometries(metric)))
    return Mended(given, lonlat, metric, broken, notable, before_m2, np.asarray(parts_before))


def ask_repairs(task: Task, said: Attributes, mended: Mended) -> npt.NDArray[np.bool_]:
    """Ask whether notable repairs are right and return which are approved; the ledger has what was said."""
    numbers = np.array(said.numbers)
    answer = ""
    if mended.notable.any():
        answer = task.inquiry.ask(_question(task.options.get("repairs", ""), mended, numbers))
    approved = mended.notable & (np.isin(numbers, _rows(answer)) | (answer == ALL))
    _tell(task.ledger, said, mended, approved, answered=bool(answer))
    return approved


def show(said: Attributes, mended: Mended, approved: npt.NDArray[np.bool_]) -> tuple[Repair, ...]:
    """Return the gravest notable repairs with their outlines before and after."""
    at = np.flatnonzero(mended.notable)
    at = at[np.argsort(-mended.change_m2[at], kind="stable")][:MOST_SHOWN]
    before, after = (outlines.simplify_for_drawing(each[at]) for each in (mended.given, mended.lonlat))
    after_m2, parts = shapely.area(mended.metric), shapely.get_num_geometries(mended.metric)
    return tuple(
        Repair(
            row=said.numbers[i],
            name=said.names[i],
            before_m2=round(float(mended.before_m2[i]), 1),
            after_m2=round(float(after_m2[i]), 1),
            parts_before=int(mended.parts_before[i]),
            parts_after=int(parts[i]),
            before=outlines.geojson(before[k]),
            after=outlines.geojson(after[k]),
            approved=bool(approved[i]),
        )
        for k, i in enumerate(at)
    )


def _question(given: str, mended: Mended, numbers: npt.NDArray[np.int64]) -> Question:
    count = int(mended.notable.sum())
    area_m2 = round(float(mended.change_m2[mended.notable].sum()))
    choices = [Choice(ALL, "repairs_all", {"count": count}), Choice(NONE, "repairs_none", {"count": count})]
    rows = _rows(given)
    if rows and set(rows) <= set(numbers[mended.notable].tolist()):
        choices.append(Choice(given, "repairs_rows", {"rows": given, "count": len(rows)}))
    return Question("repairs", "repairs", {"count": count, "area_m2": area_m2}, tuple(choices))


def _rows(answer: str) -> list[int]:
    """Return the row numbers of an answer like ``12,40``; none for anything else."""
    parts = [part.strip() for part in answer.replace("，", ",").split(",")]
    return [int(part) for part in parts] if all(p.isascii() and p.isdigit() for p in parts) else []


def _tell(
    ledger: Ledger, said: Attributes, mended: Mended, approved: npt.NDArray[np.bool_], *, answered: bool
) -> None:
    for i in np.flatnonzero(mended.broken):
        name, area_m2 = said.names[i], round(float(mended.change_m2[i]))
        if answered and mended.notable[i] and not approved[i]:
            ledger.refuse("repair_not_approved", said.numbers[i], name=name, area_m2=area_m2)
        elif mended.notable[i] and not approved[i]:
            ledger.review("geometry_repaired", said.numbers[i], name=name, area_m2=area_m2)
        else:
            ledger.note("geometry_repaired", said.numbers[i], name=name, area_m2=area_m2)
