"""Points a second of processor time through point in polygon: ``python -m bench.placing``."""

from __future__ import annotations

import time

import click
import numpy as np
import shapely

from grid.areas import Level
from grid.placing import index_areas, locate

_FRAME = (119.5, 28.0, 121.0, 29.2)


@click.command()
@click.option("--areas", default=2000)
@click.option("--points", default=500_000)
@click.option("--vertex-every", default=0.002, help="degrees between vertices of the outlines")
def main(areas: int, points: int, vertex_every: float) -> None:
    """Print how fast points are placed by us and by shapely's tree of points, side by side."""
    rng = np.random.default_rng(1)
    polygons = _cells(rng, areas, vertex_every)
    lon = rng.uniform(_FRAME[0], _FRAME[2], points)
    lat = rng.uniform(_FRAME[1], _FRAME[3], points)
    index = index_areas(Level.VILLAGE, np.arange(areas), polygons)
    locate(index, lon[:1000], lat[:1000])
    started = time.process_time()
    found = locate(index, lon, lat)
    ours = points / (time.process_time() - started)
    started = time.process_time()
    tree = shapely.STRtree(shapely.points(lon, lat))
    area, point = tree.query(polygons, predicate="covers")
    theirs = points / (time.process_time() - started)
    assert (found[point] <= area).all(), "of several owners the first is taken"
    vertices = shapely.get_num_coordinates(polygons).mean()
    click.echo(f"{areas} areas of {vertices:.0f} vertices, {points} points")
    click.echo(f"locate {ours:,.0f}/s, shapely tree on the points {theirs:,.0f}/s")


def _cells(rng: np.random.Generator, count: int, vertex_every: float) -> np.ndarray:
    west, south, east, north = _FRAME
    seeds = shapely.multipoints(rng.random((count, 2)) * [east - west, north - south] + [west, south])
    cells = shapely.voronoi_polygons(seeds, extend_to=shapely.box(*_FRAME))
    clipped = shapely.intersection(np.array(list(cells.geoms)), shapely.box(*_FRAME))
    return shapely.segmentize(clipped, vertex_every)


if __name__ == "__main__":
    main()
