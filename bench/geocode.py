"""Addresses a second of processor time, and what the gate says of them: ``python -m bench.geocode``."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import click

from bench.addresses import Case, Damage, SyntheticCity, make_cases, make_city
from grid.geocoding.gazetteer import build_gazetteer
from grid.geocoding.geocoder import Answer, geocode
from grid.places import PlaceStatus


@click.command()
@click.option("--seed", default=7)
@click.option("--cases", default=2000, help="addresses of each kind of damage")
def main(seed: int, cases: int) -> None:
    """Print a line a kind of damage: speed, and shares accepted right, coarser, wrong, and sent to review."""
    rng = Random(seed)  # noqa: S311  a sample to repeat, no secret
    city = make_city(rng)
    started = time.process_time()
    gazetteer = build_gazetteer(city.areas.values(), city.places)
    seconds = time.process_time() - started
    click.echo(f"gazetteer: {len(city.areas)} areas, {len(city.places)} places, built in {seconds:.2f} s")
    made = list(make_cases(city, rng, cases))
    for damage in Damage:
        of_kind = [case for case in made if case.damage is damage]
        started = time.process_time()
        answers = [geocode(gazetteer, case.text) for case in of_kind]
        speed = len(of_kind) / (time.process_time() - started)
        shares = Counter(verdict(city, *pair) for pair in zip(of_kind, answers, strict=True))
        told = ", ".join(f"{name} {count / cases:.2%}" for name, count in shares.most_common())
        click.echo(f"{damage:14} {speed:8.0f}/s  {told}")


def verdict(city: SyntheticCity, case: Case, answer: Answer) -> str:
    """Right, coarser (an area around the true one), wrong, or what it is instead of accepted."""
    if answer.status is not PlaceStatus.ACCEPTED:
        return answer.status.value
    if (answer.area_id, answer.place) == (case.area_id, case.place):
        return "right"
    around = answer.area_id in {area.id for area in city.chain(case.area_id)}
    return "coarser" if around and answer.place is None else "wrong"


if __name__ == "__main__":
    main()
