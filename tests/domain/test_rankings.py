"""Scores and ranks: exact, of no order, never worse for a matter that went better, ties and small n said."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.areas import Level
from grid.indicators.definitions import asked_for
from grid.indicators.figures import Standing, Subject
from grid.listings import Quarter
from grid.rectification.criteria import evidence_of, meets_delisting, proposals, read_evidence
from grid.rectification.frozen import (
    FrozenIndicator,
    FrozenQuarter,
    MatterRow,
    QuarterInputs,
    canonical,
    freeze_quarter,
    read_inputs,
    read_ranking,
)
from grid.rectification.ranking import Ranking
from grid.rectification.schemes import (
    Among,
    Criterion,
    CriterionKind,
    Scheme,
    Weight,
    default_scheme,
    read_scheme,
)
from grid.rectification.scores import Untold, score
from grid.refusals import Refused

SCHEME = replace(default_scheme(), minimum_n=3)
CODES = tuple(weight.indicator for weight in SCHEME.weights)
UNITS = tuple(Subject(i, None, None, f"单位{i}", f"d{i}", None) for i in range(1, 6))
INDICATORS = tuple(FrozenIndicator.of(one, SCHEME) for one in asked_for(()))

outcomes = st.lists(
    st.tuples(st.sampled_from(CODES), st.integers(1, 5), st.integers(1, 4), st.floats(0, 1)), max_size=120
)


def rows_of(drawn: Sequence[tuple[str, int, int, float]]) -> list[MatterRow]:
    return [
        (code, number, unit, counted, round(share * counted))
        for number, (code, unit, counted, share) in enumerate(drawn, start=1)
    ]


def frozen(rows: Sequence[MatterRow], scheme: Scheme = SCHEME) -> FrozenQuarter:
    inputs = QuarterInputs(Quarter(2026, 3), date(2026, 10, 20), scheme, INDICATORS, UNITS)
    return freeze_quarter(inputs, rows)


def ranked(rows: Sequence[MatterRow], scheme: Scheme = SCHEME) -> Ranking:
    return frozen(rows, scheme).ranking


def plain(rows: Sequence[MatterRow]) -> dict[int, Decimal | None]:
    """The score by the words of record 22, in other arithmetic."""
    scores: dict[int, Decimal | None] = {}
    for unit in range(1, 6):
        total = Fraction(0)
        told = True
        for code, points, target, lower in (
            ("accepted_in_time", 5, Fraction(1), False), ("replied_in_time", 10, Fraction(1), False),
            ("repeated", 10, Fraction(1, 10), True), ("satisfied", 10, Fraction(95, 100), False),
            ("evaluated", 5, Fraction(9, 10), False),
        ):  # fmt: skip
            mine = [row for row in rows if row[0] == code and row[2] == unit]
            n, met = sum(row[3] for row in mine), sum(row[4] for row in mine)
            if n < 3:
                told = False
                continue
            attained = (Fraction(n - met, n) / (1 - target)) if lower else Fraction(met, n) / target
            total += points * min(Fraction(1), attained)
        exact = total * 100 / 40
        value = Decimal(exact.numerator * 10_000 // exact.denominator) / 10_000
        # Half up from the exact number: cutting it at four places keeps what decides.
        scores[unit] = value.quantize(Decimal("0.01"), ROUND_HALF_UP) if told else None
    return scores


@given(outcomes)
@settings(max_examples=200, deadline=None)
def test_scores_and_ranks_agree_with_a_plain_reckoning(drawn: list[tuple[str, int, int, float]]) -> None:
    rows = rows_of(drawn)
    expected = plain(rows)
    found = ranked(rows)
    assert {row.subject.unit_id: row.score for row in found.rows} == expected
    for row in found.rows:
        own = expected[row.subject.unit_id or 0]
        others = [value for value in expected.values() if value is not None]
        assert row.rank == (None if own is None else 1 + sum(value < own for value in others))
        assert row.tied == (own is not None and others.count(own) > 1)
        assert bool(row.not_ranked) == (own is None)


@given(outcomes, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_and_units_has_no_part_in_it(
    drawn: list[tuple[str, int, int, float]], shuffler: random.Random
) -> None:
    rows = rows_of(drawn)
    first = frozen(rows)
    mixed, units, indicators = list(rows), list(UNITS), list(INDICATORS)
    for each in (mixed, units, indicators):
        shuffler.shuffle(each)
    inputs = QuarterInputs(Quarter(2026, 3), date(2026, 10, 20), SCHEME, tuple(indicators), tuple(units))
    again = freeze_quarter(inputs, mixed)
    assert canonical(again.result) == canonical(first.result)
    assert again.checksum == first.checksum


@given(outcomes.filter(bool), st.data())
@settings(max_examples=200, deadline=None)
def test_a_matter_that_goes_better_never_lowers_its_units_score(
    drawn: list[tuple[str, int, int, float]], data: st.DataObject
) -> None:
    rows = rows_of(drawn)
    at = data.draw(st.integers(0, len(rows) - 1))
    code, number, unit, counted, met = rows[at]
    better = max(0, met - 1) if code == "repeated" else min(counted, met + 1)
    before = ranked(rows)
    after = ranked([*rows[:at], (code, number, unit, counted, better), *rows[at + 1 :]])
    for row in UNITS:
        was, now = before.of_unit(row.unit_id or 0), after.of_unit(row.unit_id or 0)
        assert was is not None
        assert now is not None
        if row.unit_id == unit and was.score is not None:
            assert now.score is not None
            assert now.score >= was.score
            assert (now.rank or 0) >= (was.rank or 0)
        elif row.unit_id != unit:
            assert now.score == was.score


@given(outcomes)
@settings(max_examples=50, deadline=None)
def test_what_is_stored_tells_the_same_ranking(drawn: list[tuple[str, int, int, float]]) -> None:
    first = frozen(rows_of(drawn))
    assert read_ranking(first.result, SCHEME) == first.ranking
    again = freeze_quarter(read_inputs(first.result, SCHEME), rows_of(drawn))
    assert canonical(again.result) == canonical(first.result)


def kept(n: int, *met: int) -> dict[str, tuple[int, int]]:
    return {code: (number, n) for code, number in zip(CODES, met, strict=True)}


def test_the_published_scheme_and_its_corners() -> None:
    scheme = default_scheme()
    assert [weight.points for weight in scheme.weights] == [5, 10, 10, 10, 5]
    assert not scheme.with_visits
    assert not any(weight.counts_visits for weight in scheme.weights)
    assert score(scheme, kept(20, 20, 20, 0, 20, 20)).value == Decimal("100.00")
    assert score(scheme, kept(20, 0, 0, 20, 0, 0)).value == Decimal("0.00")
    # Targets met are enough: 95 % satisfied, 10 % repeated, 90 % evaluated.
    assert score(scheme, kept(20, 20, 20, 2, 19, 18)).value == Decimal("100.00")
    assert score(scheme, kept(20, 20, 20, 3, 19, 18)).value == Decimal("98.61")


def test_half_a_cent_is_rounded_up_from_the_exact_number() -> None:
    scheme = replace(
        default_scheme(), weights=(Weight("satisfied", 1, 1, Decimal(1)),), criteria=(), minimum_n=1
    )
    assert score(scheme, {"satisfied": (1, 800)}).value == Decimal("0.13")
    assert score(scheme, {"satisfied": (1, 3)}).value == Decimal("33.33")


@pytest.mark.parametrize(("n", "untold"), [(0, Untold.NO_DATA), (1, Untold.TOO_FEW), (19, Untold.TOO_FEW)])
def test_points_that_cannot_be_told_are_given_to_nobody(n: int, untold: Untold) -> None:
    """One part without enough matters: no score, no rank, the reason said; the others keep their points."""
    counts = {**kept(20, 20, 20, 0, 20, 20), "satisfied": (n, n)}
    found = score(default_scheme(), counts)
    assert found.value is None
    assert [(part.weight.indicator, part.untold, part.denominator) for part in found.untold] == [
        ("satisfied", untold, n)
    ]
    assert [part.earned for part in found.parts if part.untold is None] == [
        Decimal("5.00"), Decimal("10.00"), Decimal("10.00"), Decimal("5.00"),
    ]  # fmt: skip


def every(unit: int, met: Sequence[int], n: int = 10) -> list[MatterRow]:
    return [
        (code, 1000 * unit + at, unit, n, number)
        for at, (code, number) in enumerate(zip(CODES, met, strict=True))
    ]


def test_peers_are_ranked_apart_where_the_scheme_says_so() -> None:
    levels = (Level.COUNTY, Level.TOWN, None, Level.COUNTY, Level.TOWN)
    units = tuple(replace(unit, level=level) for unit, level in zip(UNITS, levels, strict=True))
    rows = [row for unit in range(1, 6) for row in every(unit, (10, 10, 0, 10, unit))]
    inputs = QuarterInputs(Quarter(2026, 3), date(2026, 10, 20), SCHEME, INDICATORS, units)
    apart = replace(inputs, scheme=replace(SCHEME, among=Among.LEVEL))
    ranks = [
        {row.subject.unit_id: row.rank for row in freeze_quarter(one, rows).ranking.rows}
        for one in (inputs, apart)
    ]
    assert ranks == [{1: 1, 2: 2, 3: 3, 4: 4, 5: 5}, {1: 1, 2: 1, 3: 1, 4: 2, 5: 2}]


def test_a_rate_on_its_target_meets_it() -> None:
    found = ranked(every(1, (10, 10, 1, 10, 9)))
    row = found.of_unit(1)
    assert row is not None
    told = {one.indicator: one.standing for one in row.figures.figures}
    assert [told[code] for code in CODES] == [Standing.MET] * 5
    assert told["head_read"] is Standing.NO_DATA


def test_criteria_give_their_number_threshold_and_n() -> None:
    rows = every(1, (5, 2, 6, 5, 5)) + every(2, (10, 10, 0, 10, 10)) + every(3, (10, 10, 0, 10, 9))
    scheme = replace(
        SCHEME,
        criteria=(
            Criterion(CriterionKind.SCORE_BELOW, Decimal(80)),
            Criterion(CriterionKind.WORST, Decimal(1)),
            Criterion(CriterionKind.MISSED, Decimal(8), "replied_in_time"),
            Criterion(CriterionKind.RATE_AT_LEAST, Decimal("0.6"), "repeated"),
            Criterion(CriterionKind.RATE_BELOW, Decimal("0.5"), "satisfied"),
        ),
    )
    found = proposals(ranked(rows, scheme))
    assert [one.subject.unit_id for one in found] == [1]
    told = [(one.criterion.kind.value, str(one.number), one.n, one.numerator) for one in found[0].evidence]
    assert told == [
        ("score_below", str(found[0].row.score), 3, None),
        ("worst", "1", 3, None),
        ("missed", "8", 10, 2),
        ("rate_at_least", "0.6000", 10, 6),
    ], "half is not below half"
    content = {"criteria": [one.content() for one in found[0].evidence]}
    assert read_evidence(content) == found[0].evidence


def test_a_rate_of_few_proposes_nobody_but_a_count_does() -> None:
    rows = every(1, (0, 0, 2, 0, 0), n=2)
    scheme = replace(
        SCHEME,
        criteria=(
            Criterion(CriterionKind.RATE_AT_LEAST, Decimal("0.1"), "repeated"),
            Criterion(CriterionKind.SCORE_BELOW, Decimal(100)),
            Criterion(CriterionKind.WORST, Decimal(5)),
            Criterion(CriterionKind.MISSED, Decimal(2), "replied_in_time"),
        ),
    )
    found = ranked(rows, scheme)
    row = found.of_unit(1)
    assert row is not None
    assert [one.criterion.kind for one in evidence_of(scheme, row, 0)] == [CriterionKind.MISSED]


def test_delisting_by_numbers_alone_needs_the_score_and_no_criterion() -> None:
    scheme = replace(SCHEME, criteria=(Criterion(CriterionKind.WORST, Decimal(1)),))
    rows = every(1, (10, 10, 0, 10, 10)) + every(2, (0, 0, 10, 0, 0)) + every(3, (7, 7, 0, 7, 7))
    found = ranked(rows, scheme)
    assert [meets_delisting(found, unit) for unit in (1, 2, 3, 4, 99)] == [True, False, False, False, False]
    alone = ranked(every(1, (10, 10, 0, 10, 10)), scheme)
    assert not meets_delisting(alone, 1), "the best is among the worst where it is alone"


def read(**changes: object) -> Scheme:
    content = {**default_scheme().content(), **changes}
    return read_scheme(2, "试", date(2026, 1, 1), 20, content, with_visits=False)


def test_a_scheme_is_read_as_it_was_written() -> None:
    scheme = default_scheme()
    row = (scheme.version, scheme.name, scheme.valid_from, scheme.minimum_n, scheme.content())
    assert read_scheme(*row, with_visits=False) == scheme


def test_visits_are_weighed_by_no_scheme_that_does_not_say_so() -> None:
    content = default_scheme().content()
    content["weights"].append(
        {"indicator": "visits_province", "version": 1, "points": 5, "target": "0.1", "lower_is_better": True}
    )
    for refusing in (content, {**default_scheme().content(), "criteria": [
        {"kind": "missed", "threshold": 5, "indicator": "visits_beijing"}]}):  # fmt: skip
        with pytest.raises(Refused) as refused:
            read_scheme(2, "试", date(2026, 1, 1), 20, refusing, with_visits=False)
        assert refused.value.code == "scheme_weighs_visits"
        assert read_scheme(2, "试", date(2026, 1, 1), 20, refusing, with_visits=True).with_visits


_WEIGHT = {"indicator": "satisfied", "version": 1, "points": 5, "target": "0.9", "lower_is_better": False}


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": []},
        {"weights": None},
        {"weights": [_WEIGHT] * 21},
        {"weights": [_WEIGHT, _WEIGHT]},
        {"weights": [{**_WEIGHT, "points": 0}]},
        {"weights": [{**_WEIGHT, "points": 2.5}]},
        {"weights": [{**_WEIGHT, "points": True}]},
        {"weights": [{**_WEIGHT, "target": "0"}]},
        {"weights": [{**_WEIGHT, "target": "1", "lower_is_better": True}]},
        {"weights": [{**_WEIGHT, "target": 0.9}]},
        {"weights": [{**_WEIGHT, "target": "NaN"}]},
        {"weights": [{**_WEIGHT, "target": "1e-9"}]},
        {"weights": [{**_WEIGHT, "target": "九成"}]},
        {"weights": [{**_WEIGHT, "lower_is_better": "no"}]},
        {"weights": [{**_WEIGHT, "indicator": "a; DROP"}]},
        {"weights": ["satisfied"]},
        {"criteria": [{"kind": "beheaded", "threshold": 1}]},
        {"criteria": [{"kind": "worst", "threshold": "1.5"}]},
        {"criteria": [{"kind": "worst", "threshold": 0}]},
        {"criteria": [{"kind": "score_below", "threshold": "101"}]},
        {"criteria": [{"kind": "missed", "threshold": 3}]},
        {"criteria": [{"kind": ["worst"], "threshold": 3}]},
        {"delist_score": None},
        {"delist_score": "Infinity"},
        {"terms": {"plan_days": 0}},
        {"terms": {"freeze_after_days": 93}},
        {"terms": []},
        {"among": "friends"},
        {"among": None},
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        read(**changes)
    assert refused.value.code.startswith("scheme_")


@pytest.mark.parametrize(
    ("quarter", "last"),
    [("2026Q1", date(2026, 3, 31)), ("2026Q2", date(2026, 6, 30)), ("2026Q3", date(2026, 9, 30)),
     ("2026Q4", date(2026, 12, 31)), ("9999Q4", date(9999, 12, 31))],
)  # fmt: skip
def test_a_quarter_ends_on_its_last_day(quarter: str, last: date) -> None:
    assert Quarter.parse(quarter).last_day == last


@pytest.mark.parametrize("text", ["", "2026Q5", "0000Q1", "1948Q4", "2026Q1Q1"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="quarter_unreadable"):
        Quarter.parse(text)
