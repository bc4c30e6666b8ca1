"""A small city made through the intake, for tests of imports: counties, towns, villages and grids of 0.1°."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data.intake.run import run_import
from data.writes.publishing import publish
from grid.findings import ImportKind, ImportReport
from grid.principals import COMMAND_LINE, Principal
from tests.storage.mixed_city import City, add_matters, fill

WEST, SOUTH = 120.0, 28.0
COUNTIES = {"990101": "云岭县", "990102": "临江区"}
TOWNS = {"990101001": "东山街道", "990101100": "双石镇", "990102001": "江口街道", "990102100": "双石镇"}
Import = Callable[..., ImportReport]


def cell(x: float, y: float, width: float, height: float) -> list[list[list[float]]]:
    """Return the coordinates of a rectangle, offsets in degrees from the city's south-west corner."""
    west, south, east, north = (
        round(v, 9) for v in (WEST + x, SOUTH + y, WEST + x + width, SOUTH + y + height)
    )
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(code: str, name: str, rings: object, **more: object) -> dict[str, object]:
    """Return a GeoJSON feature of an area."""
    properties = {"code": code, "name": name, "code_system": "TEST", "vintage": "2026", **more}
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_features(path: Path, features: Iterable[dict[str, object]]) -> Path:
    """Write a GeoJSON file."""
    collection = {"type": "FeatureCollection", "features": list(features)}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


def city_features() -> dict[str, list[dict[str, object]]]:
    """Return the features by level: 2 counties, a functional area on both, 4 towns, 8 villages, 16 grids."""
    counties = [
        feature(code, name, cell(i * 0.2, 0, 0.2, 0.2)) for i, (code, name) in enumerate(COUNTIES.items())
    ]
    counties.append(feature("990171", "枫溪经济开发区", cell(0.18, 0.02, 0.04, 0.04), kind="functional"))
    towns, villages, grids = [], [], []
    for i, (code, name) in enumerate(TOWNS.items()):
        towns.append(feature(code, name, cell(i * 0.1, 0, 0.1, 0.2), population=1000 * (i + 1)))
        for j in range(2):
            village = f"{code}{j + 1:03d}"
            villages.append(
                feature(village, f"{'东西'[j]}{name[0]}{i + 1}村", cell(i * 0.1, j * 0.1, 0.1, 0.1))
            )
            for k in range(2):
                rings = cell(i * 0.1 + k * 0.05, j * 0.1, 0.05, 0.1)
                grids.append(feature(f"{village}{k + 1:03d}", f"第{k + 1}网格", rings))
    return {"county": counties, "town": towns, "village": villages, "grid": grids}


@pytest.fixture
def write_boundaries(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes features to a GeoJSON file of its own."""

    def write(features: Iterable[dict[str, object]], name: str = "areas.geojson") -> Path:
        return write_features(tmp_path / name, features)

    return write


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes rows to a CSV file."""

    def write(rows: Sequence[Sequence[object]], name: str = "rows.csv") -> Path:
        with (tmp_path / name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def _small_city_template(
    new_database: Callable[..., Engine], tmp_path_factory: pytest.TempPathFactory
) -> str:
    engine = new_database()
    folder = tmp_path_factory.mktemp("small-city")
    for level, features in city_features().items():
        path = write_features(folder / f"{level}.geojson", features)
        options = {"level": level}
        run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, path, options=options, publish=False)
    publish(engine)
    engine.dispose()
    return str(engine.url.database)


@pytest.fixture
def small_city(
    new_database: Callable[..., Engine], _small_city_template: str, drop: Callable[[Engine], None]
) -> Iterator[Engine]:
    """The small city in a database of its own."""
    made = new_database(_small_city_template)
    yield made
    drop(made)


@pytest.fixture
def take_in(small_city: Engine) -> Import:
    """Return a function that imports a file into the small city; published is only where it is asked for."""

    def take(
        kind: ImportKind, path: Path, *, dry_run: bool = False, published: bool = False, **options: str
    ) -> ImportReport:
        return run_import(
            small_city, COMMAND_LINE, kind, path, dry_run=dry_run, options=options, publish=published
        )

    return take


@pytest.fixture(scope="session")
def mixed_city(
    new_database: Callable[..., Engine],
    _small_city_template: str,
    sign_in: Callable[..., Principal],
    login_as: Callable[[Engine, str], Engine],
) -> City:
    """The mixed city, published; its database is a template that nobody writes to."""
    engine = new_database(_small_city_template)
    city = fill(engine, sign_in)
    root = login_as(engine, "postgres")
    with root.begin() as connection:
        add_matters(connection, city, city.matters)
    publish(engine)
    root.dispose()
    engine.dispose()
    return city


@pytest.fixture
def mixed(
    new_database: Callable[..., Engine], mixed_city: City, drop: Callable[[Engine], None]
) -> Iterator[Engine]:
    """The mixed city in a database of its own, by the importer's login."""
    made = new_database(mixed_city.database)
    yield made
    drop(made)
