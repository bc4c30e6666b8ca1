"""Counting in columns: what every reading of a copy stands on, compared with counting one by one."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.areas import Level
from grid.hotspots import counting, counting_kernels, counting_tables
from grid.hotspots.counting import KIND_SHAPE, KINDS, MatterColumns
from grid.hotspots.counting_kernels import Gate, Slots
from grid.hotspots.counting_places import KnownAreas, PlaceBook
from grid.hotspots.questions import Dimension, MatterFilter
from grid.matters import Category, Channel, Purpose, Stage
from grid.measures import MeasureUnit
from grid.refusals import Refused

DAY = date(2026, 3, 1)


def test_every_kind_has_a_number_and_no_accusation_has() -> None:
    assert len(KINDS) == np.prod(KIND_SHAPE) == len(set(KINDS))
    assert all(Purpose.ACCUSATION not in kind for kind in KINDS)
    assert len(KINDS) < 1 << 16


@given(
    categories=st.frozensets(st.sampled_from(Category)),
    channels=st.frozensets(st.sampled_from(Channel)),
    purposes=st.frozensets(st.sampled_from([Purpose.CLAIM, Purpose.SUGGESTION])),
    stages=st.frozensets(st.sampled_from(Stage)),
    unit=st.sampled_from([MeasureUnit.MATTERS, MeasureUnit.VISITS, MeasureUnit.HEADS]),
)
def test_a_filter_takes_the_kinds_that_it_names(
    categories: frozenset[Category], channels: frozenset[Channel], purposes: frozenset[Purpose],
    stages: frozenset[Stage], unit: MeasureUnit,
) -> None:  # fmt: skip
    asked = MatterFilter(DAY, DAY, categories, channels, purposes, stages, unit=unit)
    taken = counting.allowed_kinds(asked)
    for kind, is_taken in zip(KINDS, taken, strict=True):
        category, channel, purpose, stage = kind
        wanted = all(
            not chosen or value in chosen
            for value, chosen in ((category, categories), (channel, channels), (purpose, purposes),
                                  (stage, stages))
        )  # fmt: skip
        assert is_taken == (wanted and (unit is not MeasureUnit.VISITS or channel is Channel.VISIT))


@pytest.mark.parametrize("by", list(Dimension))
def test_a_split_sums_kinds(by: Dimension) -> None:
    counts = np.random.default_rng(1).integers(0, 3, len(KINDS)) * (np.arange(len(KINDS)) % 7 == 0)
    at = list(Dimension).index(by)
    expected: Counter[str] = Counter()
    for kind, count in zip(KINDS, counts.tolist(), strict=True):
        expected[str(kind[at])] += count
    split = counting.named_values(counting.sum_kinds(counts, by), by)
    assert dict(split) == {value: count for value, count in expected.items() if count}
    assert [count for _, count in split] == sorted((count for _, count in split), reverse=True)


@st.composite
def tallies(draw: st.DrawFn) -> tuple[Slots, Gate, np.ndarray, np.ndarray]:
    """Return slots, a gate, weights and bounds of slices, some of them empty."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    rows, keys, size = draw(st.integers(0, 300)), draw(st.integers(1, 9)), draw(st.integers(1, 5))
    wide = draw(st.sampled_from([np.uint16, np.uint32]))
    slots = Slots(
        rng.integers(0, keys, rows).astype(wide), rng.integers(0, size, keys).astype(np.uint32), size
    )
    gate = Gate(rng.integers(0, 6, rows).astype(np.uint16), rng.random(6) < 0.5)
    bounds = np.sort(rng.integers(0, rows + 1, draw(st.integers(2, 6))))
    return slots, gate, rng.integers(0, 1 << 32, rows).astype(np.uint32), bounds


@settings(max_examples=60)
@given(drawn=tallies(), weighed=st.booleans())
def test_both_ways_of_summing_equal_counting_one_by_one(
    drawn: tuple[Slots, Gate, np.ndarray, np.ndarray], weighed: bool
) -> None:
    slots, gate, weight, bounds = drawn
    expected = np.zeros((len(bounds) - 1, slots.size), dtype=np.int64)
    for number, (first, after) in enumerate(itertools.pairwise(bounds)):
        for row in range(first, after):
            if gate.is_open[gate.key[row]]:
                expected[number, slots.of[slots.key[row]]] += int(weight[row]) if weighed else 1
    given_weight = weight if weighed else None
    for ways in (counting_kernels.tally_plain, counting_kernels.tally_compiled):
        assert np.array_equal(ways(slots, gate, given_weight, bounds), expected)


