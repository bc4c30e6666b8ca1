"""Forty villages on a lattice behind a fake desk of siting: the answers are the domain's own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from grid.areas import Area, Level
from grid.ports.siting import ProofState
from grid.questions import City
from grid.refusals import Refused
from grid.siting.answers import Proof, SitingAnswer, answer
from grid.siting.places import Places, Point, Times, Village
from grid.siting.questions import SitingQuestion
from grid.suggesting.runs import RunStatus
from tests.screens.service_city import CITY, COUNTIES, TOWNS

NASTY = "=HYPERLINK(1)"


def village(number: int) -> Village:
    """Return a village of a lattice of eight columns, 1,000 m apart; every tenth was not counted."""
    column, row = number % 8, number // 8
    return Village(
        id=100 + number,
        code=f"99{number:04d}",
        path=("枫溪县", "下渡镇", NASTY if number == 3 else f"村{number}"),
        lon=119.2 + column / 100,
        lat=28.4 + row / 100,
        spot_m=(1000.0 * column, 1000.0 * row),
        population=None if number % 10 == 9 else 100 + number,
        recent=number % 7,
        open=number % 3,
    )


VILLAGES = tuple(village(number) for number in range(40))
POINTS = (Point(1, "点一", 100, 119.2, 28.4, (0.0, 0.0), 2, True),
          Point(2, "点二", 101, 119.21, 28.4, (1000.0, 0.0), 0, False))  # fmt: skip
NO_TIMES = Times(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
TIMES = Times(np.array([105, 106, 107]), np.array([100, 105, 105]), np.array([10.0, 5.0, 25.0]))
PLACES = Places(VILLAGES, POINTS, TIMES, date(2026, 11, 20))


class FakeSitingDesk:
    """``grid.ports.SitingDesk`` over the lattice; what was asked is kept."""

    def __init__(self, places: Places = PLACES, proof: Proof | None = None) -> None:
        self.places, self.found, self.asked = places, proof, list[tuple[Any, ...]]()
        self.status = RunStatus.RUNNING

    def city(self) -> City:
        """Return the city."""
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        """Return counties and towns."""
        return {Level.COUNTY: COUNTIES, Level.TOWN: TOWNS}.get(level, ())

    def shapes(self, level: Level, edition_id: int) -> bytes:
        """Return squares around the labels."""
        features = []
        for one in self.places.villages:
            x, y, half = one.lon, one.lat, 0.004
            ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y - half]]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "id": str(one.id), "properties": {}, "geometry": geometry})
        return gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode())

    def answer(self, question: SitingQuestion, run_id: int | None = None) -> SitingAnswer:
        """Return the domain's answer; county 12 has no village, others are not known."""
        self.asked.append(("answer", question, run_id))
        if question.within not in {None, 11, 12}:
            raise Refused("area_unknown")
        places = self.places
        if question.within == 12:
            outside = tuple(replace(one, is_inside=False) for one in places.villages)
            places = replace(places, villages=outside)
        return answer(places, question, self.found if run_id == 7 else None)

    def prove(self, question: SitingQuestion) -> int:
        """Start run 7."""
        self.asked.append(("prove", question))
        return 7

    def proof(self, run_id: int) -> ProofState:
        """Return how run 7 stands."""
        if run_id != 7:
            raise Refused("run_unknown", run=run_id)
        return ProofState(7, self.status, 3.4, SitingQuestion(), self.found, None)

    def export(self, question: SitingQuestion, say: Callable[..., str], run_id: int | None = None) -> bytes:
        """Return what was asked as text."""
        self.answer(question, run_id)
        return say("siting.list.suggested").encode()
