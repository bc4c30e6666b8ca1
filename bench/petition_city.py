"""A throw-away cluster with the demo city, and files of any number of matters for it."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import Engine, text

from data import cluster
from data.demo.files import make_files
from data.demo.names import CITY_NAME, SOURCE
from data.export import bundle
from data.export.rows import Cell, PetitionRow, cells_of, headers_of
from data.export.sheets import write_csv, write_xlsx
from data.intake.run import run_import
from data.migrate import migrate
from data.sessions import make_engine
from data.settings import Settings
from data.writes.city import set_city
from grid.areas import LEVELS
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE

SEED, UNTIL = 7, date(2026, 6, 30)
_KNOWN = 60_000
"""Matters whose wording and places are varied into as many as are wanted."""
_HOUSES = 20
_JITTER_DEG = 0.0008
_BATCHES = "SELECT id FROM import_batch WHERE kind = 'petitions'"
_FORGET = (
    "TRUNCATE petition CASCADE",
    f"DELETE FROM import_finding WHERE batch_id IN ({_BATCHES})",  # noqa: S608
    "DELETE FROM import_batch WHERE kind = 'petitions'",
    "VACUUM ANALYZE petition",
    "CHECKPOINT",
)
_FIELDS = [field.name for field in fields(PetitionRow)]


@contextmanager
def open_city(prefix: str) -> Iterator[tuple[Settings, Sequence[PetitionRow]]]:
    """Give a cluster of its own with the city's areas, gazetteer and units, and known matters of it."""
    home = Path(tempfile.mkdtemp(prefix=prefix))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=8050)
    try:
        cluster.ensure_running(settings)
        owner = make_engine(cluster.database_url(settings))
        migrate(owner)
        owner.dispose()
        yield settings, _load(settings, home / "files")
    finally:
        cluster.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def _load(settings: Settings, folder: Path) -> Sequence[PetitionRow]:
    made = make_files(SEED, _KNOWN, UNTIL)
    bundle.write_bundle(replace(made, petitions=[], service_points=[], listings=[]), folder)
    engine = make_engine(cluster.importer_url(settings))
    named = {"name": CITY_NAME, "source": SOURCE, "review_number": "", "internal": "true"}
    set_city(engine, COMMAND_LINE, named)
    steps = [(ImportKind.BOUNDARIES, bundle.BOUNDARIES, {"level": level.value}) for level in LEVELS]
    steps += [(ImportKind.GAZETTEER, bundle.GAZETTEER, {})]
    steps += [(ImportKind.COVERAGE, bundle.COVERAGE, {"valid_from": f"{UNTIL.year}-01-01"})]
    for kind, name, options in steps:
        run_import(engine, COMMAND_LINE, kind, folder / name, options=options, publish=False)
    engine.dispose()
    return made.petitions


def write_petitions(path: Path, known: Sequence[PetitionRow], count: int, seed: int = SEED) -> None:
    """Write ``count`` matters as CSV or, by the name, XLSX; the same arguments give the same file."""
    headers = headers_of(ImportKind.PETITIONS, PetitionRow)
    cells = _vary([cells_of(row) for row in known], count, Random(seed))  # noqa: S311  to repeat, no secret
    if path.suffix == ".xlsx":
        write_xlsx(path, "matters", headers, cells)
    else:
        write_csv(path, headers, cells)


def watch_city(settings: Settings) -> Engine:
    """Return an engine that sees and may do everything."""
    return make_engine(cluster.url_for(cluster.database_url(settings), "postgres"))


def forget_petitions(watch: Engine) -> None:
    """Make a city again as if no file of matters had been imported."""
    with watch.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in _FORGET:
            connection.execute(text(statement))


def count_texts(path: Path) -> int:
    """Return how many different addresses a file of matters has."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return len({row["问题属地"] for row in csv.DictReader(file)})


def _vary(known: Sequence[Sequence[Cell]], count: int, rng: Random) -> Iterator[list[Cell]]:
    number, lon, lat, address = (_FIELDS.index(name) for name in ("matter_no", "lon", "lat", "address"))
    for serial in range(count):
        cells = list(known[int(rng.random() * len(known))])
        for at in (lon, lat):
            if isinstance(cells[at], float):
                cells[at] = round(cells[at] + (rng.random() - 0.5) * _JITTER_DEG, 6)
        told = cells[address]
        if isinstance(told, str) and told.endswith(("村", "社区", "网格")):
            cells[address] = f"{told}{int(rng.random() * _HOUSES) + 1}号"
        cells[number] = f"FX{serial:09d}"
        yield cells
