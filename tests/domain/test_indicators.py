"""Indicators as data and arithmetic: definitions, Wilson's interval, periods, how a figure stands."""

from __future__ import annotations

from datetime import date, timedelta
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reads.indicator_rules import rule_of
from grid.indicators.definitions import (
    CODES,
    DEFINITIONS,
    Better,
    Definition,
    Part,
    asked_for,
    definition,
    in_force,
    versions_of,
)
from grid.indicators.figures import Period, Standing
from grid.indicators.periods import is_whole_months, period_a_year_before, period_before, quarter_period
from grid.indicators.tallies import Tally, make_figures, standing_of
from grid.indicators.wilson import Z_95, wilson
from grid.listings import Quarter
from grid.refusals import Refused
from layers.words import Language, all_words, say

counts = st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(counts)
def test_an_interval_holds_its_rate_and_stays_between_nothing_and_all(parts: tuple[int, int]) -> None:
    low, high = _interval(*parts)
    assert 0.0 <= low <= parts[0] / parts[1] <= high <= 1.0
    assert low < high


@given(counts)
def test_an_interval_is_where_the_rate_is_as_likely_as_said(parts: tuple[int, int]) -> None:
    """Wilson's ends are the rates of which the observed one lies just z standard errors off."""
    numerator, n = parts
    for end in _interval(numerator, n):
        if 0.0 < end < 1.0:
            off = abs(numerator / n - end)
            assert isclose(off, Z_95 * sqrt(end * (1 - end) / n), rel_tol=1e-6, abs_tol=1e-9)


@given(counts)
def test_more_successes_move_an_interval_up_and_its_mirror_down(parts: tuple[int, int]) -> None:
    numerator, n = parts
    low, high = _interval(numerator, n)
    if numerator < n:
        more_low, more_high = _interval(numerator + 1, n)
        assert low < more_low
        assert high < more_high or high == more_high == 1.0
    mirrored = _interval(n - numerator, n)
    assert isclose(mirrored[0], 1 - high, abs_tol=1e-9)
    assert isclose(mirrored[1], 1 - low, abs_tol=1e-9)


@given(counts)
def test_the_same_rate_of_more_is_known_closer(parts: tuple[int, int]) -> None:
    low, high = _interval(*parts)
    closer_low, closer_high = _interval(2 * parts[0], 2 * parts[1])
    assert closer_high - closer_low < high - low


