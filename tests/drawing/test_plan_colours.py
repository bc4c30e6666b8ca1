"""Leader colours: neighbours never alike, stable under a planner's moves."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from grid.coverage import (
    Assignment,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanState,
    Unit,
    UnitKind,
    bordering_leaders,
)
from layers.leader_colours import assign_colours
from layers.theme import LEADER_COLOURS


def _book(leads: list[int | None], borders: set[tuple[int, int]], leaders: int) -> CoverageBook:
    assignments = tuple(Assignment(unit, lead) for unit, lead in enumerate(leads, start=1))
    return CoverageBook(
        plan=CoveragePlan(1, "方案", PlanState.PUBLISHED, date(2026, 1, 1), None, 1, None, assignments),
        units=tuple(Unit(n, f"区{n}", UnitKind.AREA, n) for n in range(1, len(leads) + 1)),
        leaders=tuple(Leader(n, f"职务{n}", None) for n in range(1, leaders + 1)),
        borders=frozenset(borders),
    )


@st.composite
def _grids(draw: st.DrawFn) -> CoverageBook:
    """A city of 5 × 6 areas with rook borders, given at random to up to 20 leaders."""
    leaders = draw(st.integers(1, 20))
    leads = draw(st.lists(st.one_of(st.none(), st.integers(1, leaders)), min_size=30, max_size=30))
    across = {(n, n + 1) for n in range(1, 31) if n % 6}
    return _book(leads, across | {(n, n + 6) for n in range(1, 25)}, leaders)


def _clashes(book: CoverageBook, colours: dict[int, str]) -> list[tuple[int, int]]:
    borders = bordering_leaders(book)
    return [(one, other) for one in borders for other in borders[one] if colours[one] == colours[other]]


@settings(deadline=None)
@given(_grids())
def test_neighbours_differ_wherever_twelve_colours_can_do_it(book: CoverageBook) -> None:
    colours = assign_colours(book)
    assert set(colours) == {leader.id for leader in book.leaders}
    assert set(colours.values()) <= set(LEADER_COLOURS)
    if max(map(len, bordering_leaders(book).values())) < len(LEADER_COLOURS):
        assert not _clashes(book, colours)


@settings(deadline=None)
@given(_grids())
def test_up_to_twelve_leaders_all_differ_and_the_answer_is_stable(book: CoverageBook) -> None:
    colours = assign_colours(book)
    assert assign_colours(book) == colours
    if len(book.leaders) <= len(LEADER_COLOURS):
        assert len(set(colours.values())) == len(book.leaders)


@settings(deadline=None)
@given(_grids())
def test_kept_colours_stay_where_they_do_not_clash(book: CoverageBook) -> None:
    before = assign_colours(book)
    if not _clashes(book, before):
        assert assign_colours(book, keep=before) == before
    assert not _clashes(book, assign_colours(book, keep=dict.fromkeys(before, "red"))) or _clashes(
        book, before
    )


def test_a_clash_after_a_move_is_repainted_for_one_only() -> None:
    book = _book([1, 2], {(1, 2)}, 2)
    same = dict.fromkeys((1, 2), LEADER_COLOURS[0])
    colours = assign_colours(book, keep=same)
    assert colours[1] == LEADER_COLOURS[0] != colours[2]


def test_neighbours_look_apart_under_deuteranopia() -> None:
    """A chain of leaders never puts two colours side by side that differ in red against green alone."""
    book = _book(list(range(1, 7)), {(n, n + 1) for n in range(1, 6)}, 6)
    colours = assign_colours(book)
    for left in range(1, 6):
        assert _contrast(colours[left], colours[left + 1]) > 0.2


def _contrast(one: str, other: str) -> float:
    """Largest difference in brightness or blueness, 0 to 1, once red and green are merged."""

    def merged(colour: str) -> tuple[float, float]:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.3 * red + 0.7 * green, blue

    return max(abs(a - b) for a, b in zip(merged(one), merged(other), strict=True))
