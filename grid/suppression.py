"""Small counts below township level: which villages' counts a shared view must not show.

Windows are nested, so that two counts shown of one village publish what it gained between them. Each pair of
windows, the empty one before the first included, is therefore a table of its own under the gains of its town,
and the same rules hold in all of them:

* a gain of 1 … k-1 is not shown, and none at all where the town's villages together gained as little: a
  zero is small under a small parent;
* what is not shown is none of the villages, or two and more that hold k or more together, or all of them;
* a village that is shown to have nothing in a wider window has nothing in a narrower one: it is settled
  there, shown as zero, and does not count among the villages above, unless they would be too few.

The parent is what lies in the town's villages. A town's published total also counts what is placed to the
town only; the rules grant the reader that number, since it may be known (often it is nothing), and what is
safe against him is safe against one who knows less. Where no village of a town holds anything, zeros are
shown: nothing could hide them from him. The only village of its town is the same place as the town, whose
count is published already: there is nothing to hide it among, and it is shown.

Rules over sums do not foresee every chain of inferences. So ``grid.disclosure`` looks for what can still be
told, and more is hidden until it finds nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grid.disclosure import IntArray, Release, Span, recoverable
from grid.measures import SMALL_CELL

BoolArray = npt.NDArray[np.bool_]


def suppress(counts: IntArray, town_of: IntArray, *, small: int = SMALL_CELL) -> BoolArray:
    """Return which counts to hide so that no hidden one can be told, shape (villages, windows).

    ``counts`` are of nested windows, the narrowest first; ``town_of`` gives each village's town, 0 … towns-1.
    Ends: each round hides more, and where all is hidden that the town's sums leave open, any of its villages
    may hold all of them.
    """
    hidden = np.zeros(counts.shape, dtype=bool)
    villages_of = [np.flatnonzero(town_of == town) for town in range(int(town_of.max(initial=-1)) + 1)]
    for villages in villages_of:
        hidden[villages] = hidden_by_rule(counts[villages], small=small)
    unproved = np.ones(len(villages_of), dtype=bool)
    while unproved.any():
        some = np.flatnonzero(unproved[town_of])
        release = release_of(counts[some], town_of[some], hidden[some])
        found = {int(town_of[some[span.village]]): span for span in recoverable(release, small=small)}
        unproved[:] = False
        for town, span in found.items():
            villages = villages_of[town]
            at = int(np.flatnonzero(villages == some[span.village])[0])
            more = hidden[villages]
            _hide_near(more, counts[villages], Span(at, span.first, span.last))
            hidden[villages] = hidden_by_rule(counts[villages], small=small, hidden=more)
            unproved[town] = True
    return hidden


def release_of(counts: IntArray, town_of: IntArray, hidden: BoolArray) -> Release:
    """Return what a reader has who also knows what lies in each town's villages together."""
    totals = np.zeros((int(town_of.max(initial=-1)) + 1, counts.shape[1]), dtype=np.int64)
    np.add.at(totals, town_of, counts)
    return Release(np.where(hidden, np.nan, counts), town_of, totals)


def hidden_by_rule(
    counts: IntArray, *, small: int = SMALL_CELL, hidden: BoolArray | None = None
) -> BoolArray:
    """Return which counts of one town's villages the rules hide, beside those ``hidden`` already."""
    hidden = np.zeros(counts.shape, dtype=bool) if hidden is None else hidden.copy()
    if len(counts) < 2:
        return hidden
    while True:
        before = hidden.copy()
        for last in reversed(range(counts.shape[1])):
            for first in range(-1, last):
                _apply_rules(hidden, counts, first, last, small)
        if (hidden == before).all():
            return hidden


def _apply_rules(hidden: BoolArray, counts: IntArray, first: int, last: int, small: int) -> None:
    """Hide what the gains from window ``first`` (-1: nothing) to window ``last`` demand; in place."""
    if not counts[:, first if first >= 0 else last].any():
        # Nothing anywhere, and known to be: there is no table, or it is that of ``last`` alone.
        return
    gained = counts[:, last] - (counts[:, first] if first >= 0 else 0)
    # The narrower window is given up for the wider one.
    end = last if first < 0 else first
    unsettled = ~_known_zeros(hidden, counts, last + (first < 0))
    small_gain = ((gained > 0) & (gained < small)) | (0 < gained.sum() < small)
    unseen: BoolArray = unsettled & (hidden[:, last] | hidden[:, end] | small_gain)
    for village in np.flatnonzero(unseen & ~hidden[:, last] & ~hidden[:, end]).tolist():
        _hide(hidden, counts, village, end)
    while unseen.any():
        held, among = int(gained[unseen].sum()), int(unseen.sum())
        if among >= 2 and (held >= small or among == unsettled.sum()):
            return
        others = np.flatnonzero((unsettled if among < unsettled.sum() else True) & ~unseen)
        partner = _partner(gained, others, max(small - held, 1))
        _hide(hidden, counts, partner, end)
        unsettled[partner] = unseen[partner] = True


def _known_zeros(hidden: BoolArray, counts: IntArray, window: int) -> BoolArray:
    """Return which villages are shown to have nothing in a window or in a wider one."""
    return np.asarray(((counts == 0) & ~hidden)[:, window:].any(axis=1))


def _hide(hidden: BoolArray, counts: IntArray, village: int, window: int) -> None:
    """Hide a count, and that of each wider window which equals it and would tell it; in place."""
    hidden[village, window:] |= counts[village, window:] == counts[village, window]


def _partner(gained: IntArray, others: IntArray, wanted: int) -> int:
    """Return the village to hide next: the smallest that suffices, else the largest."""
    enough = others[gained[others] >= wanted]
    return int(enough[gained[enough].argmin()] if enough.size else others[gained[others].argmax()])


def _hide_near(hidden: BoolArray, counts: IntArray, span: Span) -> None:
    """Hide one more count of a town, where it does most for a span that can be told; in place."""
    hideable = ~hidden & counts.any(axis=0)
    own = np.flatnonzero(hideable[span.village])
    narrower = own[own < span.last - 1]
    if narrower.size:
        _hide(hidden, counts, span.village, int(narrower[-1]))
        return
    for window in (span.last - 1, span.first - 1):
        beside = np.flatnonzero(hideable[:, window]) if window >= 0 else np.empty(0, dtype=np.int64)
        if beside.size:
            _hide(hidden, counts, int(beside[counts[beside, window].argmin()]), window)
            return
    village, window = np.argwhere(hideable)[-1]
    _hide(hidden, counts, int(village), int(window))
