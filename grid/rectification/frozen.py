"""Frozen quarters: a ranking from its frozen cohorts, its canonical bytes and their checksum.

Everything that a ranking says is worked out from three things that are frozen together: the matters of each
cohort, the scheme, and the units with the definitions' versions and targets. Numbers that are not whole are
text and keys are sorted: the same three give the same bytes, whoever works them out.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from grid.areas import Level
from grid.indicators.definitions import CODES, Better, Definition
from grid.indicators.figures import Figure, Standing, Subject, SubjectFigures
from grid.indicators.wilson import wilson
from grid.listings import Quarter
from grid.rectification.ranking import RankedUnit, Ranking, Told, rank
from grid.rectification.schemes import Scheme

MatterRow = tuple[str, int, int, int, int]
"""Of a frozen cohort: indicator, matter's id, unit's id, by how many it counts, by how many it is met."""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class FrozenIndicator:
    """A definition's version as it was when the quarter was frozen; ``target`` a rate, written out."""

    code: str
    version: int
    target: Decimal | None
    lower_is_better: bool

    @classmethod
    def of(cls, definition: Definition, scheme: Scheme) -> FrozenIndicator:
        """Return a definition with the scheme's target where the scheme weighs it, else with its own."""
        weighed = next((one for one in scheme.weights if one.indicator == definition.code), None)
        own = None if definition.target is None else Decimal(str(definition.target))
        target = own if weighed is None else weighed.target
        return cls(definition.code, definition.version, target, definition.better is Better.LOWER)


@dataclass(frozen=True, slots=True)
class QuarterInputs:
    """What a quarter's ranking is worked out from, beside the matters of its cohorts."""

    quarter: Quarter
    as_of: date
    scheme: Scheme
    indicators: tuple[FrozenIndicator, ...]
    units: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class FrozenQuarter:
    """A ranking and everything it says, as it is stored; the checksum is of its canonical bytes."""

    ranking: Ranking
    result: dict[str, Any]

    @property
    def checksum(self) -> str:
        """SHA-256 in hex."""
        return checksum(self.result)


def freeze_quarter(inputs: QuarterInputs, matters: Iterable[MatterRow]) -> FrozenQuarter:
    """Work out a quarter's ranking and what is stored of it; the order of rows has no part in either."""
    rows = sorted(matters)
    counts = count_matters(rows)
    rows_told = [_told(inputs, unit, counts.get(unit.unit_id or 0, {})) for unit in inputs.units]
    ranked = rank(inputs.scheme, rows_told)
    ranking = Ranking(inputs.quarter, inputs.as_of, inputs.scheme, ranked)
    return FrozenQuarter(ranking, {**_inputs(inputs), "matters": _digest(rows), "rows": [*map(_row, ranked)]})


def count_matters(matters: Iterable[MatterRow]) -> dict[int, dict[str, tuple[int, int]]]:
    """Return numerator and denominator by unit and indicator."""
    counts: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for indicator, _, unit_id, counted, met in matters:
        numerator, denominator = counts[unit_id].get(indicator, (0, 0))
        counts[unit_id][indicator] = (numerator + met, denominator + counted)
    return counts


