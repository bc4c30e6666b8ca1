"""Drafts: the areas of a file that can be taken in, and those in force that stay beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.intake.boundaries.attributes import Attributes
from data.intake.boundaries.outlines import Outlines
from grid.areas import AreaKind


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Areas to write: outlines in degrees and in metres (``epsg``), by position; labels are in degrees.

    ``originals`` are hexadecimal EWKB of outlines whose repair was approved; ``carried`` are the ids of areas
    in force that stay as they are, 0 for those of the file.
    """

    attributes: Attributes
    lonlat: Outlines
    metric: Outlines
    epsg: int
    labels: Outlines
    originals: list[str | None]
    carried: list[int]

    @property
    def functional(self) -> npt.NDArray[np.bool_]:
        """Which areas lie over the tree and are no part of the level's coverage."""
        return np.array([kind is AreaKind.FUNCTIONAL for kind in self.attributes.kinds], dtype=bool)

    def join(self, other: Draft) -> Draft:
        """Return both drafts' areas, this one's first."""
        return Draft(
            self.attributes.join(other.attributes),
            np.concatenate([self.lonlat, other.lonlat]),
            np.concatenate([self.metric, other.metric]),
            self.epsg,
            np.concatenate([self.labels, other.labels]),
            self.originals + other.originals,
            self.carried + other.carried,
        )
