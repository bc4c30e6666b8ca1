"""What colours the areas of the hotspot map: one code a class, the same on every layer and in every legend.

The browser is sent a byte for each area and knows the colour of each code from the start, so that a filter
change repaints without any style being read anew. Colours hold under deuteranopia (blue, grey, maple), and
every class has a word; too few is hatched.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
import numpy.typing as npt

from grid.classes import Classes, quantile_classes
from grid.hotspots.findings import Cluster, Emergence, HotspotClass
from grid.measures import SMALL_CELL
from layers.theme import LIGHT

Codes = npt.NDArray[np.uint8]
Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


class Paint(StrEnum):
    """What the areas are coloured by."""

    COUNT = "count"
    RATE = "rate"
    SMOOTHED = "smoothed"
    GI = "gi"
    GI_PERMUTED = "gi_permuted"
    MORAN = "moran"
    EMERGING = "emerging"
    NONE = "none"


HEAT = (Paint.GI, Paint.GI_PERMUTED)
"""Those ranked by z."""
AMOUNTS = (Paint.COUNT, Paint.RATE, Paint.SMOOTHED)
"""Those cut into classes of an amount."""


class Code(IntEnum):
    """Classes by the byte that stands for them; the order is that of legends."""

    BLANK = 0
    ZERO = 1
    FEW = 2
    """Below township level: fewer than ``SMALL_CELL``, told as one."""
    FIRST = 3
    """The lowest of five classes of an amount."""
    TOO_FEW = 8
    NOT_SIGNIFICANT = 9
    HOT_99 = 10
    HOT_95 = 11
    HOT_90 = 12
    COLD_90 = 13
    COLD_95 = 14
    COLD_99 = 15
    HIGH_HIGH = 16
    HIGH_LOW = 17
    LOW_HIGH = 18
    LOW_LOW = 19
    NEW = 20
    INTENSIFYING = 21
    PERSISTENT = 22
    DIMINISHING = 23
    SPORADIC = 24
    NONE = 25


_GREY, _PALE = "#DFE3E9", "#F1F3F6"
COLOURS: dict[int, str] = {
    # None is as the ground is, and few is no step of the blue ramp: neither is taken for the other.
    Code.ZERO: LIGHT.panel,
    Code.FEW: "#EDEAE3",
    **{Code.FIRST + at: colour for at, colour in enumerate(LIGHT.sequence)},
    Code.TOO_FEW: _PALE,
    Code.NOT_SIGNIFICANT: _GREY,
    Code.HOT_99: "#A8320F",
    Code.HOT_95: "#DE6B42",
    Code.HOT_90: "#F3BCA4",
    Code.COLD_90: "#BAD4EB",
    Code.COLD_95: "#6FA3D3",
    Code.COLD_99: "#1F5FA8",
    Code.HIGH_HIGH: "#A8320F",
    Code.HIGH_LOW: "#F0A98C",
    Code.LOW_HIGH: "#A9C8E8",
    Code.LOW_LOW: "#1F5FA8",
    Code.NEW: "#E4572E",
    Code.INTENSIFYING: "#A8320F",
    Code.PERSISTENT: "#641A05",
    Code.DIMINISHING: "#F3BCA4",
    Code.SPORADIC: "#F5DFA6",
    Code.NONE: _GREY,
}
"""Fill of each code; a code without one is not filled."""

HATCHED = (Code.TOO_FEW,)
MARKED = frozenset(code for code in Code if code > Code.NOT_SIGNIFICANT and code is not Code.NONE)
"""Classes that also stand on the map as a sign or a word, not by colour alone."""
_SENT_WITH = 6


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """Classes of the areas of a level: ``codes`` of shape (n,), and how amounts were cut."""

    codes: Codes
    classes: Classes | None = None

    def number(self, code: int) -> int:
        """Return how many areas are of a class."""
        return int(np.count_nonzero(self.codes == code))


def paint_counts(values: Counts, matters: Counts, *, is_fine: bool) -> Painted:
    """Return the classes of counts of any unit; ``matters`` says how many matters each is made of.

    Where ``is_fine``, below township level, areas of fewer than ``SMALL_CELL`` matters are one class: a
    picture may be handed on, and must not tell a single matter from two.
    """
    few = (matters > 0) & (matters < SMALL_CELL) & is_fine
    painted = _cut(values.astype(np.float64), (values > 0) & ~few)
    painted.codes[few] = Code.FEW
    return painted


def paint_rates(values: Values, said: npt.NDArray[np.bool_]) -> Painted:
    """Return the classes of rates; those that are not ``said`` are too few."""
    painted = _cut(np.nan_to_num(values), said)
    painted.codes[~said] = Code.TOO_FEW
    return painted


def paint_findings(verdicts: Iterable[HotspotClass | Cluster | Emergence | None]) -> Painted:
    """Return the codes of classes of significance; none is too few."""
    table: dict[str | None, Code] = {None: Code.TOO_FEW}
    for kind in (HotspotClass, Cluster, Emergence):
        table |= {one.value: Code[one.name] for one in kind}
    # StrEnum members of equal text are equal, and each kind's too few and not significant are one code.
    return Painted(np.array([table[one] for one in verdicts], dtype=np.uint8))


def paint_frames(counts: Counts, matters: Counts, *, is_fine: bool) -> Painted:
    """Return the classes of pictures of shape (k, n), all cut alike, as codes of that shape."""
    painted = paint_counts(counts.ravel(), matters.ravel(), is_fine=is_fine)
    return Painted(painted.codes.reshape(counts.shape), painted.classes)


def pack(codes: Codes) -> str:
    """Return codes as the browser is sent them: zlib, then base64."""
    return base64.b64encode(zlib.compress(codes.tobytes(), _SENT_WITH)).decode("ascii")


def amount_codes(classes: Classes) -> tuple[int, ...]:
    """Return the code of each class; few classes spread over the whole sequence of colours."""
    last = len(classes.lower) - 1
    return tuple(Code.FIRST + (round(at * 4 / last) if last else 2) for at in range(last + 1))


def _cut(values: Values, said: npt.NDArray[np.bool_]) -> Painted:
    """Return quantile classes of the values that are said; other positive ones are left to the caller."""
    classes = quantile_classes(values[said].tolist())
    codes = np.full(values.shape, Code.ZERO, dtype=np.uint8)
    if classes.lower:
        table = np.array(amount_codes(classes), dtype=np.uint8)
        at = np.searchsorted(np.array(classes.lower), values[said], side="right") - 1
        codes[said] = np.where(values[said] > 0, table[np.maximum(at, 0)], Code.ZERO)
    return Painted(codes, classes)


def order_key(area_ids: Sequence[int] | Counts) -> str:
    """Return what tells one order of areas from another: the browser keeps the order under it."""
    ids = np.ascontiguousarray(area_ids, dtype="<i8")
    return f"{len(ids)}-{zlib.crc32(ids.tobytes()):08x}"
