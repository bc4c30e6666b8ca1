"""Parents: which wider area a new area belongs to, by its codes and by where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from grid.areas import Level, parent_code

Outlines = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class WiderAreas:
    """The areas in force at the nearest wider level that there is, functional ones left out."""

    ids: list[int]
    codes: list[str]
    names: list[str]
    outlines: Outlines


@dataclass(frozen=True, slots=True)
class Parentage:
    """An area's parent by code and by location (positions in `WiderAreas`, none where unknown)."""

    by_code: int | None
    by_place: int | None

    @property
    def chosen(self) -> int | None:
        """The parent to record: what the code says, else where the area lies."""
        return self.by_place if self.by_code is None else self.by_code

    @property
    def differ(self) -> bool:
        """Whether the code names another parent than the one that the area lies in."""
        return self.by_code is not None and self.by_code != self.by_place


def find_parents(
    level: Level, codes: Sequence[str], given: Sequence[str], labels: Outlines, wider: WiderAreas
) -> list[Parentage]:
    """Return the parentage of areas: by given parent code, else by the code's prefix; and by label point."""
    position = {code: i for i, code in enumerate(wider.codes)}
    places = _locate(labels, wider.outlines)
    by_code = (
        position.get(said or parent_code(level, code) or "") for code, said in zip(codes, given, strict=True)
    )
    return [Parentage(code, place) for code, place in zip(by_code, places, strict=True)]


def _locate(labels: Outlines, outlines: Outlines) -> list[int | None]:
    found: list[int | None] = [None] * len(labels)
    if len(outlines):
        points, areas = shapely.STRtree(outlines).query(labels, predicate="intersects")
        for point, area in zip(points[::-1].tolist(), areas[::-1].tolist(), strict=True):
            found[point] = area
    return found
