"""Editions of areas in strips from west to east, put straight into the database."""

from __future__ import annotations

from datetime import date

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import insert
from sqlalchemy.orm import Session

from data import models
from grid.areas import Level

WEST, SOUTH, EAST, NORTH = 120.0, 28.0, 120.4, 28.4


def add_edition(
    session: Session, level: Level, areas: list[tuple[str, str, shapely.Geometry, int | None]], **days: date
) -> dict[str, int]:
    batch = session.execute(
        insert(models.ImportBatch).values(
            kind="boundaries", file_name="x", sha256="0" * 64, options=f"{level}{days}", dry_run=False,
            principal="test", seconds=0, rows=0, accepted=0, review=0, refused=0,
        ).returning(models.ImportBatch.id)
    ).scalar_one()  # fmt: skip
    common = {"level": level, "code_system": "T", "vintage": "1", **days}
    edition = session.execute(
        insert(models.Edition)
        .values(source="test", source_crs="EPSG:4490", synthetic=True, batch_id=batch, **common)
        .returning(models.Edition.id)
    ).scalar_one()
    ids = {}
    for code, name, shape, parent in areas:
        point = shapely.point_on_surface(shape)
        values = {
            "edition_id": edition, "kind": "regular", "code": code, "name": name, "parent_id": parent,
            "geom": from_shape(shapely.MultiPolygon([shape]), srid=4490),
            "label": from_shape(point, srid=4490), "area_km2": 1.0,
        }  # fmt: skip
        statement = insert(models.Area).values(**common, **values).returning(models.Area.id)
        ids[code] = session.execute(statement).scalar_one()
    return ids


def columns(count: int) -> list[shapely.Geometry]:
    """Strips from west to east."""
    width = (EAST - WEST) / count
    return [shapely.box(WEST + i * width, SOUTH, WEST + (i + 1) * width, NORTH) for i in range(count)]
