"""The desk of tours: ``grid.ports.TourDesk`` over PostGIS."""

from __future__ import annotations

from data.desks import CityDesk
from data.faults import refusing
from data.reads import tours as readings
from data.writes import tours
from grid.tours import Shown, Tour


class TourDesk(CityDesk):
    """``grid.ports.TourDesk`` over PostGIS."""

    def tours(self) -> tuple[Tour, ...]:
        """Return every tour."""
        return self._read(readings.tours)

    def tour(self, key: str) -> Tour:
        """Return a tour."""
        return self._read(readings.tour, key)

    def shown(self) -> Shown:
        """Return what there is to show."""
        return self._read(readings.shown)

    def save_tour(self, tour: Tour) -> Tour:
        """Save a tour."""
        with refusing():
            return tours.save_tour(self._engine, self._principal, tour)

    def discard_tour(self, tour_id: int, version: int) -> None:
        """Delete a tour."""
        with refusing():
            tours.discard_tour(self._engine, self._principal, tour_id, version)
