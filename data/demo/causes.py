"""Why matters cluster: the causes of `causes.toml`, each set down at a place of the city."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from data.demo.city import City
from data.demo.names import SERVICE_COUNTY
from data.demo.terrain import SEATS, Metres
from grid.areas import Level
from grid.matters import Category, Channel

_NEAREST_M = 3_000.0
"""Two causes lie at least this far apart."""
_CROWDING = {
    "urban": (9.0, np.inf),
    "suburb": (2.2, 9.0),
    "port": (1.6, 9.0),
    "hill": (0.0, 1.3),
    "network": (0.8, 9.0),
}
"""How crowded the cells are that suit each kind of place."""
_PORT_REACH_M = 17_000.0
_WEEKDAYS = np.array([1.25, 1.1, 1.05, 1.05, 1.0, 0.3, 0.25])


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: its share of the clustered matters, its reach, its course in time and its kind of matter."""

    name: str
    place: str
    weight: float
    spread_m: float
    profile: str
    peak: int
    categories: dict[Category, float]
    channels: dict[Channel, float]
    group: float
    repeat: float


BACKGROUND = Cause(
    name="",
    place="",
    weight=0,
    spread_m=0,
    profile="growing",
    peak=0,
    categories=dict(zip(Category, (18, 12, 9, 12, 10, 7, 6, 9, 6, 6, 4, 5), strict=True)),
    channels=dict(zip(Channel, (12, 18, 36, 22, 5, 8), strict=True)),
    group=0.04,
    repeat=0.13,
)
"""Everyday matters, wherever people live."""


def read_causes() -> tuple[Cause, ...]:
    """Return the causes of the demo city."""
    text = Path(__file__).with_name("causes.toml").read_text(encoding="utf-8")
    return tuple(_read_cause(entry) for entry in tomllib.loads(text)["cause"])


def set_down(city: City, causes: tuple[Cause, ...], rng: np.random.Generator) -> Metres:
    """Return where each cause lies, (n, 2) metres: on a cell that suits it, away from the others."""
    land = (city.table(Level.CITY).of_cell == 0) & ~city.mesh.is_lake
    port = np.hypot(*(city.mesh.hearts - [SEATS[2].x, SEATS[2].y]).T) < _PORT_REACH_M
    network = city.table(Level.COUNTY).of_cell == SERVICE_COUNTY
    within = {"port": land & port, "network": land & network}
    spots = np.empty((len(causes), 2))
    for number, cause in enumerate(causes):
        low, high = _CROWDING[cause.place]
        suitable = within.get(cause.place, land) & (city.crowding >= low) & (city.crowding < high)
        for spot in spots[:number]:
            suitable &= np.hypot(*(city.mesh.hearts - spot).T) > _NEAREST_M
        spots[number] = city.mesh.hearts[rng.choice(np.flatnonzero(suitable))]
    return spots


def day_weights(cause: Cause, days: int, until: date) -> Metres:
    """Return how likely each of the ``days`` days up to ``until`` is for a matter of a cause."""
    first = until - timedelta(days=days - 1)
    day = np.arange(days)
    calendar = [first + timedelta(days=int(number)) for number in day]
    weekday = _WEEKDAYS[[one.weekday() for one in calendar]]
    month = np.array([one.month - 1 + one.day / 31 for one in calendar])
    return weekday * _course(cause, day / days, month, days)


def _course(cause: Cause, progress: Metres, month: Metres, days: int) -> Metres:
    if cause.profile == "growing":
        return 0.85 + 0.3 * progress
    if cause.profile == "fading":
        return 1.5 - 1.1 * progress
    if cause.profile == "burst":
        since_peak = (progress - (1 - cause.peak * 30.4 / days)) * days
        return 0.06 + np.where(since_peak < 0, np.exp(since_peak / 20), np.exp(-since_peak / 75))
    if cause.profile == "yearly":
        away = np.abs((month - (cause.peak - 0.5) + 6) % 12 - 6)
        return np.asarray(0.10 + np.exp(-((away / 1.1) ** 2)))
    return np.ones_like(progress)


def _read_cause(entry: dict[str, object]) -> Cause:
    categories, channels = entry.pop("categories"), entry.pop("channels")
    return Cause(
        **entry,  # type: ignore[arg-type]
        categories={Category(name): weight for name, weight in categories.items()},  # type: ignore[attr-defined]
        channels={Channel(name): weight for name, weight in channels.items()},  # type: ignore[attr-defined]
    )
