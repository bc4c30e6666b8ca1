"""Loading the demo city into an empty database through the ordinary imports."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text

from data.export import bundle
from data.export.bundle import write_bundle
from data.intake.run import run_import
from data.writes.city import set_city
from grid.areas import LEVELS
from grid.findings import ImportKind, ImportReport
from grid.listings import Quarter
from grid.principals import COMMAND_LINE
from grid.refusals import Refused

Step = Callable[[str], AbstractContextManager[None]]


def _without_telling(key: str) -> AbstractContextManager[None]:
    return nullcontext()


_HOLDS_DATA = "SELECT EXISTS (SELECT FROM area) OR EXISTS (SELECT FROM petition)"


def load_demo(
    engine: Engine,
    *,
    seed: int,
    petitions: int,
    until: date,
    folder: Path | None = None,
    step: Step = _without_telling,
) -> tuple[ImportReport, ...]:
    """Make the demo city with matters up to ``until`` and import it; returns the imports' reports.

    ``folder`` keeps the files; ``step`` is entered with a locale key around each piece of work. Raises
    ``Refused('city_not_empty')``.
    """
    with engine.connect() as connection:
        if connection.execute(text(_HOLDS_DATA)).scalar_one():
            raise Refused("city_not_empty")
    with _folder_or_temporary(folder) as files:
        with step("demo.generating"):
            _write_files(seed, petitions, until, files)
        with step("demo.naming"):
            _name_city(engine)
        reports = tuple(_import_files(engine, files, until, step))
    with step("demo.overseeing"):
        _oversee(engine, until, seed)
    with step("demo.planning"):
        _plan(engine, until)
    with step("demo.freezing"):
        _freeze(engine, until)
    with step("demo.publishing"):
        _publish(engine)
    return reports


def _write_files(seed: int, petitions: int, until: date, folder: Path) -> None:
    # Generation needs scipy, which no other command should wait for.
    from data.demo.files import make_files

    write_bundle(make_files(seed, petitions, until), folder)


def _import_files(engine: Engine, folder: Path, until: date, step: Step) -> Iterator[ImportReport]:
    """Import in the order in which the files lean on each other: departments come with the annex."""
    for key, kind, name, options in _imports(until):
        with step(f"demo.importing_{key}"):
            report = run_import(engine, COMMAND_LINE, kind, folder / name, options=options, publish=False)
        yield report


def _oversee(engine: Engine, until: date, seed: int) -> None:
    from data.demo.oversight import oversee

    oversee(engine, until, seed)


def _plan(engine: Engine, until: date) -> None:
    from data.demo.plans import add_plans

    add_plans(engine, until)


def _freeze(engine: Engine, until: date) -> None:
    """Freeze the last quarters that were over on ``until``, so that there are ranks to compare."""
    from data.writes.freezing import freeze
    from data.writes.indicator_sums import SUMS
    from data.writes.workloads import WORKLOADS

    last = Quarter.of(until).previous
    for quarter in (last.previous, last):
        freeze(engine, quarter)
    SUMS.make_if_stale(engine)
    WORKLOADS.make_if_stale(engine)


def _publish(engine: Engine) -> None:
    from data.writes.publishing import publish

    publish(engine)


def _imports(until: date) -> list[tuple[str, ImportKind, str, Mapping[str, str]]]:
    levels = [
        (level.value, ImportKind.BOUNDARIES, bundle.BOUNDARIES, {"level": level.value}) for level in LEVELS
    ]
    plan = {"valid_from": date(until.year, 1, 1).isoformat()}
    return [
        *levels,
        ("gazetteer", ImportKind.GAZETTEER, bundle.GAZETTEER, {}),
        ("coverage", ImportKind.COVERAGE, bundle.COVERAGE, plan),
        ("listings", ImportKind.LISTINGS, bundle.LISTINGS, {}),
        ("petitions", ImportKind.PETITIONS, bundle.PETITIONS_CSV, {}),
        ("service_points", ImportKind.SERVICE_POINTS, bundle.SERVICE_POINTS, {}),
    ]


def _name_city(engine: Engine) -> None:
    from data.demo.names import CITY_NAME, OFFICE_LINE, SOURCE

    stamps = {"source": SOURCE, "review_number": "", "internal": "true"}
    set_city(engine, COMMAND_LINE, {"name": CITY_NAME, "office_line": OFFICE_LINE, **stamps})


@contextmanager
def _folder_or_temporary(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="fengtu-demo-") as temporary:
        yield Path(temporary)
