"""The service network's map: villages without a point by how far the nearest is, points by their state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grid.areas import Area, Level
from grid.questions import City
from grid.service import DISTANCE_STEPS_M, PointState, ServiceNetwork, ServicePointView, VillageService
from layers.desk_map import area_names, desk_figure, dots_trace, outlines
from layers.legends import LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot, shapes_url
from layers.map_camera import Bounds, DeskViewport, Padding, Viewport, fit_camera
from layers.numbers import decimal
from layers.theme import LIGHT
from layers.words import Language, say

SERVED, UNMEASURED = LIGHT.panel, "#B9C2D0"
_STEPS = DISTANCE_STEPS_M[1:]
"""A village without a point is seldom nearer than a kilometre to the next one: the map begins there."""
_PALETTE = (SERVED, *LIGHT.sequence, UNMEASURED)
_SIZES_PX = {PointState.ACTIVE: 9.0, PointState.SILENT: 10.0, PointState.UNKNOWN: 6.0}


@dataclass(frozen=True, slots=True)
class ServiceScene:
    """What is to be drawn: a network, the areas that carry labels, and the box that holds all of it."""

    city: City
    network: ServiceNetwork
    labelled: Sequence[Area]
    viewport: Viewport
    language: Language


def service_figure(scene: ServiceScene) -> Drawing:
    """Return the figure of the network's map."""
    desk = DeskViewport(scene.viewport.width, scene.viewport.height)
    camera = fit_camera(service_bounds(scene), desk, Padding(8, 8, 8, 8))
    parts = [
        _villages(scene),
        outlines(scene.city),
        *_points(scene.network),
        area_names(scene.labelled, camera),
    ]
    return desk_figure(parts, camera)


def distance_words(distance_m: float | None, language: Language) -> str:
    """Return a distance as read: metres below one kilometre, else kilometres with one digit."""
    if distance_m is None:
        return say("service.distance.unknown", language)
    if distance_m < 1000:
        return say("service.distance.metres", language, metres=f"{distance_m:.0f}")
    return say("service.distance.kilometres", language, kilometres=decimal(distance_m / 1000))


def legend_entries(network: ServiceNetwork, language: Language) -> list[LegendEntry]:
    """Return what the colours of villages mean; of classes only those that there are."""
    seen = {_class_of(village) for village in network.villages}
    names = [
        say("service.legend.served", language),
        *(_range(at, language) for at in range(len(LIGHT.sequence))),
        say("service.legend.unmeasured", language),
    ]
    return [
        LegendEntry(Swatch.FILL, colour, name)
        for at, (colour, name) in enumerate(zip(_PALETTE, names, strict=True))
        if at in seen
    ]


def _range(at: int, language: Language) -> str:
    low, high = (0.0, *_STEPS)[at] / 1000, (*_STEPS, None)[at]
    if high is None:
        return say("service.legend.beyond", language, low=f"{low:g}")
    return say("service.legend.between", language, low=f"{low:g}", high=f"{high / 1000:g}")


def _class_of(village: VillageService) -> int:
    """Return a village's place in the palette."""
    if village.points:
        return 0
    if village.distance_m is None:
        return len(_PALETTE) - 1
    return 1 + sum(village.distance_m > step for step in _STEPS)


def _villages(scene: ServiceScene) -> MapPart:
    url, villages = shapes_url(scene.city, Level.VILLAGE), scene.network.villages
    if url is None or not villages:
        return MapPart()
    share = 1 / len(_PALETTE)
    scale = [[edge * share, colour] for at, colour in enumerate(_PALETTE) for edge in (at, at + 1)]
    trace: Drawing = {
        "type": "choroplethmap", "uid": Slot.COUNTS, "below": Slot.COUNTS, "geojson": url,
        "featureidkey": "id", "locations": [str(village.id) for village in villages],
        "z": [_class_of(village) for village in villages],
        "zmin": -0.5, "zmax": len(_PALETTE) - 0.5, "colorscale": scale, "showscale": False,
        "text": [_hover(village, scene.language) for village in villages], "hoverinfo": "text",
        "marker": {"line": {"width": 0.4, "color": LIGHT.line}},
    }  # fmt: skip
    return MapPart(traces=(trace,))


def _hover(village: VillageService, language: Language) -> str:
    served = say("service.hover.points", language, count=village.points)
    how_far = distance_words(village.distance_m, language)
    far = say("service.hover.nearest", language, distance=how_far, name=village.nearest or "—")
    return f"{' › '.join(name for name in village.path if name)}<br>{served}<br>{far}"


def shows_points(network: ServiceNetwork) -> bool:
    """Return whether points are drawn: on a map of the whole city they would hide the villages."""
    return network.within is not None


def _points(network: ServiceNetwork) -> Iterator[MapPart]:
    """Dots by state: filled where active, a ring where silent, small and grey where unknown."""
    located = [point for point in network.points if point.lon is not None] if shows_points(network) else []
    slots = {
        PointState.UNKNOWN: Slot.LISTING,
        PointState.ACTIVE: Slot.DENSITY,
        PointState.SILENT: Slot.COVERAGE_HATCH,
    }
    for state, slot in slots.items():
        shown = [point for point in located if point.state is state]
        size = _SIZES_PX[state]
        colour = LIGHT.muted if state is PointState.UNKNOWN else LIGHT.text
        yield MapPart(traces=(dots_trace(slot, _spots(shown), size, colour),))
        if state is PointState.SILENT:
            yield MapPart(traces=(dots_trace(Slot.LISTED_HATCH, _spots(shown), size - 4.0, LIGHT.panel),))


def _spots(shown: Sequence[ServicePointView]) -> list[tuple[float, float]]:
    return [(one.lon, one.lat) for one in shown if one.lon is not None and one.lat is not None]


def service_bounds(scene: ServiceScene) -> Bounds:
    """Return the box of what is shown, in degrees."""
    return scene.network.bounds or scene.city.bounds or (0.0, 0.0, 0.0, 0.0)
