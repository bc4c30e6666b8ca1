"""Tallies: numerators and denominators as they were counted, and the figures that are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grid.indicators.definitions import Better, Definition
from grid.indicators.figures import Figure, Standing
from grid.indicators.wilson import wilson


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    numerator: int
    denominator: int


NOTHING = Tally(0, 0)
Tallies = Mapping[tuple[str, int], Tally]
"""By code and version of a definition; what is not there is 0 of 0."""


def make_figures(
    definitions: Sequence[Definition], now: Tallies, before: Tallies | None, year_before: Tallies | None
) -> tuple[Figure, ...]:
    """Return figures in the order of the definitions.

    An earlier period is none where boundaries changed since: its figures are then marked as broken.
    """
    is_broken = before is None or year_before is None
    return tuple(
        _figure(
            each,
            now.get(each.key, NOTHING),
            _earlier_rate(each, before),
            _earlier_rate(each, year_before),
            is_broken,
        )
        for each in definitions
    )


def standing_of(definition: Definition, tally: Tally) -> Standing:
    """Return how a tally stands against the definition's target."""
    if tally.denominator == 0:
        return Standing.NO_DATA
    if tally.denominator < definition.minimum_n:
        return Standing.TOO_FEW
    if definition.target is None:
        return Standing.NO_TARGET
    # A quotient and a decimal that are equal round to the same number, so that both can be compared.
    rate = tally.numerator / tally.denominator
    reached = rate >= definition.target if definition.better is Better.HIGHER else rate <= definition.target
    return Standing.MET if reached else Standing.MISSED


def _figure(
    definition: Definition,
    tally: Tally,
    previous: float | None,
    year_before: float | None,
    is_broken: bool,
) -> Figure:
    return Figure(
        indicator=definition.code,
        version=definition.version,
        numerator=tally.numerator,
        denominator=tally.denominator,
        standing=standing_of(definition, tally),
        interval=wilson(tally.numerator, tally.denominator),
        target=definition.target,
        previous=previous,
        year_before=year_before,
        is_broken=is_broken,
    )


def _earlier_rate(definition: Definition, tallies: Tallies | None) -> float | None:
    """Return the rate of an earlier period, none of too few to compare with."""
    tally = NOTHING if tallies is None else tallies.get(definition.key, NOTHING)
    return tally.numerator / tally.denominator if tally.denominator >= definition.minimum_n else None
