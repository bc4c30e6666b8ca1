"""The datum test of a file's points: do they lie in the areas that their own addresses and codes name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from data.geocode.placer import Placer
from grid.datum_evidence import DatumEvidence, weigh_points
from grid.datums import Datum
from grid.places import PlaceRequest

ENOUGH = 30
"""So many points that name their area must agree with the datum that is claimed for them."""
_SAMPLE = 2000
_MUCH, _FEWEST = 0.1, 5
"""So much a larger share, of at least so many points, is no chance."""


@dataclass(frozen=True, slots=True)
class DatumTest:
    """What the points that came with one stated datum (none: with none) say of it.

    ``n`` are the points that could be tried: those whose own text or code names an area for certain.
    """

    stated: Datum | None
    n: int
    evidence: DatumEvidence

    @property
    def must_ask(self) -> bool:
        """Whether a person must say the datum: there are enough points, and it is missing or contradicted."""
        if self.n < ENOUGH:
            return False
        return self.stated is None or self.evidence.contradicts(self.stated) or self._much_worse(self.stated)

    def _much_worse(self, stated: Datum) -> bool:
        """Return whether the stated datum fits much worse than another, be it unclear which one is right."""
        shares = {one.datum: one.share for one in self.evidence.shares}
        own = shares.get(stated.value, shares[Datum.CGCS2000.value])
        gap = max(shares.values()) - own
        return gap >= _MUCH and gap * self.n >= _FEWEST


def test_datum(placer: Placer, requests: Sequence[PlaceRequest]) -> tuple[DatumTest, ...]:
    """Return the test of each datum that requests with coordinates state, most points first.

    At most 2,000 requests of a datum are tried, drawn alike for the same requests.
    """
    by_datum: dict[Datum | None, list[PlaceRequest]] = {}
    for request in requests:
        if request.lon is not None and request.lat is not None:
            by_datum.setdefault(request.datum, []).append(request)
    tests = (_test_one(placer, stated, of_datum) for stated, of_datum in by_datum.items())
    return tuple(sorted(tests, key=lambda test: (-test.n, test.stated or "")))


test_datum.__test__ = False  # type: ignore[attr-defined]  # its name says what it does, not that pytest runs it


def _test_one(placer: Placer, stated: Datum | None, requests: Sequence[PlaceRequest]) -> DatumTest:
    if len(requests) > _SAMPLE:
        requests = Random(len(requests)).sample(requests, _SAMPLE)  # noqa: S311  a sample to repeat, no secret
    named = placer.named_areas(requests)
    tried = [(request, area) for request, area in zip(requests, named, strict=True) if area is not None]
    lon = np.array([request.lon for request, _ in tried], dtype=np.float64)
    lat = np.array([request.lat for request, _ in tried], dtype=np.float64)
    told = [request for request, _ in tried]
    areas = [area for _, area in tried]
    evidence = weigh_points(lon, lat, lambda x, y: placer.holds(told, areas, x, y))
    return DatumTest(stated, len(tried), evidence)
