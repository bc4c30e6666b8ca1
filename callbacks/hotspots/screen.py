"""What the hotspot screen answers: plain methods that take what a browser sends and return what it draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callbacks.hotspots.about import about, figures, notes
from callbacks.hotspots.area_options import area_option
from callbacks.hotspots.asked import DENSITY_PATH, Over
from callbacks.hotspots.asking import Asking, read_asked, understand
from callbacks.hotspots.densities import Densities
from callbacks.hotspots.ids import Id
from callbacks.hotspots.known import KnownCity
from callbacks.hotspots.pictures import Picture, Pictures, aligned_rows
from callbacks.hotspots.telling import TOP_NAMES, ranked_rows, site_rows, told_lines
from callbacks.tools import Tools
from grid.areas import Area, Level
from grid.measures import MeasureUnit
from grid.ports import HotspotDesk
from grid.refusals import Refused
from layers.hotspot_charts import calendar_figure, split_figure, trend_figure
from layers.hotspot_density import light_density_legend
from layers.hotspot_legend import FINE, code_words, paint_legend, playback_legend
from layers.hotspot_map import label_rows, site_features
from layers.hotspot_paint import MARKED, Paint, pack, paint_frames
from layers.numbers import grouped
from layers.words import Language, say, say_refusal

_NO_DENSITY: dict[str, Any] = {"density": None, "density_legend": None}
NO_SUCH_DENSITY = frozenset({"residents_unknown", "bandwidth_out_of_range"})
"""What is refused of a density only: the rest of the picture is shown."""


class HotspotScreen:
    """Answers over the port; keeps what is true of a data version, nothing of a reader."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known, self._pictures, self.densities = KnownCity(), Pictures(), Densities()

    @property
    def _language(self) -> Language:
        return self._tools.language

    @property
    def known(self) -> KnownCity:
        """What is known of the city."""
        return self._known

    def desk(self) -> HotspotDesk:
        """Return the desk on behalf of who asks."""
        return self._tools.store.hotspots(self._tools.principal())

    def ask(self, query: object) -> Asking:
        """Return a request understood; raises ``Refused``."""
        return understand(self.desk(), self._known, query)

    def answer(self, asked: object) -> dict[str, Any]:
        """Return the map's answer, with charts where others are drawn than ``asked`` wants."""
        number, query, drawn = read_asked(asked)
        try:
            asking = self.ask(query)
            answer = {"n": number} | self._answer(asking)
            return answer if drawn == answer["charts"] else answer | {"drawings": self._charts(asking)}
        except Refused as refused:
            return {"n": number, "failed": say_refusal(refused, self._language), "code": refused.code}

    def _answer(self, asking: Asking) -> dict[str, Any]:
        picture = self._picture(asking)
        state, shown = asking.state, self._shown(asking, picture)
        if state.paint is not Paint.NONE:
            note = self._caveats(picture)
            legend = paint_legend(
                picture.painted, state.paint, (asking.level, state.unit), self._language, note=note
            )
            shown |= {"codes": pack(picture.painted.codes), "legend": legend}
        if Over.DENSITY in state.over:
            shown |= self._density(asking)
        if Over.SITES in state.over:
            sites = asking.desk.sites(asking.matters)
            rows = site_rows(sites, self._language)
            texts = {one.id: f"{one.name} {grouped(one.count)}" for one in sites}
            shown |= {"sites": site_features(sites, texts), "site_rows": rows}
        return shown

    def _shown(self, asking: Asking, picture: Picture) -> dict[str, Any]:
        state, language = asking.state, self._language
        best = [picture.areas.areas[at] for at in picture.best[:TOP_NAMES]]
        return {
            "query": state.query,
            "pairs": state.pairs(),
            "charts": f"{asking.facts.state.version.number} {asking.level} {state.charts}",
            "level": asking.level.value,
            "key": picture.areas.key,
            "total": picture.total,
            "ranked": ranked_rows(picture, asking, language),
            "names": label_rows(best, {one.id: _label(asking, one) for one in best}),
            "figures": figures(asking, picture, language),
            "notes": notes(asking, language),
            "about": about(asking, picture.total, language),
        } | self._area_options(asking)

    def _area_options(self, asking: Asking) -> dict[str, Any]:
        """Return the areas chosen as their control shows them: it knows the names of those it found only."""
        desk, facts = asking.desk, asking.facts
        known = [area for one in sorted(asking.state.area) if (area := facts.area(desk, one)) is not None]
        options = [area_option(area, facts.path(desk, area), "", self._language) for area in known]
        return {"area_options": options} if options else {}

    def _picture(self, asking: Asking) -> Picture:
        return self._pictures.picture(
            asking.desk, asking.facts, asking.level, asking.state.paint, asking.matters
        )

    def _caveats(self, picture: Picture) -> str:
        told = [say(f"findings_caveats.{one}", self._language) for one in picture.caveats]
        if "differ_from_analytic" in picture.parameters:
            told.insert(0, say("hotspots.legend.permuted", self._language, **picture.parameters))
        return " ".join(told)

    def _density(self, asking: Asking) -> dict[str, Any]:
        try:
            drawn = self.densities.drawn(asking)
        except Refused as refused:
            if refused.code not in NO_SUCH_DENSITY:
                raise
            return _NO_DENSITY | {"no_density": say_refusal(refused, self._language)}
        if drawn is None:
            return _NO_DENSITY
        stamp = asking.facts.state.version.number
        return {
            "density": {
                "url": f"{DENSITY_PATH}?{asking.state.query}&v={stamp}",
                "corners": [list(corner) for corner in drawn.corners],
            },
            "density_legend": light_density_legend(drawn, asking.state.unit, self._language),
        }

    def _charts(self, asking: Asking) -> dict[str, Any]:
        """Return figures by the id of their chart: the browser draws them when the map is painted."""
        language, matters, desk = self._language, asking.matters, asking.desk
        unit = say(f"hotspots.unit.{matters.unit}", language)
        days = desk.days(matters)
        breaks = asking.facts.breaks(desk, asking.level)
        rows = desk.split(matters, asking.state.by)
        return {
            Id.TREND: trend_figure(
                days.since, days.counts, step=asking.state.step, breaks=breaks, unit=unit, language=language
            ),
            Id.CALENDAR: calendar_figure(days.since, days.counts, unit, language),
            Id.SPLIT: split_figure(rows, asking.state.by, unit, language),
        }

    def order(self, asked: object) -> dict[str, Any] | None:
        """Return the ids of a level's areas in the order of their classes; none where it has none."""
        level = asked.get("level") if isinstance(asked, dict) else None
        if not isinstance(level, str) or level not in set(Level) - {Level.CITY}:
            return None
        try:
            desk = self.desk()
            areas = self._known.facts(desk).level(desk, Level(level))
        except Refused:
            return None
        return {"level": level, "key": areas.key, "ids": areas.ids.tolist()} | areas.spots

    def told(self, asked: object) -> dict[str, Any] | None:
        """Return what is said of one area, in lines; none where there is no such area."""
        area_id = asked.get("area") if isinstance(asked, dict) else None
        if type(area_id) is not int:
            return None
        try:
            asking = self.ask(asked.get("query") if isinstance(asked, dict) else None)
            picture = self._picture(asking)
            at = picture.areas.place.get(area_id)
            if at is None:
                return None
            return {"area": area_id} | told_lines(picture, at, asking, self._language)
        except Refused as refused:
            return {"area": area_id, "title": "", "lines": [say_refusal(refused, self._language)]}

    def played(self, asked: object) -> dict[str, Any]:
        """Return the pictures of a playback: first days, sums, classes and their legend."""
        number, query, _ = read_asked(asked)
        try:
            asking = self.ask(query)
            return {"n": number} | self._played(asking)
        except Refused as refused:
            return {"n": number, "failed": say_refusal(refused, self._language)}

    def _played(self, asking: Asking) -> dict[str, Any]:
        state, language, matters = asking.state, self._language, asking.matters
        areas = asking.facts.level(asking.desk, asking.level)
        film = asking.desk.playback(asking.level, matters, state.play)
        counts = aligned_rows(areas, film.area_ids, film.counts)
        only_matters = counts
        if matters.unit is not MeasureUnit.MATTERS:
            plain = asking.desk.playback(asking.level, replace(matters, unit=MeasureUnit.MATTERS), state.play)
            only_matters = aligned_rows(areas, plain.area_ids, plain.counts)
        painted = paint_frames(counts, only_matters, is_fine=asking.level in FINE)
        unit = say(f"hotspots.unit.{state.unit}", language)
        return {
            "query": state.query,
            "level": asking.level.value,
            "key": areas.key,
            "starts": [day.isoformat() for day in film.starts],
            "sums": [f"{grouped(int(one))} {unit}" for one in counts.sum(axis=1)],
            "heights": [int(one) for one in counts.sum(axis=1)],
            "codes": pack(painted.codes),
            "legend": playback_legend(painted, state.play, (asking.level, state.unit), language),
        }

    def marks(self) -> dict[str, str]:
        """Return the sign or word that stands on the map for each class that has one."""
        return {str(int(code)): say(f"hotspots.mark.{code.name.lower()}", self._language) for code in MARKED}

    def class_words(self) -> dict[str, str]:
        """Return the words of each class that is no amount."""
        return {str(int(code)): code_words(code, self._language) for code in MARKED}


def _label(asking: Asking, area: Area) -> str:
    """Return a name that says which one is meant: every village has a first grid."""
    return "".join(asking.facts.path(asking.desk, area)[-2:]) if area.level is Level.GRID else area.name
