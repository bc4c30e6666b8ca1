"""A quarter's listings on the desk's map: every state has its own fill, hatch, outline and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from grid.areas import Area, Level
from grid.listings import ListingState
from grid.questions import City
from grid.unit_maps import ListedUnit
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot, dashed_layer, shapes_url
from layers.map_camera import Camera
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.theme import LIGHT
from layers.unit_map import functional_features, pick_areas, unit_camera, unit_figure
from layers.words import Language, say

_COVERED_PX, _CLEAR_PX = 40, 8
"""Height up to which a label would cover a town, and how far over the town's edge it then stands."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is drawn: its outline solid or ``dashed`` (slot; dash, gap in widths); perhaps hatched."""

    swatch: Swatch
    colour: str
    opacity: float
    slot: Slot
    width_px: float
    hatch: Slot | None = None
    falling: bool = False
    dashed: tuple[Slot, tuple[float, float]] | None = None


LOOKS = {
    ListingState.LISTED: Look(Swatch.HATCH, LIGHT.maple, 0.42, Slot.LISTING, 3.2, Slot.LISTED_HATCH),
    ListingState.RECTIFYING: Look(
        Swatch.FALLING, LIGHT.maple, 0.2, Slot.COVERAGE, 2.2, Slot.RECTIFYING_HATCH, falling=True
    ),
    ListingState.PROPOSED: Look(
        Swatch.DASHED, LIGHT.amber, 0.16, Slot.COUNTS, 2.4, dashed=(Slot.PROPOSED_LINE, (3.0, 2.0))
    ),
    ListingState.DELISTED: Look(Swatch.OUTLINED, LIGHT.jade, 0.16, Slot.DENSITY, 2.0),
    ListingState.REJECTED: Look(
        Swatch.DOTTED, LIGHT.muted, 0.12, Slot.COUNTS_HATCH, 2.0, dashed=(Slot.REJECTED_LINE, (0.8, 1.6))
    ),
}
"""From what weighs most; told apart without colour by hatch, its direction, and the outline.

One slot each: Plotly draws everything anew where two traces share one.
"""


@dataclass(frozen=True, slots=True, eq=False)
class ListingScene:
    """What is to be drawn: the units of one level whose areas are on the map, by area id."""

    city: City
    level: Level
    areas: Sequence[Area]
    units: Mapping[int, ListedUnit]
    shapes: Mapping[int, BaseGeometry]
    features: Mapping[int, Drawing]
    hover: Mapping[int, str]
    language: Language
    is_whole: bool = True

    @property
    def untold(self) -> list[int]:
        """The areas of whose units the reader is not told: white would say that they are not listed."""
        return [] if self.is_whole else [area.id for area in self.areas if area.id not in self.units]

    def in_state(self, state: ListingState) -> list[int]:
        """Return the ids of the drawn areas of a state."""
        return [
            area.id
            for area in self.areas
            if (one := self.units.get(area.id)) is not None and one.state is state
        ]


def listing_figure(scene: ListingScene) -> Drawing:
    """Return the figure: fills by the level's shapes, outlines and hatches of what is in a state, labels."""
    url = shapes_url(scene.city, scene.level)
    if url is None:
        return unit_figure(scene.city, (), (), (), finest=scene.level)
    states = [_state_part(scene, state, look, url) for state, look in LOOKS.items()]
    parts = (_land(scene, url), _untold(scene), *states, pick_areas(scene.areas, url, scene.hover))
    functional = functional_features(scene.areas, scene.features)
    return unit_figure(scene.city, parts, _labels(scene), functional, finest=scene.level)


def listing_map_legend(units: Sequence[ListedUnit], language: Language, *, untold: int = 0) -> Legend:
    """Return every state with its number of units, and how ranks and their change are to be read."""
    entries = [
        LegendEntry(
            look.swatch, look.colour, say(f"listing_state.{state}", language),
            sum(one.state is state for one in units),
        )
        for state, look in LOOKS.items()
    ]  # fmt: skip
    none = sum(one.state is None for one in units)
    entries.append(
        LegendEntry(Swatch.FILL, LIGHT.panel, say("units_map.listing.legend.none", language), none)
    )
    if untold:
        words = say("units_map.listing.legend.untold", language)
        entries.append(LegendEntry(Swatch.FALLING, LIGHT.muted, words, untold))
    title = say("units_map.listing.legend.title", language)
    return Legend(title, tuple(entries), note=say("units_map.listing.legend.note", language))


