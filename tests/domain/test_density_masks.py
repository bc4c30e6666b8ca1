"""A few matters glow neither in one density nor in the difference of two."""

from __future__ import annotations

import numpy as np
import pytest

from grid.density import density_with_support
from grid.density_masks import mask_nested, mask_parts, seen_alone

BOUNDS = (0.0, 0.0, 20_000.0, 20_000.0)
PARTS = 4


def _support(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return density_with_support(x, y, bounds_m=BOUNDS, bandwidth_m=600, shape=(80, 80))[1]


def _points(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return points around a few centres, with a window (0 the narrowest) and a part of each."""
    rng = np.random.default_rng(seed)
    centres, spread = rng.uniform(3000, 17_000, (6, 2)), rng.uniform(300, 2500, 6)
    at = rng.integers(0, 6, 260)
    x, y = (centres[at] + rng.normal(size=(260, 2)) * spread[at, None]).T
    return x, y, rng.choice(3, 260, p=[0.1, 0.3, 0.6]), rng.choice(PARTS, 260, p=[0.6, 0.25, 0.1, 0.05])


def _few(support: np.ndarray) -> np.ndarray:
    return (support >= 0.5) & (support < 4.5)


@pytest.mark.parametrize("seed", range(4))
def test_no_few_are_left_between_two_windows(seed: int) -> None:
    x, y, since, _ = _points(seed)
    supported = [_support(x[since <= window], y[since <= window]) for window in range(3)]
    alone = [seen_alone(support) for support in supported]
    seen = [mask.copy() for mask in alone]
    mask_nested(supported, seen)

    def left(masks: list[np.ndarray]) -> int:
        return sum(
            int((masks[wide] & masks[narrow] & _few(supported[wide] - supported[narrow])).sum())
            for wide in range(3)
            for narrow in range(wide)
        )

    assert left(alone) > 0, "there is something to mask"
    assert left(seen) == 0
    assert (seen[2] == alone[2]).all()
    assert seen[1].sum() > alone[1].sum() / 3


@pytest.mark.parametrize("seed", range(4))
def test_no_few_are_left_of_all_without_the_parts_seen(seed: int) -> None:
    x, y, _, part = _points(seed)
    whole = _support(x, y)
    parts = [_support(x[part == each], y[part == each]) for each in range(PARTS)]
    alone = [seen_alone(support) for support in parts]
    seen = [mask.copy() for mask in alone]
    mask_parts(whole, seen_alone(whole), parts, seen)

    def left(masks: list[np.ndarray]) -> int:
        rest = whole - sum(np.where(mask, size, 0) for mask, size in zip(masks, parts, strict=True))
        return int((seen_alone(whole) & np.any(masks, axis=0) & _few(rest)).sum())

    assert left(alone) > 0, "there is something to mask"
    assert left(seen) == 0
    assert seen[0].sum() > alone[0].sum() / 3


def test_a_lone_matter_of_the_longer_window_does_not_show_by_subtraction() -> None:
    x, y = np.full(8, 10_010.0), np.full(8, 10_010.0)
    supported = [_support(x[:7], y[:7]), _support(x, y)]
    seen = [seen_alone(support) for support in supported]
    mask_nested(supported, seen)
    assert seen[1].any()
    assert not seen[0].any()
