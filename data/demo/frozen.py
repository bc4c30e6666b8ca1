"""Frozen quarters of the demo city: the last five, so that ranks have a before and a year before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from data.demo.loading import Step
from data.writes.freezing import freeze
from grid.listings import Quarter

_QUARTERS = 5


def freeze_demo(engine: Engine, until: date, step: Step) -> None:
    """Freeze the quarters that ended by ``until``, oldest first."""
    quarters = [Quarter.of(until).previous]
    while len(quarters) < _QUARTERS:
        quarters.insert(0, quarters[0].previous)
    with step("demo.freezing"):
        for quarter in quarters:
            freeze(engine, quarter)
