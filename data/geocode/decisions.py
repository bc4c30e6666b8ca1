"""Decisions in force: what people said that address texts mean, asked before the geocoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from grid.places import Granularity
from grid.reviewing import Verdict


@dataclass(frozen=True, slots=True)
class InForce:
    """A decision on one text; ``lon`` and ``lat`` (degrees, EPSG:4490) where the very place is known."""

    id: int
    verdict: Verdict
    granularity: Granularity
    area_id: int | None
    lon: float | None
    lat: float | None


Decisions = Mapping[str, InForce]
"""By the address in normal form."""


def load_decisions(session: Session) -> Decisions:
    """Read the decisions that nobody has undone."""
    decision = models.PlaceDecision
    statement = select(
        decision.address_key, decision.id, decision.verdict, decision.granularity, decision.area_id,
        func.ST_X(decision.point), func.ST_Y(decision.point),
    ).where(decision.undone_at.is_(None))  # fmt: skip
    return {
        key: InForce(id_, Verdict(verdict), Granularity(granularity), area_id, lon, lat)
        for key, id_, verdict, granularity, area_id, lon, lat in session.execute(statement)
    }
