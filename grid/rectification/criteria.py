"""Criteria: which units of a ranking are proposed, with the evidence; nobody is listed by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from grid.indicators.figures import Subject
from grid.rectification.ranking import RankedUnit, Ranking
from grid.rectification.schemes import Criterion, CriterionKind, Scheme


@dataclass(frozen=True, slots=True)
class Evidence:
    """A criterion that a unit meets: its number beside the threshold, and the n it rests on.

    ``numerator`` of ``n`` is what a rate is made of; for a score and a rank ``n`` is how many were ranked.
    """

    criterion: Criterion
    number: Decimal
    n: int
    numerator: int | None = None

    def content(self) -> dict[str, object]:
        """Return what is kept with a listing: text for numbers that are not whole."""
        return {
            "kind": self.criterion.kind.value,
            "indicator": self.criterion.indicator,
            "threshold": str(self.criterion.threshold),
            "number": str(self.number),
            "n": self.n,
            "numerator": self.numerator,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit that meets criteria, with all of them."""

    row: RankedUnit
    evidence: tuple[Evidence, ...]

    @property
    def subject(self) -> Subject:
        """The unit."""
        return self.row.subject


def read_evidence(content: object) -> tuple[Evidence, ...]:
    """Return the evidence kept with a listing; what is not of this form is left out."""
    rows = content.get("criteria", []) if isinstance(content, dict) else []
    return tuple(_read(row) for row in rows)


def _read(row: dict[str, object]) -> Evidence:
    criterion = Criterion(
        CriterionKind(str(row["kind"])), Decimal(str(row["threshold"])), str(row["indicator"])
    )
    numerator = row["numerator"]
    return Evidence(
        criterion,
        Decimal(str(row["number"])),
        int(str(row["n"])),
        None if numerator is None else int(str(numerator)),
    )


def proposals(ranking: Ranking) -> tuple[Proposal, ...]:
    """Return every unit that meets a criterion of the ranking's scheme, in the ranking's order."""
    ranked = sum(row.rank is not None for row in ranking.rows)
    found = ((row, evidence_of(ranking.scheme, row, ranked)) for row in ranking.rows)
    return tuple(Proposal(row, evidence) for row, evidence in found if evidence)


def evidence_of(scheme: Scheme, row: RankedUnit, ranked: int) -> tuple[Evidence, ...]:
    """Return the criteria that a unit meets; ``ranked`` is how many units have a rank."""
    return tuple(_met(scheme, row, ranked))


def meets_delisting(ranking: Ranking, unit_id: int) -> bool:
    """Return whether a quarter's numbers alone allow a unit to be delisted.

    It has a score of at least ``delist_score`` and meets no criterion for proposing. A unit that is not
    scored, or not in the ranking, does not: a reason in words is needed then.
    """
    row = ranking.of_unit(unit_id)
    if row is None or row.score is None or row.score < ranking.scheme.delist_score:
        return False
    return not evidence_of(ranking.scheme, row, sum(one.rank is not None for one in ranking.rows))


def _met(scheme: Scheme, row: RankedUnit, ranked: int) -> Iterator[Evidence]:
    for criterion in scheme.criteria:
        if criterion.kind is CriterionKind.SCORE_BELOW:
            if row.score is not None and row.score < criterion.threshold:
                yield Evidence(criterion, row.score, ranked)
        elif criterion.kind is CriterionKind.WORST:
            if row.rank is not None and row.rank <= criterion.threshold:
                yield Evidence(criterion, Decimal(row.rank), ranked)
        else:
            yield from _met_by_indicator(scheme, row, criterion)


def _met_by_indicator(scheme: Scheme, row: RankedUnit, criterion: Criterion) -> Iterator[Evidence]:
    figure = row.figures.figure(criterion.indicator)
    if figure is None:
        return
    numerator, n = figure.numerator, figure.denominator
    if criterion.kind is CriterionKind.MISSED:
        # A count, not a rate: so many are too many, of however few.
        if n - numerator >= criterion.threshold:
            yield Evidence(criterion, Decimal(n - numerator), n, numerator)
    elif n >= scheme.minimum_n and _beyond(criterion, numerator, n):
        yield Evidence(criterion, (Decimal(numerator) / n).quantize(Decimal("0.0001")), n, numerator)


def _beyond(criterion: Criterion, numerator: int, n: int) -> bool:
    # Compared without dividing, so that a rate on the threshold is on it.
    if criterion.kind is CriterionKind.RATE_AT_LEAST:
        return numerator >= criterion.threshold * n
    return numerator < criterion.threshold * n
