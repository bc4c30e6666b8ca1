"""Schemes (考核办法): what a quarter's score is made of, and what proposes a unit for listing; versioned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from grid.refusals import Refused

VISITS = "visits"
"""Indicators of visit volumes (越级、赴省、进京) begin with it: they reward stopping people."""
_MOST_CRITERIA = 20
_MOST_DAYS = 92
_MOST_POINTS = 1000
_LONGEST_CODE = 40


class CriterionKind(StrEnum):
    """What a criterion looks at."""

    SCORE_BELOW = "score_below"
    WORST = "worst"
    """Among the k lowest ranks."""
    MISSED = "missed"
    """At least so many matters of an indicator's cohort not met: how many are overdue."""
    RATE_AT_LEAST = "rate_at_least"
    """An indicator's rate is at least so high: repeats."""
    RATE_BELOW = "rate_below"


_OF_INDICATOR = frozenset({CriterionKind.MISSED, CriterionKind.RATE_AT_LEAST, CriterionKind.RATE_BELOW})
_OF_RATE = frozenset({CriterionKind.RATE_AT_LEAST, CriterionKind.RATE_BELOW})
_WHOLE = frozenset({CriterionKind.WORST, CriterionKind.MISSED})


class Among(StrEnum):
    """With whom a unit is ranked."""

    ALL = "all"
    LEVEL = "level"
    """Counties among counties, towns among towns, departments among departments."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How many points an indicator gives where its target is met; the target is a rate from 0 to 1."""

    indicator: str
    version: int
    points: int
    target: Decimal
    lower_is_better: bool = False

    @property
    def counts_visits(self) -> bool:
        """Whether it is of visit volumes."""
        return self.indicator.startswith(VISITS)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason to propose a unit; ``indicator`` is empty where it looks at score or rank."""

    kind: CriterionKind
    threshold: Decimal
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Days that a listing's steps may take: working days, but for the freezing (natural days)."""

    freeze_after_days: int = 15
    """A quarter is frozen so long after its last day."""
    decide_days: int = 10
    """The approver decides on a proposal."""
    plan_days: int = 15
    """The unit's plan is agreed."""
    explain_days: int = 10
    """The unit explains a quarter that fell short of a target."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of the scheme, which is never changed but followed by the next.

    Raises
    ------
    Refused
        ``scheme_weighs_visits`` where it weighs visit volumes and does not say so, ``scheme_without_points``,
        ``scheme_indicator_twice`` (``indicator``).
    """

    version: int
    name: str
    valid_from: date
    minimum_n: int
    weights: tuple[Weight, ...]
    criteria: tuple[Criterion, ...]
    delist_score: Decimal
    """Delisted without a reason in words are only units of this score and more that meet no criterion."""
    terms: Terms = Terms()
    among: Among = Among.ALL
    with_visits: bool = False

    def __post_init__(self) -> None:
        codes = [weight.indicator for weight in self.weights]
        if not self.weights:
            raise Refused("scheme_without_points")
        for code in codes:
            if codes.count(code) > 1:
                raise Refused("scheme_indicator_twice", indicator=code)
        if not self.with_visits and any(code.startswith(VISITS) for code in self._named):
            raise Refused("scheme_weighs_visits")

    @property
    def points(self) -> int:
        """All points there are; scores are scaled from them to 100."""
        return sum(weight.points for weight in self.weights)

    @property
    def _named(self) -> tuple[str, ...]:
        return (*(one.indicator for one in self.weights), *(one.indicator for one in self.criteria))

    def content(self) -> dict[str, Any]:
        """Return what ``read_scheme`` reads: numbers that are not whole as text, so that none is rounded."""
        return {
            "weights": [
                {
                    "indicator": one.indicator,
                    "version": one.version,
                    "points": one.points,
                    "target": str(one.target),
                    "lower_is_better": one.lower_is_better,
                }
                for one in self.weights
            ],
            "criteria": [
                {"kind": one.kind.value, "threshold": str(one.threshold), "indicator": one.indicator}
                for one in self.criteria
            ],
            "delist_score": str(self.delist_score),
            "terms": {name: getattr(self.terms, name) for name in _TERMS},
            "among": self.among.value,
        }


_TERMS = ("freeze_after_days", "decide_days", "plan_days", "explain_days")


