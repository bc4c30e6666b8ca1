"""What is told of areas in words and numbers: the ranking, issue sites, and one area that is looked at."""

from __future__ import annotations

from math import isnan
from typing import Any

from callbacks.hotspots.asking import Asking
from callbacks.hotspots.pictures import Picture
from grid.areas import Area
from grid.hotspots.findings import IssueSite
from grid.hotspots.rates import rates, smoothed_rates
from grid.measures import MINIMUM_N
from layers.hotspot_legend import code_words
from layers.hotspot_paint import HEAT, Paint
from layers.numbers import decimal, grouped, span
from layers.words import Language, say

TOP_NAMES = 20
_TREND_P = 0.05


def ranked_rows(picture: Picture, asking: Asking, language: Language) -> dict[str, Any]:
    """Return the ranking: by what, its rows, and why there is none.

    A row is id, name, name of the area above, value, what stands beside it, class, size of its bar, and where
    it is: longitude, latitude and km².
    """
    paint = Paint.COUNT if asking.state.paint is Paint.NONE else asking.state.paint
    best = picture.best
    by = say(f"hotspots.ranked.{paint}", language)
    if not best:
        key = "none_hot" if paint in {Paint.MORAN, Paint.EMERGING} else "too_few"
        return {"by": by, "rows": [], "none": say(f"hotspots.ranked.{key}", language, n=MINIMUM_N)}
    rows = [_ranked_row(picture, at, asking, language) for at in best]
    return {"by": by, "rows": rows, "none": ""}


def _ranked_row(picture: Picture, at: int, asking: Asking, language: Language) -> list[object]:
    area, code = picture.areas.areas[at], int(picture.painted.codes[at])
    path, value = asking.facts.path(asking.desk, area), float(picture.ranked[at])
    count = f"{grouped(int(picture.counts[at]))} {say(f'hotspots.unit.{asking.state.unit}', language)}"
    told, beside = count, ""
    if asking.state.paint in {Paint.RATE, Paint.SMOOTHED}:
        told, beside = decimal(value), count
    elif asking.state.paint in HEAT:
        told, beside = f"z {value:.2f}".replace("-", "−"), f"{count} · {code_words(code, language)}"
    elif asking.state.paint in {Paint.MORAN, Paint.EMERGING}:
        beside = code_words(code, language)
    above = path[-2] if len(path) > 1 else ""
    where = [round(area.label_lon, 4), round(area.label_lat, 4), round(area.area_km2, 2)]
    return [area.id, area.name, above, told, beside, code, round(value, 2), *where]


def told_lines(picture: Picture, at: int, asking: Asking, language: Language) -> dict[str, Any]:
    """Return title and lines for an area: count, rates, what is found and how surely."""
    area = picture.areas.areas[at]
    lines = [f"{grouped(int(picture.counts[at]))} {say(f'hotspots.unit.{asking.state.unit}', language)}"]
    lines += _rate_lines(picture, at, area, language)
    lines += _finding_lines(picture, area, language)
    return {"title": " › ".join(asking.facts.path(asking.desk, area)), "lines": lines}


def _rate_lines(picture: Picture, at: int, area: Area, language: Language) -> list[str]:
    if not area.population:
        return [say("hotspots.told.no_residents", language)]
    if picture.matters[at] < MINIMUM_N:
        return [say("hotspots.told.few", language, n=MINIMUM_N)]
    crude = float(rates(picture.counts, picture.areas.residents)[at])
    smoothed = float(smoothed_rates(picture.counts, picture.areas.residents)[at])
    if isnan(crude):
        return [say("hotspots.told.no_residents", language)]
    facts = {
        "rate": decimal(crude),
        "smoothed": decimal(smoothed),
        "residents": grouped(area.population),
    }
    return [say("hotspots.told.rate", language, **facts)]


def _finding_lines(picture: Picture, area: Area, language: Language) -> list[str]:
    lines = []
    finding, grown = picture.findings.get(area.id), picture.emerging.get(area.id)
    if finding is not None:
        at = picture.areas.place[area.id]
        lines.append(code_words(int(picture.painted.codes[at]), language))
        if finding.z is not None and finding.p is not None and finding.q is not None:
            lines.append(f"z = {finding.z:.2f} · p = {_p(finding.p)} · q = {_p(finding.q)}".replace("-", "−"))
    if grown is not None:
        lines.append(code_words(int(picture.painted.codes[picture.areas.place[area.id]]), language))
        lines.append(say("hotspots.told.months", language, hot=sum(grown.hot), months=len(grown.hot)))
        if grown.tau is not None and grown.p is not None:
            lines.append(f"τ = {grown.tau:.2f} · p = {_p(grown.p)}".replace("-", "−"))
    return lines


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def site_rows(sites: tuple[IssueSite, ...], language: Language) -> list[list[object]]:
    """Return issue sites as rows of id, name, what it is, count, trend in words, and place."""
    return [
        [
            one.id,
            one.name,
            f"{say(f'category.{one.category}', language)} · {'›'.join(one.path)}",
            say("hotspots.site.count", language, count=grouped(one.count), open=grouped(one.open_count)),
            f"{_trend(one, language)} · {span(one.since, one.until)}",
            round(one.lon, 6),
            round(one.lat, 6),
        ]
        for one in sites
    ]


def _trend(site: IssueSite, language: Language) -> str:
    if site.tau is None or site.p is None or site.p >= _TREND_P:
        return say("hotspots.site.steady", language)
    return say(f"hotspots.site.{'rising' if site.tau > 0 else 'falling'}", language)
