"""The raster that a placing table is laid on: square cells of degrees around the areas' outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MARGIN = 1e-3
"""A cell is touched by what comes so near to it, in cells: far more than rounding, far less than a cell."""
_CELLS_AN_AREA = 1000
_FEWEST_CELLS, _MOST_CELLS = 1 << 18, 1 << 24
_LEAST_FILL = 0.25
_FINEST = 1e-10
# Outlines often follow round figures; so placed, the middles of cells hardly ever do.
_OFF_WEST, _OFF_SOUTH = 1.4142135, 1.6180339


@dataclass(frozen=True, slots=True)
class Frame:
    """Cells of ``size`` degrees from a south-west corner (degrees, EPSG:4490), numbered row by row.

    No outline comes near the outermost rows and columns: they are nowhere.
    """

    west: float
    south: float
    size: float
    columns: int
    rows: int

    @property
    def count(self) -> int:
        """Number of cells."""
        return self.columns * self.rows

    def across(self, lon: Floats) -> Floats:
        """Return degrees east as columns and parts of them."""
        return (lon - self.west) * (1.0 / self.size)

    def along(self, lat: Floats) -> Floats:
        """Return degrees north as rows and parts of them."""
        return (lat - self.south) * (1.0 / self.size)

    def middle_lon(self, column: Ints) -> Floats:
        """Return the middle of columns in degrees."""
        return np.asarray(self.west + (column + 0.5) * self.size)

    def middle_lat(self, row: Ints) -> Floats:
        """Return the middle of rows in degrees."""
        return np.asarray(self.south + (row + 0.5) * self.size)


def choose_frame(edges: Floats, areas: int, covered: float) -> Frame:
    """Return the raster for edges (n, 4) of so many areas, which cover so many square degrees.

    An area gets a thousand cells, as far as memory goes: some eighth of a city's cells are then on a border.
    """
    if not len(edges):
        return Frame(0.0, 0.0, 1.0, 1, 1)
    west, south = edges[:, (0, 2)].min(), edges[:, (1, 3)].min()
    width, height = edges[:, (0, 2)].max() - west, edges[:, (1, 3)].max() - south
    box = max(width, 1e-9) * max(height, 1e-9)
    wanted = _CELLS_AN_AREA * areas / min(max(covered / box, _LEAST_FILL), 1.0)
    size = math.sqrt(box / min(max(wanted, _FEWEST_CELLS), _MOST_CELLS))
    # Below this the rounding of coordinates would no longer be small against a cell's margin.
    size = max(size, _FINEST * float(np.abs(edges).max()))
    # A strip is as long as it is thin: its length alone must not make more cells than there may be.
    size = max(size, max(width, height) / (_MOST_CELLS / 64))
    columns, rows = (math.ceil(extent / size) + 4 for extent in (width, height))
    return Frame(float(west - _OFF_WEST * size), float(south - _OFF_SOUTH * size), size, columns, rows)
