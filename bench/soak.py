"""An importer killed -9 at many moments of a large import: ``python -m bench.soak`` (``make soak``).

What it leaves is all of the import or nothing, and the next import of the file gives exactly the same rows.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import click
from sqlalchemy import Engine, make_url, text

from bench.petition_city import SEED, forget_petitions, open_city, watch_city, write_petitions
from data import cluster

IMPORTER = """
import sys
from pathlib import Path
from data.intake.run import run_import
from data.sessions import make_engine
from data.writes.publishing import try_to_publish
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE
engine = make_engine(sys.argv[1])
def tell(step, done, total):
    print(step, done, flush=True)
run_import(engine, COMMAND_LINE, ImportKind.PETITIONS, Path(sys.argv[2]), progress=tell, publish=False)
print("committed", flush=True)
try_to_publish(engine)
print("published", flush=True)
"""
"""A process that imports a file and says a line whenever it can be called off, and what it has done."""
MATTERS = """
SELECT md5(string_agg(md5((to_jsonb(p) - '{id,batch_id,changed}'::text[])::text), ''
    ORDER BY source, matter_no))
FROM petition p
"""
_COUNTS = {
    "matters": "SELECT count(*) FROM petition",
    "batches": "SELECT count(*) FROM import_batch WHERE kind = 'petitions'",
    "findings": "SELECT count(*) FROM import_finding",
    "kept": "SELECT count(*) FROM import_row",
    "audit": "SELECT count(*) FROM audit WHERE action = 'import.run' AND subject = 'petitions'",
    "version": "SELECT number FROM data_version",
}
_PUBLISHED = """
SELECT coalesce(max(data_version), 0),
    (SELECT md5(string_agg(c::text, '' ORDER BY c::text)) FROM published_count c)