@settings(max_examples=40)
@given(seed=st.integers(0, 999), rows=st.integers(0, 200), weighed=st.booleans())
def test_both_ways_of_summing_cells_equal_counting_one_by_one(seed: int, rows: int, weighed: bool) -> None:
    rng = np.random.default_rng(seed)
    cell = rng.integers(-1, 12, rows).astype(np.int32)
    gates = (
        Gate(rng.integers(0, 6, rows).astype(np.uint16), rng.random(6) < 0.7),
        Gate(rng.integers(0, 4, rows).astype(np.uint32), rng.random(4) < 0.7),
    )
    weight = rng.integers(1, 9, rows).astype(np.uint16)
    first, after = sorted(rng.integers(0, rows + 1, 2).tolist())
    expected = np.zeros(12, dtype=np.int64)
    for row in range(first, after):
        if cell[row] >= 0 and all(gate.is_open[gate.key[row]] for gate in gates):
            expected[cell[row]] += int(weight[row]) if weighed else 1
    given_weight = weight if weighed else None
    for ways in (counting_kernels.tally_cells_plain, counting_kernels.tally_cells_compiled):
        assert np.array_equal(ways(cell, gates, given_weight, (first, after), cells=12), expected)


def test_a_period_is_a_slice_also_where_it_has_no_day() -> None:
    days = np.array([(DAY + timedelta(days=shift)).toordinal() for shift in (0, 1, 5)], dtype=np.int32)
    none = np.zeros(10, dtype=np.uint16)
    columns = MatterColumns(days, np.array([0, 4, 6, 10]), none, none, none.astype(np.int32), none, none)
    assert counting.rows_between(columns, DAY, DAY) == (0, 4)
    assert counting.rows_between(columns, DAY + timedelta(2), DAY + timedelta(4)) == (6, 6)
    assert counting.rows_between(columns, date.min, date.max) == (0, 10)
    assert counting.rows_between(columns, DAY + timedelta(9), DAY + timedelta(9)) == (10, 10)


@given(since=st.dates(date(2020, 1, 1), date(2027, 1, 1)), length=st.integers(0, 400))
def test_months_and_weeks_part_a_period(since: date, length: int) -> None:
    until = since + timedelta(days=length)
    months, weeks = counting.month_firsts(since, until), counting.week_firsts(since, until)
    days = [since + timedelta(days=shift) for shift in range(length + 1)]
    assert months == tuple(day for day in days if day == since or day.day == 1)
    assert weeks == tuple(day for day in days if day == since or day.weekday() == 0)


KNOWN = KnownAreas(
    id=np.array([90, 10, 20, 21, 30, 31, 32, 77]),
    level=np.array([4, 0, 1, 1, 2, 2, 2, 0], dtype=np.uint8),
    regular=np.array([True] * 7 + [False]),
    today=np.array([True, True, True, True, True, False, True, True]),
)
"""A city, a county, two towns, three villages of which one is former, and a functional area."""
BOOK = PlaceBook(
    KNOWN,
    np.array(
        [[0, 0, 0, 0, 0], [10, 20, 30, 0, 0], [10, 20, 31, 0, 77], [10, 21, 32, 0, 0], [10, 0, 0, 0, 77]]
    ),
)


def test_places_go_to_the_areas_of_a_level_valid_today() -> None:
    assert BOOK.area_ids(Level.VILLAGE).tolist() == [30, 32]
    assert BOOK.slots(Level.VILLAGE).tolist() == [2, 0, 2, 1, 2]
    assert BOOK.slots(Level.TOWN).tolist() == [2, 0, 0, 1, 2]
    assert BOOK.slots(Level.CITY).tolist() == [0] * 5
    assert BOOK.slots(Level.GRID).tolist() == [0] * 5, "no areas: all are elsewhere"


@pytest.mark.parametrize(
    ("within", "inside"),
    [
        ([], [1, 1, 1, 1, 1]), ([90], [1, 1, 1, 1, 1]), ([10], [0, 1, 1, 1, 1]), ([20], [0, 1, 1, 0, 0]),
        ([31], [0, 0, 1, 0, 0]), ([77], [0, 0, 1, 0, 1]), ([77, 21], [0, 0, 1, 1, 1]), ([90, 31], [1] * 5),
    ],
)  # fmt: skip
def test_areas_of_any_level_hold_their_places(within: list[int], inside: list[int]) -> None:
    assert BOOK.inside(within).tolist() == [bool(each) for each in inside]
    beyond = BOOK.slots(Level.TOWN, frozenset(within)) == len(BOOK.area_ids(Level.TOWN)) + 1
    assert beyond.tolist() == [not each for each in inside]


def test_an_area_that_there_is_not_is_refused() -> None:
    for within in ([1], [10, 1], [0]):
        with pytest.raises(Refused, match="area_unknown"):
            BOOK.inside(within)


