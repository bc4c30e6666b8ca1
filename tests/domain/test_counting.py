"""Counting in columns: what every reading of a copy stands on, compared with counting one by one."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grid.areas import Level
from grid.hotspots import counting, counting_cells, counting_kernels, counting_tables
from grid.hotspots.counting import KIND_SHAPE, KINDS, MatterColumns
from grid.hotspots.counting_kernels import Cells, Codes, Runs, Slots
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


@pytest.mark.parametrize("by", [*((each,) for each in Dimension), (Dimension.STAGE, Dimension.CHANNEL), ()])
def test_the_slots_of_kinds_are_their_values_in_order(by: tuple[Dimension, ...]) -> None:
    asked = MatterFilter(
        DAY, DAY, frozenset({Category.LAND, Category.OTHER}), stages=frozenset({Stage.REVIEW})
    )
    values = dict(zip(Dimension, (Category, Channel, counting.COUNTED_PURPOSES, Stage), strict=True))
    slots = list(itertools.product(*(values[each] for each in by)))
    codes = counting.kind_slots(asked, by)
    assert codes.size == len(slots)
    for kind, slot, taken in zip(KINDS, codes.of, counting.allowed_kinds(asked), strict=True):
        if taken:
            assert slots[slot] == tuple(kind[list(Dimension).index(each)] for each in by)
        else:
            assert slot >= codes.size
    assert codes is counting.kind_slots(asked, by), "tables tell the same filter by that"


def test_values_are_named_most_first_and_none_without_matters() -> None:
    counts = np.arange(len(Channel))
    named = counting.named_values(counts, Dimension.CHANNEL)
    assert named == tuple((str(channel), number) for number, channel in list(enumerate(Channel))[:0:-1])


@st.composite
def tallies(draw: st.DrawFn) -> tuple[Runs, Slots, np.ndarray]:
    """Return runs, some of them empty and in no order, slots, and weights."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    rows, keys, size = draw(st.integers(0, 300)), draw(st.integers(1, 9)), draw(st.integers(1, 5))
    number, codes, periods = draw(st.integers(0, 6)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    wide = draw(st.sampled_from([np.uint16, np.uint32]))
    slots = Slots(
        rng.integers(0, keys, rows).astype(wide), rng.integers(0, size, keys).astype(np.uint32), size
    )
    edges = np.sort(rng.integers(0, rows + 1, (number, periods + 1)), axis=1).astype(np.int32)
    runs = Runs(edges, rng.integers(0, codes, number), codes)
    return runs, slots, rng.integers(0, 1 << 32, rows).astype(np.uint32)


@pytest.fixture
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut what is summed at once to few rows, so that also a test meets blocks and threads."""
    monkeypatch.setattr(counting_kernels, "_BLOCK_ROWS", 37)
    monkeypatch.setattr(counting_kernels, "_MANY_FOR_ONE", 100)
    monkeypatch.setattr(counting_kernels, "_OFTEN", 2)


@pytest.mark.usefixtures("_small_blocks")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=tallies(), weighed=st.booleans())
def test_both_ways_of_summing_equal_counting_one_by_one(
    drawn: tuple[Runs, Slots, np.ndarray], weighed: bool
) -> None:
    runs, slots, weight = drawn
    expected = np.zeros((runs.edges.shape[1] - 1, slots.size, runs.codes), dtype=np.int64)
    for edges, code in zip(runs.edges, runs.code, strict=True):
        for period, (first, after) in enumerate(itertools.pairwise(edges)):
            for row in range(first, after):
                expected[period, slots.of[slots.key[row]], code] += int(weight[row]) if weighed else 1
    given_weight = weight if weighed else None
    for ways in (counting_kernels.tally_plain, counting_kernels.tally_compiled):
        found = ways(runs, slots, given_weight)
        assert found.dtype == np.int64
        assert np.array_equal(found, expected)
    inside = slots.of == 0
    assert np.array_equal(
        counting_kernels.tally_inside(runs, slots.key, inside, given_weight), expected[:, 0]
    )
    assert np.array_equal(
        counting_kernels.tally_inside_compiled(runs, slots.key, inside, given_weight), expected[:, 0]
    )
    if not weighed:
        assert np.array_equal(runs.lengths(), expected.sum(axis=1))
        assert runs.rows == expected.sum()


@pytest.mark.usefixtures("_small_blocks")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=tallies(), weighed=st.booleans(), pooled=st.sampled_from([1, 2, 4]))
def test_both_ways_of_summing_cells_equal_counting_one_by_one(
    drawn: tuple[Runs, Slots, np.ndarray], weighed: bool, pooled: int
) -> None:
    runs, slots, weight = drawn
    runs = Runs(runs.edges[:, [0, -1]], runs.code, runs.codes)
    rng, side = np.random.default_rng(len(weight)), 8 // pooled
    row, column = rng.integers(0, 8, (2, len(weight)))
    placed, inside = rng.random(len(weight)) < 0.8, slots.of < 2
    cell = np.where(placed, counting_cells.cell_numbers(row, column), np.int32(-1))
    expected = np.zeros((side, side), dtype=np.int64)
    for first, after in runs.edges:
        for at in range(first, after):
            if placed[at] and inside[slots.key[at]]:
                expected[row[at] // pooled, column[at] // pooled] += int(weight[at]) if weighed else 1
    cells = Cells(cell, counting_cells.halvings(pooled), side * side)
    for ways in (counting_kernels.tally_cells_plain, counting_kernels.tally_cells_compiled):
        found = ways(runs, cells, slots.key, inside, weight if weighed else None)
        assert np.array_equal(counting_cells.laid_out(found, side), expected)


def test_cells_have_numbers_of_their_own_and_only_powers_of_two_are_put_together() -> None:
    rows, columns = np.divmod(np.arange(1 << 20), 1 << 10)
    numbers = counting_cells.cell_numbers(rows, columns)
    assert np.array_equal(np.sort(numbers), np.arange(1 << 20))
    assert np.array_equal(
        numbers >> counting_cells.halvings(4), counting_cells.cell_numbers(rows // 4, columns // 4)
    )
    assert int(counting_cells.cell_numbers(np.array([2**15 - 1]), np.array([2**15 - 1]))[0]) == 2**30 - 1
    for factor in (0, 3, 6, -2):
        with pytest.raises(ValueError, match="power of two"):
            counting_cells.halvings(factor)


def test_a_period_is_a_run_of_each_kind_also_where_it_has_no_day() -> None:
    days = np.array([(DAY + timedelta(days=shift)).toordinal() for shift in (0, 1, 5)], dtype=np.int32)
    none = np.zeros(10, dtype=np.uint16)
    starts = np.zeros(len(KINDS) * 3 + 1, dtype=np.int32)
    starts[1:4], starts[4:] = (4, 6, 7), 10
    columns = MatterColumns(days, starts, none, none.astype(np.int32), none, none)

    def edges(since: date, until: date, kinds: list[int]) -> list[list[int]]:
        of = np.full(len(KINDS), 1, dtype=np.uint32)
        of[kinds] = 0
        bounds = counting.day_bounds(columns, (since,), until)
        return counting.runs(columns, bounds, Codes(of, 1)).edges.tolist()

    assert edges(DAY, DAY, [0, 1, 5]) == [[0, 4], [7, 10], [10, 10]]
    assert edges(DAY + timedelta(2), DAY + timedelta(4), [0]) == [[6, 6]]
    assert edges(date.min, date.max - timedelta(1), [0, 1]) == [[0, 7], [7, 10]]
    assert edges(DAY + timedelta(9), DAY + timedelta(9), [0]) == [[7, 7]]
    assert edges(DAY, DAY, []) == []


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
    columns, kind = some_columns(rng, rows)
    group = np.append(np.arange(4), rng.integers(0, 4, 5)).astype(np.uint32)
    code = (np.arange(len(KINDS)) % codes).astype(np.uint32)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(counting_tables, "_LEAST_STEP", 16)
        patched.setattr(counting_tables, "_AT_ONCE", 3)
        table = counting_tables.build_table(columns, group, Codes(code, codes), budget_bytes=budget * 16)
    places = Slots(columns.place, rng.integers(0, 3, 4).astype(np.uint32)[group], 3)
    kinds = Codes(rng.integers(0, 3, codes).astype(np.uint32)[code], 2)
    assert_table_counts(table, columns, kind, (places, kinds), rng)


@settings(max_examples=80)
@given(seed=st.integers(0, 9999), rows=st.integers(0, 400), budget=st.integers(1, 4000), same=st.booleans())
def test_a_slider_counts_its_filter_over_any_period(seed: int, rows: int, budget: int, same: bool) -> None:
    rng = np.random.default_rng(seed)
    columns, kind = some_columns(rng, rows)
    places = Slots(columns.place, rng.integers(0, 5, 9).astype(np.uint32), 5)
    kinds = Codes((rng.random(len(KINDS)) < 0.5).astype(np.uint32), 1)
    table = counting_tables.build_slider(columns, places, kinds, budget_bytes=budget)
    if not same:
        # The same filter looked up anew: other arrays that say the same.
        places, kinds = places._replace(of=places.of.copy()), Codes(kinds.of.copy(), 1)
    assert_table_counts(table, columns, kind, (places, kinds), rng)


def test_a_table_does_not_tell_what_its_groups_do_not() -> None:
    columns, _ = some_columns(np.random.default_rng(1), 300)
    group, code = (np.arange(9) // 3).astype(np.uint32), (np.arange(len(KINDS)) // 132).astype(np.uint32)
    table = counting_tables.build_table(columns, group, Codes(code, 12), budget_bytes=1 << 20)
    slider = counting_tables.build_slider(
        columns, Slots(columns.place, group, 3), Codes(np.minimum(code, 1), 1)
    )
    coarse, fine = np.repeat([0, 1, 1], 3).astype(np.uint32), np.array([0, 1] + [0] * 7, dtype=np.uint32)
    by_code, by_kind = (code % 2).astype(np.uint32), (np.arange(len(KINDS)) % 2).astype(np.uint32)

    def tells(asked: counting_tables.RunningTable, of_place: np.ndarray, of_kind: np.ndarray) -> bool:
        slots = Slots(columns.place, of_place, 2), Codes(of_kind, 2)
        return asked.count(columns, np.array([0, len(columns.days)]), *slots) is not None

    assert tells(table, coarse, by_code)
    assert not tells(table, fine, by_code)
    assert not tells(table, coarse, by_kind)
    assert not tells(slider, coarse, np.zeros_like(code)), "kinds that the slider did not count"
    assert tells(slider, coarse, np.where(code == 0, 0, 9).astype(np.uint32))
    assert not tells(table, coarse[:8], by_code), "places that came later"


def some_columns(rng: np.random.Generator, rows: int) -> tuple[MatterColumns, np.ndarray]:
    """Return matters at nine places over some twenty days, and the kind and day of each."""
    kind = np.sort(rng.integers(0, len(KINDS), rows)) if rows % 2 else np.sort(rng.integers(0, 3, rows))
    day = rng.integers(0, 20, rows)
    order = np.lexsort((day, kind))
    days, at = np.unique(day[order], return_inverse=True)
    starts = np.searchsorted(kind * len(days) + at, np.arange(len(KINDS) * len(days) + 1))
    columns = MatterColumns(
        (days + DAY.toordinal()).astype(np.int32),
        starts.astype(np.int32),
        rng.integers(0, 9, rows).astype(np.uint16),
        rng.integers(-1, 4, rows).astype(np.int32),
        rng.integers(1, 4, rows).astype(np.uint16),
        rng.integers(1, 4, rows).astype(np.uint16),
    )
    return columns, np.stack([kind, at], axis=1)


def assert_table_counts(
    table: counting_tables.RunningTable,
    columns: MatterColumns,
    row: np.ndarray,
    asked: tuple[Slots, Codes],
    rng: np.random.Generator,
) -> None:
    """Compare a table's answers with a count of the rows one by one; compiled loops and numpy alike."""
    places, kinds = asked
    bounds = np.sort(rng.integers(0, len(columns.days) + 1, rng.integers(2, 6)))
    expected = np.zeros((len(bounds) - 1, places.size, kinds.size), dtype=np.int64)
    for (kind, day), place in zip(row.tolist(), columns.place, strict=True):
        for number, (first, after) in enumerate(itertools.pairwise(bounds)):
            if first <= day < after and kinds.of[kind] < kinds.size:
                expected[number, places.of[place], kinds.of[kind]] += 1
    for least in (0, 1 << 60):
        with pytest.MonkeyPatch.context() as forced:
            forced.setattr(counting_kernels, "MANY_ROWS", least)
            forced.setattr(counting_kernels, "_SOME_ROWS", least)
            counts = table.count(columns, bounds, places, kinds)
        assert counts is not None
        assert np.array_equal(counts, expected)
