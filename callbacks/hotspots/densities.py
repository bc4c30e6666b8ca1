"""Density pictures of free filters: drawn when asked for, the latest kept for who fetches them next."""

from __future__ import annotations

from callbacks.hotspots.asking import Asking
from layers.hotspot_density import LightDensity, draw_light_density

_KEPT = 6


class Densities:
    """Keeps the latest pictures by data version and filter."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], LightDensity | None] = {}

    def drawn(self, asking: Asking) -> LightDensity | None:
        """Return the density's picture, none where nothing is placed to a point; what is refused rises.

        The facts were asked of the desk for this very request, so that a kept picture is shown to nobody who
        may not see it.
        """
        facts, state = asking.facts, asking.state
        chosen = asking.matters, state.per, state.bandwidth
        key = (facts.state.version.number, facts.state.rows, facts.city.today, *chosen)
        if key not in self._kept:
            drawn = _draw(asking)
            self._kept = dict([*self._kept.items()][1 - _KEPT :]) | {key: drawn}
        return self._kept[key]


def _draw(asking: Asking) -> LightDensity | None:
    city = asking.facts.city
    if city.bounds is None or city.metric_epsg is None:
        return None
    surface = asking.desk.surface(asking.matters, **asking.state.smoothed)
    if surface is None or surface.n == 0:
        return None
    return draw_light_density(surface, bounds=city.bounds, epsg=city.metric_epsg)