@pytest.mark.parametrize(
    ("numerator", "n", "low", "high"),
    [
        # 81 of 263 is the worked example of Newcombe (Statistics in Medicine 17, 1998, table I).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(numerator: int, n: int, low: float, high: float) -> None:
    assert _interval(numerator, n) == pytest.approx((low, high), abs=5e-5)


def test_the_agents_of_the_real_city_show_85_4_percent() -> None:
    agents = definition("agent_resolved")
    figure = make_figures((agents,), {agents.key: Tally(158, 185)}, {}, {})[0]
    assert f"{figure.rate:.1%}" == "85.4%"
    assert figure.interval == pytest.approx((0.7960, 0.8977), abs=5e-4)


def test_no_rate_has_no_interval_and_an_impossible_one_is_refused() -> None:
    assert wilson(0, 0) is None
    for numerator, n in ((1, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no rate"):
            wilson(numerator, n)


def _interval(numerator: int, n: int) -> tuple[float, float]:
    found = wilson(numerator, n)
    assert found is not None
    return found


def test_one_version_of_each_indicator_is_in_force() -> None:
    assert [each.code for each in in_force()] == list(CODES)
    assert len({each.key for each in DEFINITIONS}) == len(DEFINITIONS)
    assert in_force(date(2022, 4, 30)) == (), "before the Regulation nothing is"
    assert in_force(date(2022, 5, 1)) == in_force()
    for code in CODES:
        assert [each.version for each in versions_of(code)] == list(range(1, len(versions_of(code)) + 1))


def test_what_real_systems_define_in_opposite_ways_has_versions_of_both() -> None:
    assert {code for code in CODES if len(versions_of(code)) > 1} >= {
        "satisfied", "evaluated", "replied_in_time", "repeated", "turned_repeat", "resolved_at_once",
    }  # fmt: skip


def test_a_question_takes_versions_in_force_but_for_those_it_names() -> None:
    asked = asked_for((("satisfied", 3),))
    assert [each.code for each in asked] == list(CODES)
    assert [each.version for each in asked if each.code == "satisfied"] == [3]
    for unknown in ((("satisfied", 99),), (("speed", 1),)):
        with pytest.raises(Refused, match="indicator_unknown"):
            asked_for(unknown)
    with pytest.raises(Refused, match="indicator_unknown"):
        versions_of("speed")


@pytest.mark.parametrize("each", DEFINITIONS, ids=lambda each: f"{each.code}-{each.version}")
def test_every_definition_has_a_rule_and_a_card(each: Definition) -> None:
    assert rule_of(each, date(2026, 1, 1)).definition == each
    for language in Language:
        card = [say(each.words(part), language, **each.facts) for part in Part]
        assert all(line and "None" not in line for line in card)
    days_said = "{days}" in "".join(all_words(Language.ZH)[each.words(part)] for part in Part)
    assert not days_said or each.window_days is not None


def test_every_standing_and_direction_has_words() -> None:
    for language in Language:
        assert {f"standing.{one}" for one in Standing} <= set(all_words(language))
        assert {f"better.{one}" for one in Better} <= set(all_words(language))


@pytest.mark.parametrize(
    ("code", "parts", "standing"),
    [
        ("satisfied", (0, 0), Standing.NO_DATA),
        ("satisfied", (19, 19), Standing.TOO_FEW),
        ("satisfied", (19, 20), Standing.MET),
        ("satisfied", (94, 100), Standing.MISSED),
        ("backlog_province", (28, 35), Standing.MET),
        ("backlog_nation", (999, 1000), Standing.MISSED),
        ("backlog_nation", (1000, 1000), Standing.MET),
        ("repeated", (0, 100), Standing.NO_TARGET),
    ],
)
def test_how_a_figure_stands(code: str, parts: tuple[int, int], standing: Standing) -> None:
    assert standing_of(definition(code), Tally(*parts)) is standing


def test_lower_is_better_turns_the_target_round() -> None:
    most = Definition("repeated", 9, definition("repeated").cohort, better=Better.LOWER, target=0.1)
    assert standing_of(most, Tally(10, 100)) is Standing.MET
    assert standing_of(most, Tally(11, 100)) is Standing.MISSED


def test_an_earlier_period_of_too_few_or_across_a_break_is_not_compared_with() -> None:
    one = (definition("satisfied"),)
    key = one[0].key
    enough, few = {key: Tally(15, 20)}, {key: Tally(15, 19)}
    figure = make_figures(one, enough, few, enough)[0]
    assert (figure.previous, figure.year_before, figure.is_broken) == (None, 0.75, False)
    figure = make_figures(one, enough, enough, None)[0]
    assert (figure.previous, figure.year_before, figure.is_broken) == (0.75, None, True)


@given(days, st.integers(0, 800))
def test_the_period_before_ends_the_day_before_and_is_as_long(since: date, length: int) -> None:
    period = Period(since, since + timedelta(days=length))
    before = period_before(period)
    assert before.until == period.since - timedelta(days=1)
    if is_whole_months(period):
        assert is_whole_months(before)
        assert _months(before) == _months(period)
    else:
        assert before.until - before.since == period.until - period.since


@given(days, st.integers(0, 800))
def test_a_year_before_has_the_same_days(since: date, length: int) -> None:
    period = Period(since, since + timedelta(days=length))
    before = period_a_year_before(period)
    assert before.since.year == period.since.year - 1
    assert before.since.month == period.since.month
    assert (before.until.year, before.until.month) == (period.until.year - 1, period.until.month)
    if is_whole_months(period):
        assert is_whole_months(before)
    else:
        leap = {(each.month, each.day) for each in (period.since, period.until)} & {(2, 29)}
        assert leap or (before.until.day, before.since.day) == (period.until.day, period.since.day)


@given(st.integers(1990, 2100), st.integers(1, 4))
def test_quarters_follow_one_another(year: int, number: int) -> None:
    quarter = Quarter(year, number)
    assert period_before(quarter_period(quarter)) == quarter_period(quarter.previous)
    assert period_a_year_before(quarter_period(quarter)) == quarter_period(Quarter(year - 1, number))


def _months(period: Period) -> int:
    return 12 * (period.until.year - period.since.year) + period.until.month - period.since.month
