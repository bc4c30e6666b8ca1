"""What must be said beside a finding, so that nobody takes it for more than it is."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from grid.hotspots.questions import MatterFilter
from grid.measures import MeasureUnit

LEAST_AREAS = 8
"""Of fewer areas with neighbours nothing is said."""
FEW_AREAS = 30
SKEWED = 1.0
MOSTLY_PLACED = 0.9


class Caveat(StrEnum):
    """A code with words under ``findings_caveats``."""

    FEW_MATTERS = "few_matters"
    """Fewer than the minimum n: nothing is said."""
    FEW_AREAS = "few_areas"
    ALL_ALIKE = "all_alike"
    """Every area has the same value: nothing can stand out."""
    ISLANDS = "islands"
    """Some areas border on no other, and nothing is said of them."""
    COUNTS_NOT_RATES = "counts_not_rates"
    """Residents are mostly not known: what is hot may only be populous."""
    RESIDENTS_UNKNOWN = "residents_unknown"
    """Some areas are left out, since their residents are not known, or too few."""
    PART_OF_CITY = "part_of_city"
    """Areas are compared with those looked at alone."""
    SKEWED_COUNTS = "skewed_counts"
    """The analytic z is optimistic where a few areas hold most."""
    PERMUTATIONS_COARSE = "permutations_coarse"
    """The smallest p that the permutations can give would not pass for a single area."""
    GROUPED = "grouped"
    """People who come together are not independent of each other."""
    NOT_ALL_PLACED = "not_all_placed"
    BOUNDARIES_CHANGED = "boundaries_changed"
    PARTIAL_MONTH = "partial_month"
    FEW_MONTHS = "few_months"
    FEW_IN_MONTHS = "few_in_months"
    """In some months there were fewer matters than the minimum n: nothing was hot in these."""


def caveats_of_filter(
    matters: MatterFilter, *, placed: int, total: int, in_force_since: date | None
) -> tuple[Caveat, ...]:
    """Return what is to be said of a filter whose ``total`` is ``placed`` to areas of an edition."""
    said = {
        Caveat.GROUPED: matters.unit is not MeasureUnit.MATTERS,
        Caveat.NOT_ALL_PLACED: placed < MOSTLY_PLACED * total,
        Caveat.BOUNDARIES_CHANGED: in_force_since is not None and in_force_since > matters.since,
    }
    return tuple(caveat for caveat, holds in said.items() if holds)


def has_partial_month(matters: MatterFilter) -> bool:
    """Return whether the period begins or ends within a month."""
    return matters.since.day != 1 or (matters.until + timedelta(days=1)).day != 1


def is_skewed(values: npt.NDArray[np.float64]) -> bool:
    """Return whether the values' skewness is above one, so that their local sums are far from normal."""
    deviations = values - values.mean() if len(values) else values
    variance = float((deviations**2).mean()) if len(values) else 0.0
    return variance > 0 and float((deviations**3).mean()) / variance**1.5 > SKEWED