@settings(max_examples=80)
@given(
    seed=st.integers(0, 9999), rows=st.integers(1, 400), budget=st.integers(1, 4000), codes=st.integers(1, 4)
)
def test_a_running_table_counts_what_reading_the_rows_does(
    seed: int, rows: int, budget: int, codes: int
) -> None:
    rng = np.random.default_rng(seed)
    columns = some_columns(rng, rows)
    group = np.append(np.arange(4), rng.integers(0, 4, 5)).astype(np.uint32)
    code = (np.arange(len(KINDS)) % codes).astype(np.uint16)
    table = counting_tables.build_table(columns, group, code, budget_bytes=budget * 16)
    places = Slots(columns.place, rng.integers(0, 3, 4).astype(np.uint32)[group], 3)
    kinds = Slots(columns.kind, rng.integers(0, 3, codes).astype(np.uint32)[code], 3)
    assert_table_counts(table, columns, places, kinds, rng)


@settings(max_examples=80)
@given(seed=st.integers(0, 9999), rows=st.integers(0, 400), budget=st.integers(1, 4000))
def test_a_slider_counts_its_filter_over_any_period(seed: int, rows: int, budget: int) -> None:
    rng = np.random.default_rng(seed)
    columns = some_columns(rng, rows)
    places = Slots(columns.place, rng.integers(0, 5, 9).astype(np.uint32), 5)
    allowed = rng.random(len(KINDS)) < 0.5
    table = counting_tables.build_slider(columns, places, allowed, budget_bytes=budget)
    kinds = Slots(columns.kind, np.where(allowed, 0, 1).astype(np.uint32), 2)
    assert_table_counts(table, columns, places, kinds, rng)


def test_a_table_does_not_tell_what_its_groups_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting_tables, "_LEAST_STEP", 16)
    columns = some_columns(np.random.default_rng(1), 300)
    group, code = (np.arange(9) // 3).astype(np.uint32), (np.arange(len(KINDS)) // 132).astype(np.uint16)
    table = counting_tables.build_table(columns, group, code)
    bounds = np.array([0, 300])
    coarse, fine = np.repeat([0, 1, 1], 3).astype(np.uint32), np.array([0, 1] + [0] * 7, dtype=np.uint32)
    by_code, by_kind = (code % 2).astype(np.uint32), (np.arange(len(KINDS)) % 2).astype(np.uint32)

    def count(of_place: np.ndarray, of_kind: np.ndarray) -> np.ndarray | None:
        with pytest.MonkeyPatch.context() as free:
            free.setattr(counting_tables, "_FOLD_SHARE", 0)
            slots = Slots(columns.place, of_place, 2), Slots(columns.kind, of_kind, 2)
            return table.count(columns, bounds, *slots)

    assert count(coarse, by_code) is not None
    assert count(fine, by_code) is None
    assert count(coarse, by_kind) is None


def some_columns(rng: np.random.Generator, rows: int) -> MatterColumns:
    """Return matters at nine places over some twenty days."""
    day = np.sort(rng.integers(0, 20, rows)) + DAY.toordinal()
    days, starts = np.unique(day, return_index=True)
    return MatterColumns(
        days.astype(np.int32),
        np.append(starts, rows).astype(np.int64),
        rng.integers(0, len(KINDS), rows).astype(np.uint16),
        rng.integers(0, 9, rows).astype(np.uint16),
        rng.integers(-1, 4, rows).astype(np.int32),
        rng.integers(1, 4, rows).astype(np.uint16),
        rng.integers(1, 4, rows).astype(np.uint16),
    )


def assert_table_counts(
    table: counting_tables.RunningTable,
    columns: MatterColumns,
    places: Slots,
    kinds: Slots,
    rng: np.random.Generator,
) -> None:
    """Compare a table's answers with a count of the rows one by one; compiled loops and numpy alike."""
    bounds = np.sort(rng.integers(0, columns.rows + 1, rng.integers(2, 6)))
    expected = np.zeros((len(bounds) - 1, places.size, kinds.size), dtype=np.int64)
    for number, (first, after) in enumerate(itertools.pairwise(bounds)):
        for row in range(first, after):
            expected[number, places.of[columns.place[row]], kinds.of[columns.kind[row]]] += 1
    expected[:, :, -1] = 0
    expected[:, -1] = 0
    for least in (0, 1 << 60):
        with pytest.MonkeyPatch.context() as forced:
            forced.setattr(counting_tables, "_FOLD_SHARE", -1e9)
            forced.setattr(counting_kernels, "MANY_ROWS", least)
            forced.setattr(counting_kernels, "_SOME_ROWS", least)
            counts = table.count(columns, bounds, places, kinds)
        assert counts is not None
        assert np.array_equal(counts, expected)