def default_scheme() -> Scheme:
    """Return the published scheme: 及时受理 5, 按期答复 10, 重复治理 10, 满意 10, 参评 5; no visit volumes.

    Targets are those seen in cities' documents (受理、办结 100 %, 满意 95 %); those of repeats (10 %) and of
    participation (90 %) are ours, to be set by the user.
    """
    return Scheme(
        version=1,
        name="挂牌整治季度考核办法（默认）",
        valid_from=date(2022, 5, 1),
        minimum_n=20,
        weights=(
            Weight("accepted_in_time", 1, 5, Decimal(1)),
            Weight("replied_in_time", 1, 10, Decimal(1)),
            Weight("repeated", 1, 10, Decimal("0.1"), lower_is_better=True),
            Weight("satisfied", 1, 10, Decimal("0.95")),
            Weight("evaluated", 1, 5, Decimal("0.9")),
        ),
        criteria=(
            Criterion(CriterionKind.SCORE_BELOW, Decimal(75)),
            Criterion(CriterionKind.WORST, Decimal(3)),
            Criterion(CriterionKind.MISSED, Decimal(30), "replied_in_time"),
            Criterion(CriterionKind.RATE_AT_LEAST, Decimal("0.3"), "repeated"),
        ),
        delist_score=Decimal(85),
    )


def read_scheme(
    version: int,
    name: str,
    valid_from: date,
    minimum_n: int,
    content: Mapping[str, Any],
    *,
    with_visits: bool,
) -> Scheme:
    """Return the scheme of a row of ``score_scheme``.

    Raises ``Refused``: ``scheme_unreadable`` (``field``) and as ``Scheme`` does.
    """
    if not name.strip() or len(name) > 100 or version < 1 or minimum_n < 1:
        raise Refused("scheme_unreadable", field="name")
    return Scheme(
        version=version,
        name=name,
        valid_from=valid_from,
        minimum_n=minimum_n,
        weights=tuple(_weight(one) for one in _rows(content, "weights")),
        criteria=tuple(_criterion(one) for one in _rows(content, "criteria")),
        delist_score=_number(content.get("delist_score"), "delist_score", most=100),
        terms=_terms(content.get("terms", {})),
        among=_among(content.get("among", Among.ALL.value)),
        with_visits=with_visits,
    )


def _rows(content: Mapping[str, Any], field: str) -> Sequence[Mapping[str, Any]]:
    rows = content.get(field)
    if not isinstance(rows, list) or len(rows) > _MOST_CRITERIA:
        raise Refused("scheme_unreadable", field=field)
    if not all(isinstance(row, Mapping) for row in rows):
        raise Refused("scheme_unreadable", field=field)
    return rows


def _weight(row: Mapping[str, Any]) -> Weight:
    lower = row.get("lower_is_better", False)
    if not isinstance(lower, bool):
        raise Refused("scheme_unreadable", field="lower_is_better")
    target = _number(row.get("target"), "target", most=1)
    # A target of nothing at all, or of everything where less is better, is met by whoever does nothing.
    if target == (1 if lower else 0):
        raise Refused("scheme_unreadable", field="target")
    points, version = (
        _whole(row.get("points"), "points", _MOST_POINTS),
        _whole(row.get("version"), "version", 999),
    )
    return Weight(_code(row.get("indicator")), version, points, target, lower)


def _criterion(row: Mapping[str, Any]) -> Criterion:
    if row.get("kind") not in list(CriterionKind):
        raise Refused("scheme_unreadable", field="kind")
    kind = CriterionKind(row["kind"])
    most = 1 if kind in _OF_RATE else 100 if kind is CriterionKind.SCORE_BELOW else 1_000_000
    threshold = _number(row.get("threshold"), "threshold", most=most)
    if kind in _WHOLE and (threshold != int(threshold) or threshold < 1):
        raise Refused("scheme_unreadable", field="threshold")
    return Criterion(kind, threshold, _code(row.get("indicator")) if kind in _OF_INDICATOR else "")


def _terms(content: Mapping[str, Any]) -> Terms:
    if not isinstance(content, Mapping):
        raise Refused("scheme_unreadable", field="terms")
    return Terms(**{name: _whole(content[name], name, _MOST_DAYS) for name in _TERMS if name in content})


def _among(value: object) -> Among:
    if not isinstance(value, str) or value not in list(Among):
        raise Refused("scheme_unreadable", field="among")
    return Among(value)


def _code(value: object) -> str:
    if not isinstance(value, str) or not value.isidentifier() or len(value) > _LONGEST_CODE:
        raise Refused("scheme_unreadable", field="indicator")
    return value


def _whole(value: object, field: str, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise Refused("scheme_unreadable", field=field)
    return value


def _number(value: object, field: str, *, most: int) -> Decimal:
    """Return a number of at most four places, written as text or as a whole number."""
    if type(value) is not str and type(value) is not int:
        raise Refused("scheme_unreadable", field=field)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Refused("scheme_unreadable", field=field) from None
    if not number.is_finite() or not 0 <= number <= most or number != number.quantize(Decimal("0.0001")):
        raise Refused("scheme_unreadable", field=field)
    return number
