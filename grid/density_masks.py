"""Which cells of densities may be seen together: neither alone nor by subtraction do few matters glow.

Two densities of the same frame can be subtracted: a wider window less a narrower one, all matters less one
category. So where two are seen, what one has more of must be supported like a density of its own, or be
nothing; else the narrower or the smaller of the two is masked there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grid.density import supports
from grid.measures import SMALL_CELL

Support = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def seen_alone(support: Support, *, small: int = SMALL_CELL) -> Mask:
    """Return the cells that enough matters support."""
    return supports(support, small)


def mask_nested(supported: Sequence[Support], seen: Sequence[Mask], *, small: int = SMALL_CELL) -> None:
    """Mask the narrower of any two windows where the wider has only few matters more; in place.

    Windows are given the narrowest first.
    """
    for wide in reversed(range(len(supported))):
        for narrow in range(wide):
            both = seen[wide] & seen[narrow]
            seen[narrow][both & _is_few(supported[wide] - supported[narrow], small)] = False


def mask_parts(
    whole: Support,
    whole_seen: Mask,
    parts: Sequence[Support],
    seen: Sequence[Mask],
    *,
    small: int = SMALL_CELL,
) -> None:
    """Mask the smallest parts seen where the whole less all parts seen is few; in place.

    ``parts`` are apart and make up the whole, seen or not.
    """
    if not parts:
        return
    sizes, shown = np.stack(parts), np.stack(seen)
    rest = whole - np.where(shown, sizes, 0).sum(axis=0)
    few = whole_seen & _is_few(rest, small) & shown.any(axis=0)
    smallest = np.where(shown, sizes, np.inf).argmin(axis=0)
    for part, mask in enumerate(seen):
        # A part seen is no small one, so that with one more masked the rest is enough.
        mask[few & (smallest == part)] = False


def _is_few(support: Support, small: int) -> Mask:
    return supports(support, 1) & ~supports(support, small)