def rank_words(unit: ListedUnit, language: Language) -> str:
    """Return a unit's rank with its change since the quarter before, or that it has none."""
    if unit.rank is None:
        return say("units_map.listing.unranked", language)
    rank = say("units_map.listing.tied" if unit.tied else "units_map.listing.rank", language, rank=unit.rank)
    return " ".join(filter(None, (rank, change_words(unit))))


def change_words(unit: ListedUnit) -> str:
    """Return ▲ and by how many ranks better, ▼ worse, ＝ unchanged; nothing where one rank is not known."""
    better = unit.better_by
    if better is None:
        return ""
    return f"{'▲' if better > 0 else '▼'}{abs(better)}" if better else "＝"


def _land(scene: ListingScene, url: str) -> MapPart:
    """The ground of all areas, on which nothing is listed."""
    layer: Drawing = {
        "sourcetype": "geojson", "source": url, "type": "fill", "below": Slot.LAND, "name": Slot.LAND,
        "color": LIGHT.panel, "fill": {"outlinecolor": LIGHT.panel},
    }  # fmt: skip
    return MapPart(layers=(layer,))


def _untold(scene: ListingScene) -> MapPart:
    hatched = [scene.shapes[area] for area in scene.untold if area in scene.shapes]
    camera = unit_camera(scene.city, scene.level)
    return hatch_part(hatched, Slot.COUNTS_HIDDEN, camera, LIGHT.muted, falling=True, opacity=0.4)


def _state_part(scene: ListingScene, state: ListingState, look: Look, url: str) -> MapPart:
    found = scene.in_state(state)
    layers: tuple[Drawing, ...] = ()
    if look.dashed:
        features = [scene.features[area] for area in found if area in scene.features]
        slot, dash = look.dashed
        layers = dashed_layer(features, slot, look.colour, look.width_px, dash)
    if look.hatch:
        shapes = [scene.shapes[area] for area in found if area in scene.shapes]
        camera = unit_camera(scene.city, scene.level)
        layers += hatch_part(
            shapes, look.hatch, camera, look.colour, spacing_px=15, falling=look.falling, opacity=0.6
        ).layers
    return MapPart((_fill(found, look, url),), layers)


def _fill(found: Sequence[int], look: Look, url: str) -> Drawing:
    """Fill and, where it is solid, outline of a state's areas, by the shapes that the browser has.

    The opacity is in the colour: that of the marker would thin the outline too.
    """
    red, green, blue = (int(look.colour[at : at + 2], 16) for at in (1, 3, 5))
    fill = f"rgba({red},{green},{blue},{look.opacity})"
    outline = {"width": 0.0 if look.dashed else look.width_px, "color": look.colour}
    return {
        "type": "choroplethmap", "uid": look.slot, "below": look.slot, "geojson": url, "featureidkey": "id",
        "locations": [str(area) for area in found], "z": [1] * len(found), "zmin": 0, "zmax": 1,
        "colorscale": [[0, fill], [1, fill]], "showscale": False, "hoverinfo": "skip",
        "marker": {"opacity": 1, "line": outline},
    }  # fmt: skip


def _labels(scene: ListingScene) -> list[AreaLabel]:
    """Return a label of each area that is in a state, and of each county."""
    labels, camera = [], unit_camera(scene.city, scene.level)
    for area in scene.areas:
        unit = scene.units.get(area.id)
        if unit is None or (unit.state is None and scene.level is not Level.COUNTY):
            continue
        state = say(f"listing_state.{unit.state}", scene.language) if unit.state else ""
        rank = rank_words(unit, scene.language)
        if scene.level is not Level.COUNTY:
            # A town is small: the state's word would cover its hatch, and stands in the list.
            rank, state = (state, "") if unit.rank is None else (rank, "")
        weight = 0 if unit.state is None else 1000 * (len(LOOKS) - list(LOOKS).index(unit.state))
        labels.append(
            AreaLabel(
                area.id, *_place(scene, area, camera), area.name, rank, state,
                urgency=weight - (unit.rank or 999),
                reach=2 if scene.level is Level.COUNTY else 1,
            )
        )  # fmt: skip
    return labels


def _place(scene: ListingScene, area: Area, camera: Camera) -> tuple[float, float]:
    """Return where an area's label stands: over the edge of a small town, which it would cover."""
    shape = scene.shapes.get(area.id)
    if shape is None or scene.level is Level.COUNTY:
        return area.label_lon, area.label_lat
    _, south, _, north = shape.bounds
    top, bottom = (camera.to_px(area.label_lon, lat)[1] for lat in (north, south))
    if bottom - top > _COVERED_PX:
        return area.label_lon, area.label_lat
    return camera.moved(area.label_lon, north, 0, -_CLEAR_PX)
