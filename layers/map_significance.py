"""Areas that stand out (Gi*, FDR): blue, grey, maple; a word on each that does, a hatch where too few."""

from __future__ import annotations

from collections.abc import Mapping

from shapely.geometry.base import BaseGeometry

from grid.areas import Area
from grid.hotspots.findings import AreaFinding, HotspotClass, Significance
from grid.measures import MINIMUM_N
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot, line_layer
from layers.map_camera import Camera
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.numbers import grouped
from layers.theme import Theme
from layers.words import Language, say

_ORDER = (
    HotspotClass.HOT_99, HotspotClass.HOT_95, HotspotClass.HOT_90, HotspotClass.NOT_SIGNIFICANT,
    HotspotClass.COLD_90, HotspotClass.COLD_95, HotspotClass.COLD_99, HotspotClass.TOO_FEW,
)  # fmt: skip
COLOURS = {
    HotspotClass.HOT_99: "#FF7A4D",
    HotspotClass.HOT_95: "#C04A26",
    HotspotClass.HOT_90: "#7A3524",
    HotspotClass.NOT_SIGNIFICANT: "#3B4350",
    HotspotClass.COLD_90: "#2A4A70",
    HotspotClass.COLD_95: "#3F7DBB",
    HotspotClass.COLD_99: "#8CC6F5",
}
"""On the dark ground: the surer, the lighter, so that the order holds without hue too."""
_HATCH_PX, _LINE_PX = 11.0, 2.4
_URGENT = 1000.0
"""Above any other label: what stands out is what the scene is about."""


def significance_part(
    found: Significance,
    url: str,
    shapes: Mapping[int, BaseGeometry],
    features: Mapping[int, Drawing],
    *,
    camera: Camera,
    theme: Theme,
) -> MapPart:
    """Return the fill of areas of which something is said, outlines of those that stand out, a hatch else."""
    said = [one for one in found.rows if one.verdict is not HotspotClass.TOO_FEW]
    unsaid = [shapes[one.area_id] for one in found.rows if one not in said and one.area_id in shapes]
    hatch = hatch_part(unsaid, Slot.COUNTS_HATCH, camera, theme.muted, spacing_px=_HATCH_PX, opacity=0.45)
    steps = list(COLOURS)
    top = len(steps) - 1
    fill: Drawing = {
        "type": "choroplethmap", "uid": Slot.COUNTS, "below": Slot.COUNTS, "geojson": url,
        "featureidkey": "id",
        "locations": [str(one.area_id) for one in said],
        "z": [steps.index(one.verdict) for one in said], "zmin": 0, "zmax": top,
        "colorscale": [[at / top, COLOURS[step]] for at, step in enumerate(steps)],
        "showscale": False, "hoverinfo": "skip",
        "marker": {"opacity": 0.92, "line": {"width": 0}},
    }  # fmt: skip
    out = [features[one.area_id] for one in standing_out(found) if one.area_id in features]
    source = {"type": "FeatureCollection", "features": out}
    line = line_layer(source, Slot.STANDING_LINE, theme.text, _LINE_PX * camera.viewport.scale)
    return MapPart((fill,), (*hatch.layers, *([line] if out else [])))


def standing_out(found: Significance) -> list[AreaFinding]:
    """Return the areas that are hot, the surest first, then the cold ones likewise."""
    hot = [one for one in found.rows if one.verdict.startswith("hot")]
    cold = [one for one in found.rows if one.verdict.startswith("cold")]
    return sorted(hot, key=lambda one: -(one.z or 0)) + sorted(cold, key=lambda one: one.z or 0)


def significance_labels(
    found: Significance, areas: Mapping[int, Area], language: Language
) -> tuple[AreaLabel, ...]:
    """Return a label for each area that stands out: its name with what it is, hot or cold and how surely."""
    return tuple(
        AreaLabel(
            one.area_id, areas[one.area_id].label_lon, areas[one.area_id].label_lat,
            areas[one.area_id].name, note=verdict_words(one.verdict, language),
            urgency=_URGENT + abs(one.z or 0), reach=2,
        )
        for one in standing_out(found)
        if one.area_id in areas
    )  # fmt: skip


def verdict_words(verdict: HotspotClass, language: Language) -> str:
    """Return what a class means, short; never without its sign."""
    return say(f"significance.short.{verdict}", language)


def significance_legend(found: Significance, theme: Theme, language: Language) -> Legend:
    """Return all classes with their numbers of areas, empty ones too: that nothing is hot is a result."""
    entries = tuple(
        LegendEntry(
            Swatch.HATCH if verdict is HotspotClass.TOO_FEW else Swatch.FILL,
            COLOURS.get(verdict, theme.muted),
            say(f"significance.class.{verdict}", language, n=MINIMUM_N),
            sum(one.verdict is verdict for one in found.rows),
        )
        for verdict in _ORDER
    )
    level = say(f"level.{found.level}", language)
    value = say(f"significance.value.{found.parameters['value']}", language)
    caveats = [say(f"findings_caveats.{code}", language) for code in found.caveats]
    method = say("significance.note", language, n=grouped(found.n), areas=len(found.rows), value=value)
    return Legend(
        say("significance.title", language, level=level), entries, note=" ".join([method, *caveats])
    )
