"""Seconds of an import of 12,000 boundaries and of their next edition: ``python -m bench.boundaries``."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import shapely
from sqlalchemy import Engine

from data import cluster
from data.intake.run import run_import
from data.migrate import migrate
from data.sessions import make_engine
from data.settings import Settings
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE

TARGET_S = 60.0
_FRAME = (119.5, 28.0, 121.0, 29.2)
_VERTEX_EVERY = 0.001
_Outlines = np.ndarray


@click.command()
@click.option("--areas", default=12_000)
@click.option("--parents", default=2_000)
def main(areas: int, parents: int) -> None:
    """Print the seconds of three imports: villages, grids within them, and grids half of them redrawn."""
    rng = np.random.default_rng(1)
    grids, villages = _city(rng, areas, parents)
    folder = Path(tempfile.mkdtemp(prefix="bench-boundaries-"))
    folder.chmod(0o755)
    settings = Settings(home=folder, database_url=None, port=8050)
    cluster.ensure_running(settings)
    engine = make_engine(cluster.database_url(settings))
    migrate(engine)
    engine.dispose()
    engine = make_engine(cluster.importer_url(settings))
    try:
        _import(engine, folder, "village", _wiggled(villages, 1.0))
        _import(engine, folder, "grid", _wiggled(grids, 1.0))
        _import(engine, folder, "grid", _wiggled(grids, 1.3), repairs="all")
    finally:
        engine.dispose()
        cluster.stop(settings)
        shutil.rmtree(folder, ignore_errors=True)


def _city(rng: np.random.Generator, areas: int, parents: int) -> tuple[_Outlines, _Outlines]:
    """Return cells and the parents that they fill, each made of the cells nearest to its seed."""
    west, south, east, north = _FRAME
    seeds = rng.random((areas, 2)) * [east - west, north - south] + [west, south]
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=shapely.box(*_FRAME))
    clipped = shapely.intersection(np.array(list(cells.geoms)), shapely.box(*_FRAME))
    grids = shapely.transform(shapely.segmentize(clipped, _VERTEX_EVERY), lambda points: np.round(points, 7))
    near = shapely.STRtree(shapely.points(seeds[:parents])).nearest(shapely.centroid(grids))
    villages = [shapely.coverage_union_all(grids[near == i]) for i in np.unique(near)]
    return grids, np.array(villages)


def _wiggled(outlines: _Outlines, east: float) -> _Outlines:
    """Bend outlines together, so that neighbours stay neighbours; the eastern half by so much more."""
    middle = (_FRAME[0] + _FRAME[2]) / 2

    def bend(points: np.ndarray) -> np.ndarray:
        strength = np.where(points[:, 0] > middle, east, 1.0) * 0.0004
        waves = np.column_stack([np.sin(points[:, 1] * 900), np.sin(points[:, 0] * 700)])
        return np.round(points + waves * strength[:, None], 7)

    return np.asarray(shapely.transform(outlines, bend))


def _import(engine: Engine, folder: Path, level: str, outlines: _Outlines, **options: str) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"{level}{i}", "name": f"{level} {i}"},
            "geometry": json.loads(shapely.to_geojson(outline)),
        }
        for i, outline in enumerate(outlines)
    ]
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    given = {"level": level, "crs": "EPSG:4490", "codes": "accept", **options}
    before_s = time.process_time()
    report = run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, path, options=given)
    vertices = shapely.get_num_coordinates(outlines).mean()
    click.echo(
        f"{len(outlines):,} {level}s of {vertices:.0f} vertices: {report.seconds:.1f} s,"
        f" {time.process_time() - before_s:.1f} s of it computing here"
        f" ({'within' if report.seconds <= TARGET_S else 'OVER'} {TARGET_S:.0f}), {report.figures}"
    )


if __name__ == "__main__":
    main()
