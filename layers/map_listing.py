"""Listed units (挂牌整治): maple fill, outline, hatch and words by state; departments have no place on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from shapely.geometry.base import BaseGeometry

from grid.areas import Area, Level
from grid.listings import IN_FORCE, Listing, ListingState
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot, dashed_layer, line_layer
from layers.map_camera import Camera
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.theme import Theme
from layers.words import Language, say

_FILL_OPACITY = {
    ListingState.LISTED: 0.5,
    ListingState.RECTIFYING: 0.3,
    ListingState.PROPOSED: 0.12,
}


def listing_part(
    listings: Iterable[Listing],
    shapes: Mapping[int, BaseGeometry],
    collection: Mapping[int, Drawing],
    *,
    camera: Camera,
    theme: Theme,
) -> MapPart:
    """Return fills, outlines and hatches of the listed areas.

    ``shapes`` gives geometries by area id for hatching, ``collection`` the same as GeoJSON features.
    """
    drawn = [one for one in listings if one.area_id in collection and one.state in _FILL_OPACITY]
    if not drawn:
        return MapPart()
    width_px = 4.0 * camera.viewport.scale
    proposed = [collection[one.area_id or 0] for one in drawn if one.state is ListingState.PROPOSED]
    in_force = [collection[one.area_id or 0] for one in drawn if one.state in IN_FORCE]
    layers = dashed_layer(proposed, Slot.PROPOSED_LINE, theme.maple, width_px, (2, 1.5))
    if in_force:
        source = {"type": "FeatureCollection", "features": in_force}
        layers += (line_layer(source, Slot.LISTED_LINE, theme.maple, width_px),)
    for state, slot, falling in (
        (ListingState.LISTED, Slot.LISTED_HATCH, False),
        (ListingState.RECTIFYING, Slot.RECTIFYING_HATCH, True),
    ):
        hatched = [shapes[one.area_id or 0] for one in drawn if one.state is state]
        layers += hatch_part(hatched, slot, camera, theme.maple, spacing_px=14, falling=falling).layers
    return MapPart((_fill(drawn, collection, theme),), layers)


def listing_labels(
    listings: Iterable[Listing], areas: Mapping[int, Area], today: date, language: Language
) -> tuple[AreaLabel, ...]:
    """Return a label for each listed area: name, and state with rank and days as an alert; worst first."""
    return tuple(
        AreaLabel(
            area.id,
            area.label_lon,
            area.label_lat,
            area.name,
            alert=listing_words(one, today, language),
            urgency=1000 - (one.rank or 999),
            reach=2 if area.level is Level.COUNTY else 1,
        )
        for one in listings
        if one.state in _FILL_OPACITY and (area := areas.get(one.area_id or 0)) is not None
    )


def listing_words(listing: Listing, today: date, language: Language) -> str:
    """Return rank, state and days listed, as far as they are known."""
    days = days_listed(listing, today)
    words = (
        say("wall.rank", language, rank=listing.rank) if listing.rank else "",
        say(f"listing_state.{listing.state}", language),
        say("wall.days", language, days=days) if days is not None else "",
    )
    return "·".join(word for word in words if word)


def days_listed(listing: Listing, today: date) -> int | None:
    """Return the days since a unit was listed, none where it is not (or no longer) listed."""
    if listing.listed_on is None or listing.state not in IN_FORCE:
        return None
    return max(0, (today - listing.listed_on).days)


def listing_legend(listings: Sequence[Listing], theme: Theme, language: Language) -> Legend:
    """Return the legend of the states that occur."""
    samples = {
        ListingState.LISTED: Swatch.HATCH,
        ListingState.RECTIFYING: Swatch.FALLING,
        ListingState.PROPOSED: Swatch.DASHED,
    }
    present = {one.state for one in listings}
    entries = tuple(
        LegendEntry(swatch, theme.maple, say(f"listing_state.{state}", language))
        for state, swatch in samples.items()
        if state in present
    )
    return Legend(say("wall.legend.listing", language), entries)


def _fill(listings: Sequence[Listing], collection: Mapping[int, Drawing], theme: Theme) -> Drawing:
    features = [collection[one.area_id or 0] for one in listings]
    return {
        "type": "choroplethmap", "uid": Slot.LISTING, "below": Slot.LISTING, "featureidkey": "id",
        "geojson": {"type": "FeatureCollection", "features": features},
        "locations": [str(one.area_id) for one in listings],
        "z": [1] * len(listings), "zmin": 0, "zmax": 1,
        "colorscale": [[0, theme.maple], [1, theme.maple]],
        "showscale": False, "hoverinfo": "skip",
        "marker": {"opacity": [_FILL_OPACITY[one.state] for one in listings], "line": {"width": 0}},
    }  # fmt: skip