def canonical(result: Mapping[str, Any]) -> bytes:
    """Return the bytes that a checksum is of: JSON in UTF-8 with sorted keys and no spaces."""
    return json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def checksum(result: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a result's canonical bytes, in hex."""
    return hashlib.sha256(canonical(result)).hexdigest()


def read_inputs(result: Mapping[str, Any], scheme: Scheme) -> QuarterInputs:
    """Return what a stored result was worked out from, by the scheme as its own table has it."""
    return QuarterInputs(
        Quarter.parse(result["quarter"]),
        date.fromisoformat(result["as_of"]),
        scheme,
        tuple(
            FrozenIndicator(one["code"], one["version"], _decimal(one["target"]), one["lower_is_better"])
            for one in sorted(result["indicators"], key=lambda one: _place(one["code"]))
        ),
        tuple(_subject(one) for one in result["units"]),
    )


def read_ranking(result: Mapping[str, Any], scheme: Scheme) -> Ranking:
    """Return a stored ranking as it was shown; its counts are the stored ones."""
    inputs = read_inputs(result, scheme)
    counts = {
        row["unit_id"]: {one["indicator"]: (one["numerator"], one["n"]) for one in row["figures"]}
        for row in result["rows"]
    }
    told = [_told(inputs, unit, counts.get(unit.unit_id, {})) for unit in inputs.units]
    return Ranking(inputs.quarter, inputs.as_of, scheme, rank(scheme, told))


def figure_of(indicator: FrozenIndicator, counted: tuple[int, int], minimum_n: int) -> Figure:
    """Return an indicator's figure, told against its target."""
    numerator, denominator = counted
    return Figure(
        indicator.code,
        indicator.version,
        numerator,
        denominator,
        _standing(indicator, counted, minimum_n),
        wilson(numerator, denominator),
        None if indicator.target is None else float(indicator.target),
    )


def _standing(indicator: FrozenIndicator, counted: tuple[int, int], minimum_n: int) -> Standing:
    numerator, denominator = counted
    if denominator < minimum_n:
        return Standing.TOO_FEW if denominator else Standing.NO_DATA
    if indicator.target is None:
        return Standing.NO_TARGET
    # Without dividing: a rate on the target is on it.
    above = Decimal(numerator) - indicator.target * denominator
    return Standing.MET if (above <= 0 if indicator.lower_is_better else above >= 0) else Standing.MISSED


def _told(inputs: QuarterInputs, unit: Subject, counts: Mapping[str, tuple[int, int]]) -> Told:
    figures = tuple(
        figure_of(one, counts.get(one.code, (0, 0)), inputs.scheme.minimum_n) for one in inputs.indicators
    )
    return Told(unit, counts, SubjectFigures(unit, figures))


def _inputs(inputs: QuarterInputs) -> dict[str, Any]:
    scheme = inputs.scheme
    return {
        "format": _FORMAT,
        "quarter": str(inputs.quarter),
        "as_of": inputs.as_of.isoformat(),
        "scheme": {
            "version": scheme.version,
            "name": scheme.name,
            "valid_from": scheme.valid_from.isoformat(),
            "minimum_n": scheme.minimum_n,
            "with_visits": scheme.with_visits,
            **scheme.content(),
        },
        "indicators": [
            {
                "code": one.code,
                "version": one.version,
                "target": _text(one.target),
                "lower_is_better": one.lower_is_better,
            }
            for one in sorted(inputs.indicators, key=lambda one: (one.code, one.version))
        ],
        "units": [_unit(one) for one in sorted(inputs.units, key=lambda one: (one.code, one.unit_id or 0))],
    }


def _row(row: RankedUnit) -> dict[str, Any]:
    return {
        "unit_id": row.subject.unit_id,
        "code": row.subject.code,
        "rank": row.rank,
        "tied": row.tied,
        "score": _text(row.score),
        "parts": [
            {
                "indicator": part.weight.indicator,
                "earned": _text(part.earned),
                "points": part.weight.points,
                "short": part.is_short,
                "untold": part.untold and part.untold.value,
            }
            for part in row.parts
        ],
        "figures": [
            {"indicator": one.indicator, "numerator": one.numerator, "n": one.denominator}
            for one in sorted(row.figures.figures, key=lambda one: one.indicator)
        ],
    }


def _digest(rows: Iterable[MatterRow]) -> dict[str, Any]:
    digest, number = hashlib.sha256(), 0
    for number, row in enumerate(rows, start=1):  # noqa: B007  it is the number of rows in the end
        digest.update((",".join(map(str, row)) + "\n").encode())
    return {"rows": number, "sha256": digest.hexdigest()}


def _unit(unit: Subject) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "area_id": unit.area_id,
        "name": unit.name,
        "code": unit.code,
        "level": unit.level and unit.level.value,
    }


def _subject(unit: Mapping[str, Any]) -> Subject:
    level = Level(unit["level"]) if unit["level"] else None
    return Subject(unit["unit_id"], unit["area_id"], None, unit["name"], unit["code"], level)


def _place(code: str) -> tuple[int, str]:
    """Return where an indicator is shown; one that the registry lost comes last."""
    return CODES.index(code) if code in CODES else len(CODES), code


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
