"""All the files of one city: written to a folder under the names that `load_bundle` and people expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.export.annex import write_annex
from data.export.boundaries import write_boundaries
from data.export.rows import (
    Annex,
    BoundaryLayer,
    GazetteerRow,
    ListingRow,
    PetitionRow,
    Row,
    ServicePointRow,
    cells_of,
    headers_of,
)
from data.export.sheets import write_csv, write_xlsx
from grid.findings import ImportKind

Features = Mapping[str, tuple[Sequence[str], npt.NDArray[np.object_]]]

BOUNDARIES, GAZETTEER, PETITIONS_CSV, PETITIONS_XLSX, SERVICE_POINTS, COVERAGE, LISTINGS = (
    "boundaries.gpkg",
    "gazetteer.csv",
    "petitions.csv",
    "petitions.xlsx",
    "service-points.xlsx",
    "coverage.xlsx",
    "listings.xlsx",
)


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """What one city's files hold; ``annex`` is none where no coverage plan is in force."""

    boundaries: Sequence[BoundaryLayer]
    gazetteer: Sequence[GazetteerRow]
    petitions: Sequence[PetitionRow]
    service_points: Sequence[ServicePointRow]
    annex: Annex | None
    listings: Sequence[ListingRow]
    features: Features = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each file has."""
        return {
            "boundaries": sum(len(layer.codes) for layer in self.boundaries),
            "gazetteer": len(self.gazetteer),
            "petitions": len(self.petitions),
            "service_points": len(self.service_points),
            "coverage": len(self.annex.rows) if self.annex else 0,
            "listings": len(self.listings),
        }


def write_bundle(bundle: Bundle, folder: Path, *, petitions: str = PETITIONS_CSV) -> list[Path]:
    """Write the files into a folder, made where it is missing, and return their paths.

    ``petitions`` is the name of the matters' file and by its suffix the format: CSV is read ten times faster,
    XLSX is what offices open. What the city has nothing of gets no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    if bundle.boundaries:
        written.append(folder / BOUNDARIES)
        write_boundaries(written[0], bundle.boundaries, bundle.features)
    tables: tuple[tuple[str, ImportKind, type[Row], Sequence[Row]], ...] = (
        (GAZETTEER, ImportKind.GAZETTEER, GazetteerRow, bundle.gazetteer),
        (petitions, ImportKind.PETITIONS, PetitionRow, bundle.petitions),
        (SERVICE_POINTS, ImportKind.SERVICE_POINTS, ServicePointRow, bundle.service_points),
        (LISTINGS, ImportKind.LISTINGS, ListingRow, bundle.listings),
    )
    for name, kind, row_type, rows in tables:
        if rows:
            written.append(folder / name)
            _write_table(folder / name, kind, row_type, rows)
    if bundle.annex is not None:
        written.append(folder / COVERAGE)
        write_annex(folder / COVERAGE, bundle.annex)
    return written


def _write_table(path: Path, kind: ImportKind, row_type: type[Row], rows: Sequence[Row]) -> None:
    headers, cells = headers_of(kind, row_type), map(cells_of, rows)
    if path.suffix == ".csv":
        write_csv(path, headers, cells)
    else:
        write_xlsx(path, kind.value, headers, cells)
