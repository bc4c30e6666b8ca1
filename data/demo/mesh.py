"""The small convex cells of which every area is made: a Voronoi diagram of relaxed random sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.sparse import coo_array, csr_array
from scipy.spatial import Voronoi, cKDTree

from data.demo.terrain import HALF_SIZE_M, Mask, Metres, Terrain

Index = npt.NDArray[np.int64]

_CELLS = 42_000
_SAMPLES_PER_CELL = 14
_RELAXATIONS = 2
_PIXEL_M = 250.0
_MARGIN_PIXELS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Cells by number.

    ``sites``, ``hearts`` and ``corners`` are (n, 2) metres; a row of ``ridge_cells`` and of
    ``ridge_corners`` tells which two cells a ridge parts and which two corners it joins. Every corner ends
    three ridges.
    """

    sites: Metres
    hearts: Metres
    """Mean corner of each cell: inside it, and still inside when any of its corners are cut off between the
    middles of ridges, as a site need not be."""
    corners: Metres
    ridge_cells: Index
    ridge_corners: Index
    is_land: Mask
    is_lake: Mask

    @property
    def cell_count(self) -> int:
        """Number of cells, sea and surroundings included."""
        return len(self.sites)


def make_mesh(terrain: Terrain, rng: np.random.Generator) -> Mesh:
    """Return cells as dense as the land is crowded, reaching a little beyond it."""
    samples = _draw_samples(terrain, rng, _CELLS * _SAMPLES_PER_CELL)
    sites = samples[:_CELLS].copy()
    for _ in range(_RELAXATIONS):
        sites = _relax(sites, samples)
    diagram = Voronoi(sites)
    ridge_corners = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    finite = (ridge_corners >= 0).all(axis=1)
    cells, corners = diagram.ridge_points[finite].astype(np.int64), ridge_corners[finite]
    return Mesh(
        sites=sites,
        hearts=find_hearts(len(sites), diagram.vertices[corners], cells),
        corners=diagram.vertices,
        ridge_cells=cells,
        ridge_corners=corners,
        is_land=terrain.is_land(*sites.T),
        is_lake=terrain.is_lake(*sites.T),
    )


def find_hearts(cell_count: int, ridges: Metres, ridge_cells: Index) -> Metres:
    """Return the mean corner (n, 2) of each cell from ridges (m, 2, 2); a corner ends two of its ridges."""
    cells = ridge_cells.ravel()
    middles = np.repeat(ridges.mean(axis=1), 2, axis=0)
    counts = np.maximum(np.bincount(cells, minlength=cell_count), 1)
    return np.stack([np.bincount(cells, middles[:, axis], cell_count) / counts for axis in (0, 1)], axis=1)


def neighbour_graph(mesh: Mesh, ruggedness: Metres, steepness: float) -> csr_array:
    """Return costs of stepping between cells: about 1 a step whatever their size, up to e to the
    power ``steepness`` times that over ridges.

    Areas grown at this cost hold alike numbers of cells and meet on high ground.
    """
    one, other = mesh.ridge_cells.T
    length = np.hypot(*(mesh.sites[one] - mesh.sites[other]).T)
    spacing = np.bincount(one, length, mesh.cell_count) + np.bincount(other, length, mesh.cell_count)
    neighbours = np.maximum(np.bincount(mesh.ridge_cells.ravel(), minlength=mesh.cell_count), 1)
    climb = np.exp(steepness * np.maximum(ruggedness[one], ruggedness[other]))
    spacing_m: Metres = spacing / neighbours
    cost = length / np.sqrt(spacing_m[one] * spacing_m[other]) * climb
    return coo_array((cost, (one, other)), shape=(mesh.cell_count, mesh.cell_count)).tocsr()


def _draw_samples(terrain: Terrain, rng: np.random.Generator, wanted: int) -> Metres:
    """Return points of the land and a margin around it, distributed like its crowding."""
    middles = np.arange(-HALF_SIZE_M + _PIXEL_M / 2, HALF_SIZE_M, _PIXEL_M)
    x, y = (axis.ravel() for axis in np.meshgrid(middles, middles))
    near = ndimage.binary_dilation(terrain.is_land(x, y).reshape(len(middles), -1), iterations=_MARGIN_PIXELS)
    heaped = np.cumsum(np.where(near.ravel(), terrain.crowding(x, y), 0.0))
    pixel = np.searchsorted(heaped, rng.random(wanted) * heaped[-1])
    return np.stack([x[pixel], y[pixel]], axis=1) + rng.uniform(-_PIXEL_M / 2, _PIXEL_M / 2, (wanted, 2))


def _relax(sites: Metres, samples: Metres) -> Metres:
    """Move every site to the middle of the samples nearest to it (one step of Lloyd's method)."""
    nearest = cKDTree(sites).query(samples)[1]
    counts = np.maximum(np.bincount(nearest, minlength=len(sites)), 1)
    sums = [np.bincount(nearest, samples[:, axis], len(sites)) for axis in (0, 1)]
    return np.stack(sums, axis=1) / counts[:, None]
