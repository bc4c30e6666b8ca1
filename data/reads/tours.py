"""Readings of tours of the wall, and of what there is to show in one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import models
from data.reads import city, coverage, listings, published
from grid.areas import Level
from grid.ids import LARGEST_ID
from grid.refusals import Refused
from grid.tours import LONGEST_NAME, Shown, Tour, kept_scenes


def tours(session: Session) -> tuple[Tour, ...]:
    """Return every tour, by name."""
    return tuple(map(to_tour, session.scalars(select(models.Tour).order_by(models.Tour.name))))


def tour(session: Session, key: str) -> Tour:
    """Return the tour of an id or a name; raises ``Refused('tour_unknown')``."""
    found = session.scalars(select(models.Tour).where(_names(key))).one_or_none()
    if found is None:
        raise Refused("tour_unknown", tour=key[:LONGEST_NAME])
    return to_tour(found)


def shown(session: Session) -> Shown:
    """Return counties and towns, the listings of the newest quarter begun and the plan in force today."""
    today = city.today(session)
    quarter = listings.quarter_in_force(session, today)
    return Shown(
        is_published=published.publication(session) is not None,
        areas=frozenset(
            area.id for level in (Level.COUNTY, Level.TOWN) for area in city.areas(session, level)
        ),
        quarter=quarter,
        listings=listings.listings(session, quarter) if quarter else (),
        book=coverage.published_book(session, today),
    )


def to_tour(row: models.Tour) -> Tour:
    """Return a row as it is played: without scenes that the wall of today no longer knows."""
    return Tour(row.id, row.name, kept_scenes(row.scenes), row.version)


def _names(key: str) -> Any:
    if not (key.isascii() and key.isdigit()):
        return models.Tour.name == key
    return models.Tour.id == (int(key) if len(key) < 20 and int(key) <= LARGEST_ID else 0)
