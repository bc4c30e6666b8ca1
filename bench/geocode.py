"""What the geocoder makes of clean and damaged addresses, and how fast: ``python -m bench.geocode``."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import click

from bench.addresses import MISLEADING, Case, Damage, make_cases
from bench.gazetteers import BenchCity, demo_city, make_city, read_city
from grid.geocoding.doors import Door
from grid.geocoding.gazetteer import Gazetteer
from grid.geocoding.geocoder import Answer, geocode
from grid.places import Granularity, PlaceStatus

_OUTCOMES = ("right", "coarser", "wrong", "review", "unmatched", "out_of_area")
_FINENESS = list(Granularity)


@click.command()
@click.option("--gazetteer", type=click.Path(exists=True, path_type=Path),
              help="a folder as `fengtu export` writes it, or a GeoPackage or CSV of areas")  # fmt: skip
@click.option("--names", type=click.Path(exists=True, path_type=Path),
              help="the gazetteer's CSV; by default the gazetteer.csv beside the areas")  # fmt: skip
@click.option(
    "--seed", "seeds", multiple=True, type=int, default=(7, 8), help="of the demo city and the cases"
)
@click.option("--cases", default=3000, help="addresses of each kind of damage")
@click.option("--addresses", default=500_000, help="standard addresses to measure memory and speed with")
def main(
    gazetteer: Path | None, names: Path | None, seeds: tuple[int, ...], cases: int, addresses: int
) -> None:
    """Print a table a city: by kind of damage the shares accepted right, coarser and wrong, and the rest."""
    for seed in seeds:
        city = demo_city(seed) if gazetteer is None else read_city(gazetteer, names)
        click.echo(f"{'demo city, seed' if gazetteer is None else gazetteer} {seed}: {_size(city)}")
        tell(city, Random(seed), cases)  # noqa: S311  a sample to repeat, no secret
    if addresses:
        measure_many(addresses)


def tell(city: BenchCity, rng: Random, cases: int) -> None:
    """Print the table of one city."""
    started = time.process_time()
    built = city.build()
    click.echo(f"built in {time.process_time() - started:.2f} s, {_memory_mb():.0f} MB resident")
    click.echo(f"{'':14}{'n':>6}{'a second':>10}" + "".join(f"{name:>12}" for name in _OUTCOMES))
    made = list(make_cases(city, rng, cases))
    finest: Counter[tuple[Damage, Granularity]] = Counter()
    for damage in Damage:
        of_kind = [case for case in made if case.damage is damage]
        if of_kind:
            started = time.process_time()
            answers = [geocode(built, case.text) for case in of_kind]
            speed = len(of_kind) / (time.process_time() - started)
            shares = Counter(verdict(city, *pair) for pair in zip(of_kind, answers, strict=True))
            told = "".join(f"{shares[name] / len(of_kind):12.2%}" for name in _OUTCOMES)
            click.echo(f"{damage:14}{len(of_kind):6}{speed:10.0f}{told}")
            finest.update((damage, a.granularity) for a in answers if a.status is PlaceStatus.ACCEPTED)
    click.echo(f"accepted as   {''.join(f'{one:>12}' for one in _FINENESS)}")
    for damage in Damage:
        click.echo(f"{damage:14}" + "".join(f"{finest[damage, one]:12}" for one in _FINENESS))


def measure_many(count: int) -> None:
    """Print memory and speed of a gazetteer of very many standard addresses."""
    city = make_city(Random(1))  # noqa: S311
    ends = [area.id for area in city.villages]
    doors = (
        Door(
            f"{city.areas[ends[n % len(ends)]].name}{n // len(ends) + 1}号", ends[n % len(ends)], 120.0, 28.0
        )
        for n in range(count)
    )
    before, started = _memory_mb(), time.process_time()
    built = BenchCity(city.areas, city.places, doors).build()  # type: ignore[arg-type]
    seconds = time.process_time() - started
    texts = _door_texts(city, ends, count)
    started = time.process_time()
    right = sum(_is_building(built, text) for text in texts)
    speed = len(texts) / (time.process_time() - started)
    click.echo(
        f"{count} standard addresses: built in {seconds:.1f} s, {_memory_mb() - before:.0f} MB more resident,"
        f" {speed:.0f} a second, {right / len(texts):.2%} to the building"
    )


def _door_texts(city: BenchCity, ends: list[int], count: int) -> list[str]:
    rng = Random(2)  # noqa: S311
    numbers = (rng.randrange(count) for _ in range(20_000))
    return [
        "".join(area.name for area in city.chain(ends[n % len(ends)])) + f"{n // len(ends) + 1}号"
        for n in numbers
    ]


def _is_building(built: Gazetteer, text: str) -> bool:
    answer = geocode(built, text)
    return (answer.status, answer.granularity) == (PlaceStatus.ACCEPTED, Granularity.BUILDING)


def verdict(city: BenchCity, case: Case, answer: Answer) -> str:
    """Right, coarser (an area around all that is true), wrong, or what it is instead of accepted."""
    if answer.status is not PlaceStatus.ACCEPTED:
        return answer.status.value
    said = (answer.area_id, answer.place, answer.granularity)
    if case.damage not in MISLEADING and said == (case.truths[0], case.place, case.granularity):
        return "right"
    return "coarser" if answer.place is None and _holds_all(city, case.truths, answer) else "wrong"


def _holds_all(city: BenchCity, truths: Iterable[int], answer: Answer) -> bool:
    chains = [{area.id for area in city.chain(truth)} for truth in truths]
    return bool(chains) and all(answer.area_id in chain for chain in chains)


def _size(city: BenchCity) -> str:
    counts = (len(city.areas), len(city.villages), len(city.places), len(city.doors))
    return "{} areas ({} villages), {} places, {} standard addresses".format(*counts)


def _memory_mb() -> float:
    """Return the memory that is resident now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