FROM published_state
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = '{}'
"""
_NAME = "fengtu-soak"
_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 300.0
_AROUND_COMMIT = 0.2
"""Share of the kills that are aimed at the commit."""


@dataclass(frozen=True)
class Importer:
    """Who imports a file, at which address; ``watch`` sees everything, which an importer does not."""

    url: str
    watch: Engine
    path: Path


@dataclass(frozen=True)
class Moment:
    """A moment of an import: so long after its line of this number, whatever else the machine does."""

    line: int
    after_s: float


@dataclass(frozen=True)
class Calm:
    """An import that nobody disturbed: when it said each line, what it left."""

    lines: Sequence[tuple[float, str]]
    gained: Mapping[str, int]
    matters: str
    published: str


@dataclass(frozen=True)
class Killed:
    """One import killed: what it had said, after how long, and what of it was left."""

    said: str
    seconds: float
    left: str


@click.command()
@click.option("--count", default=1_000_000)
@click.option("--kills", default=20)
@click.option("--seed", default=SEED)
def main(count: int, kills: int, seed: int) -> None:
    """Print a line for each kill; fails where anything between all and nothing was left."""
    with open_city("fengtu-soak-") as (settings, known):
        path = settings.home / "matters.csv"
        write_petitions(path, known, count)
        watch = watch_city(settings)
        good = soak(Importer(cluster.importer_url(settings), watch, path), kills, seed)
        watch.dispose()
    if not good:
        raise click.ClickException("an import was left in its middle")


def soak(importer: Importer, kills: int, seed: int) -> bool:
    """Import a file once in peace and then kill it ``kills`` times; tell whether it never was torn."""
    calm = _import_calmly(importer)
    click.echo(f"undisturbed: {calm.lines[-1][0]:.0f} s, {len(calm.lines)} lines, gained {dict(calm.gained)}")
    results: list[Killed] = []
    for number, moment in enumerate(_moments(calm, kills, Random(seed)), 1):  # noqa: S311  to repeat, no secret
        results.append(_kill_once(importer, moment, calm))
        one = results[-1]
        click.echo(
            f"{number:3}  killed after {one.seconds:6.1f} s, it had said {one.said:16}: left {one.left}"
        )
    again = _import_over(importer, calm)
    torn = sum(one.left not in {"all", "nothing"} for one in results)
    whole = sum(one.left == "all" for one in results)
    click.echo(f"{len(results)} kills: {whole} left all, {len(results) - whole - torn} nothing, {torn} torn")
    click.echo(f"imported again over the last: {'exactly the same' if again else 'NOT the same'}")
    return torn == 0 and again


def _moments(calm: Calm, kills: int, rng: Random) -> Iterator[Moment]:
    """Yield moments spread over the whole import, one at random in each part, and some around the commit."""
    times = [at for at, _ in calm.lines]
    committed = next(i for i, (_, line) in enumerate(calm.lines) if line == "committed")
    around = round(kills * _AROUND_COMMIT)
    spread = kills - around
    for part in range(spread):
        at = (part + rng.random()) / spread * times[-1]
        line = max((i for i, time_s in enumerate(times) if time_s <= at), default=0)
        yield Moment(line, max(at - times[line], 0.0))
    for _ in range(around):
        yield Moment(committed - 1, rng.random() * 1.1 * (times[committed] - times[committed - 1]))


def _import_calmly(importer: Importer) -> Calm:
    engine = importer.watch
    forget_petitions(engine)
    before = _counts(engine)
    started = time.perf_counter()
    with _start(importer) as process:
        assert process.stdout is not None
        lines = [(time.perf_counter() - started, line.strip()) for line in process.stdout]
    if process.returncode or lines[-1][1] != "published":
        raise click.ClickException("the undisturbed import failed")
    gained = {name: count - before[name] for name, count in _counts(engine).items()}
    return Calm(lines, gained, _scalar(engine, MATTERS), _published(engine)[1])


def _kill_once(importer: Importer, moment: Moment, calm: Calm) -> Killed:
    engine = importer.watch
    forget_petitions(engine)
    before, published = _counts(engine), _published(engine)
    started = time.perf_counter()
    said = "nothing"
    with _start(importer) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout):
            said = line.strip()
            if number == moment.line:
                time.sleep(moment.after_s)
                break
        process.kill()
    seconds = time.perf_counter() - started
    _wait_until_alone(engine)
    return Killed(said, seconds, _what_is_left(engine, before, published, calm))


def _what_is_left(engine: Engine, before: Mapping[str, int], published: tuple[int, str], calm: Calm) -> str:
    gained = {name: count - before[name] for name, count in _counts(engine).items()}
    now = _published(engine)
    if now != published and now[1] != calm.published:
        return "A TORN PUBLICATION"
    if not any(gained.values()):
        return "nothing"
    if gained == calm.gained and _scalar(engine, MATTERS) == calm.matters:
        return "all"
    return f"SOMETHING BETWEEN: {gained}"


def _import_over(importer: Importer, calm: Calm) -> bool:
    """Import once more over whatever the last kill left, twice: the second time changes nothing."""
    for _ in range(2):
        with _start(importer) as process:
            process.communicate()
        if process.returncode or _scalar(importer.watch, MATTERS) != calm.matters:
            return False
    return _counts(importer.watch)["batches"] == 1


def _start(importer: Importer) -> subprocess.Popen[str]:
    url = make_url(importer.url).update_query_dict({"application_name": _NAME})
    command = [sys.executable, "-c", IMPORTER, url.render_as_string(hide_password=False), str(importer.path)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def _wait_until_alone(engine: Engine) -> None:
    """Wait until the database has noticed that the importer is gone."""
    until = time.monotonic() + _PATIENCE_S
    while int(_scalar(engine, _OTHERS.format(_NAME))):
        if time.monotonic() > until:
            raise click.ClickException("the killed importer's connection does not end")
        time.sleep(0.2)


def _counts(engine: Engine) -> dict[str, int]:
    return {name: int(_scalar(engine, statement)) for name, statement in _COUNTS.items()}


def _published(engine: Engine) -> tuple[int, str]:
    with engine.connect() as connection:
        version, digest = connection.execute(text(_PUBLISHED)).one()
    return version, digest or ""


def _scalar(engine: Engine, statement: str) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text(statement)).scalar_one())


if __name__ == "__main__":
    main()
