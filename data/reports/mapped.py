"""The map of a report: what is open by area and who is listed, or the quarter's listing states and ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.reads import city
from data.reports.asked import Asked
from data.reports.drawing import LegendBox, MapArea, draw_map
from data.reports.flow import stock_flow
from data.reports.listed import listings_of
from grid.areas import Area
from grid.classes import quantile_classes
from grid.listings import IN_FORCE, Listing, ListingState
from grid.reports.content import Picture, Section
from grid.reports.templates import ReportKind, SectionKind

FILLS = ("#DCE9F5", "#B3D0EA", "#7FB0DA", "#4485BD", "#1B5990")
"""From few to many: darkness rises, so that it is read on a black and white copy too."""
NOTHING, MARK = "#F4F5F7", "#C23F18"
STATE_FILLS = {
    ListingState.LISTED: "#E08A6B",
    ListingState.RECTIFYING: "#F0C2B1",
    ListingState.PROPOSED: "#FBEAE3",
    ListingState.DELISTED: "#DDEBE4",
}
_SHAPES = text(
    "SELECT s.area_id, ST_AsBinary(s.geom) AS outline FROM area_shape s JOIN area a ON a.id = s.area_id"
    " WHERE s.band = :band AND a.level = :level AND a.valid_to IS NULL AND a.kind = 'regular'"
)


def mapped(session: Session, asked: Asked) -> Section:
    """Return the map; a city whose areas have no shapes says so instead."""
    title = asked.words("section.map")
    outlines = _outlines(session, asked)
    if not outlines:
        return Section(SectionKind.MAP, title, (asked.words("map.none"),))
    _, found = listings_of(session, asked)
    listed = {one.area_id: one for one in found if one.area_id is not None}
    if asked.report.kind is ReportKind.QUARTERLY:
        picture = _listing_map(asked, outlines, listed)
    else:
        picture = _stock_map(session, asked, outlines, listed)
    return Section(SectionKind.MAP, title, picture=picture)


def _stock_map(
    session: Session, asked: Asked, outlines: Mapping[int, Any], listed: Mapping[int, Listing]
) -> Picture:
    counts = {one.area_id: one.closing for one in stock_flow(session, asked.period, asked.level)}
    values = [counts.get(area.id, 0) for _, area in asked.names()]
    classes = quantile_classes(values)
    # The darkest stands for the highest class however few there are.
    fills = FILLS[len(FILLS) - len(classes.lower) :]
    marked = {number for number, one in listed.items() if one.state in IN_FORCE}
    drawn = [
        _area(
            (number, area),
            outlines[area.id],
            f"{area.name}\n{counts.get(area.id, 0):,}",
            NOTHING if (at := classes.index(counts.get(area.id, 0))) is None else fills[at],
            MARK if area.id in marked else None,
        )
        for number, area in asked.names()
        if area.id in outlines
    ]
    # The last class reaches to the highest value; where nothing is open there is no class at all.
    above = [*classes.lower[1:], classes.highest + 1][: len(classes.lower)]
    legend = [
        LegendBox(fill, _range(low, high))
        for fill, low, high in zip(fills, classes.lower, above, strict=True)
    ]
    if marked:
        legend.append(LegendBox("#FFFFFF", asked.words("map.listed"), MARK))
    return _picture(asked, drawn, legend, "stock")


def _range(low: float, above: float) -> str:
    return f"{low:,.0f}" if above - low <= 1 else f"{low:,.0f}–{above - 1:,.0f}"


def _listing_map(asked: Asked, outlines: Mapping[int, Any], listed: Mapping[int, Listing]) -> Picture:
    drawn = [
        _area(
            (number, area),
            outlines[area.id],
            _ranked(area, listed.get(area.id), asked),
            STATE_FILLS[one.state] if (one := listed.get(area.id)) and one.state in STATE_FILLS else NOTHING,
            MARK if one and one.state in IN_FORCE else None,
        )
        for number, area in asked.names()
        if area.id in outlines
    ]
    states = [one.state for one in listed.values()]
    legend = [
        LegendBox(fill, asked.say(f"listing_state.{state}"), MARK if state in IN_FORCE else None)
        for state, fill in STATE_FILLS.items()
        if state in states
    ]
    return _picture(asked, drawn, legend, "listings")


def _ranked(area: Area, listing: Listing | None, asked: Asked) -> str:
    if listing is None or listing.rank is None:
        return area.name
    return f"{area.name}\n{asked.words('map.rank', rank=listing.rank)}"


def _area(named: tuple[int, Area], outline: Any, label: str, fill: str, edge: str | None) -> MapArea:
    number, area = named
    middle = shapely.point_on_surface(outline)
    lon = middle.x if area.label_lon is None else area.label_lon
    lat = middle.y if area.label_lat is None else area.label_lat
    return MapArea(outline, lon, lat, number, label, fill, edge)


def _picture(asked: Asked, areas: Iterable[MapArea], legend: list[LegendBox], kind: str) -> Picture:
    title = asked.words(f"map.{kind}", city=asked.city.name, until=asked.until.isoformat())
    number = asked.city.review_number or asked.words("map.no_review_number")
    lines = (
        asked.words("map.source", source=asked.city.source, review_number=number),
        asked.words(f"map.{kind}_key"),
    )
    stamps = stamps_of(asked)
    png, width, height = draw_map(list(areas), legend, lines[:1], stamps)
    return Picture(png, width, height, title, lines, stamps, asked.words(f"map.{kind}_alternative"))


def stamps_of(asked: Asked) -> tuple[str, ...]:
    """Return what is stamped on every page and picture."""
    marked = (("internal", asked.city.internal), ("synthetic", asked.city.synthetic))
    return tuple(asked.words(f"stamp.{name}") for name, is_so in marked if is_so)


def _outlines(session: Session, asked: Asked) -> dict[int, Any]:
    rows = session.execute(_SHAPES, {"band": city.SHAPE_BAND[asked.level], "level": asked.level.value})
    return {row.area_id: shapely.from_wkb(bytes(row.outline)) for row in rows}
