"""CRS evidence: which reference systems a file's numbers can be in, and which of them fits the city.

An option ``crs`` is ``EPSG:4549`` or, where northing stands before easting (or latitude before longitude),
``EPSG:4549;yx``. What a file states is one piece of evidence among others: it holds where the numbers agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from data.intake.boundaries import outlines
from data.intake.boundaries.outlines import Outlines
from data.intake.inquiry import Inquiry
from grid.inspection import Choice, CrsEvidence, Facts, Question
from grid.refusals import Refused

CGCS2000 = "EPSG:4490"
SWAPPED = ";yx"
FITS = 0.5
"""At least this share of the outlines must land on the city's known areas."""
_SAMPLE = 2000
_CHINA = (73.0, 3.0, 136.5, 54.5)
_EARTH = (-180.0, -90.0, 180.0, 90.0)
_NORTHINGS = (300_000.0, 6_100_000.0)
_Bools = npt.NDArray[np.bool_]
_Numbers = npt.NDArray[np.float64]
Inside = Callable[[_Numbers, _Numbers], _Bools]
"""Which points (degrees, EPSG:4490) lie on the city's known areas."""


@dataclass(frozen=True, slots=True)
class CrsVerdict:
    """The readings of a file, the likeliest first; ``agreed`` is the statement that the evidence bears out.

    ``proposed`` is what the evidence speaks for; both are values of the option ``crs``, "" for none.
    """

    readings: tuple[CrsEvidence, ...]
    agreed: str
    proposed: str


def weigh_crs(given: Outlines, stated: str | None, inside: Inside | None) -> CrsVerdict:
    """Weigh every reading of outlines as the file gives them; ``inside`` is none where nothing is known."""
    x, y = _middles(given)
    own = "" if stated is None else _identify(stated)
    looks = _looks_like(x, y) | _swapped(_looks_like(y, x))
    elsewhere = not looks
    if own and own not in looks:
        looks = {own: ("contradicts_numbers",)} | looks
    readings = [
        _read_as(crs, remarks, (x, y), inside, stated=crs == own, elsewhere=elsewhere)
        for crs, remarks in looks.items()
    ]
    readings.sort(key=lambda one: (-(one.fits or 0.0), not one.stated))
    agreed = next((one.crs for one in readings if one.stated and _agrees(one)), "")
    return CrsVerdict(tuple(readings), agreed, agreed or _propose(readings))


def ask_crs(inquiry: Inquiry, options_crs: str, verdict: CrsVerdict) -> str:
    """Ask in which CRS the numbers are and return it: the answer, else what is agreed, else what is proposed.

    "" where nothing speaks for any. Raises ``Refused('crs_unknown')`` for an answer that is no CRS.
    """
    choices = [Choice(one.crs, *_choice_words(one)) for one in verdict.readings]
    if options_crs and options_crs not in {choice.value for choice in choices}:
        parse_crs(options_crs)
        choices.append(Choice(options_crs, "crs", {"crs": options_crs, "name": name_of(options_crs)}))
    stated = next((one.name for one in verdict.readings if one.stated), "")
    code = "crs_agreed" if verdict.agreed else "crs_contradicted" if stated else "crs_missing"
    facts: Facts = {"stated": stated} if stated else {}
    question = Question(
        "crs", code, facts, tuple(choices), required=not verdict.agreed, proposed=verdict.proposed
    )
    return inquiry.ask(question) or verdict.agreed or verdict.proposed


def parse_crs(value: str) -> tuple[CRS, bool]:
    """Return the CRS of an option's value, and whether its axes are swapped; raises ``crs_unknown``."""
    return outlines.read_crs(value.removesuffix(SWAPPED)), value.endswith(SWAPPED)


def name_of(value: str) -> str:
    """Return what a CRS is called."""
    return str(parse_crs(value)[0].name)


def to_degrees(given: Outlines, value: str) -> Outlines:
    """Return outlines read in a CRS in degrees (EPSG:4490)."""
    crs, swapped = parse_crs(value)
    if swapped:
        given = np.asarray(shapely.transform(given, lambda c: c[:, ::-1]))
    return outlines.project(given, outlines.transformer(crs.to_wkt(), CGCS2000))


def _middles(given: Outlines) -> tuple[_Numbers, _Numbers]:
    """Return a point on each outline, of so many as are looked at."""
    points = shapely.point_on_surface(given[:: len(given) // _SAMPLE + 1])
    x, y = shapely.get_x(points), shapely.get_y(points)
    return x[np.isfinite(x)], y[np.isfinite(x)]


def _looks_like(x: _Numbers, y: _Numbers) -> dict[str, tuple[str, ...]]:
    """Return the readings that eastings x and northings y can have by their size, each with a remark."""
    if not len(x):
        return {}
    east, north = float(np.median(x)), float(np.median(y))
    found: dict[str, tuple[str, ...]] = {}
    if _CHINA[0] <= east <= _CHINA[2] and _CHINA[1] <= north <= _CHINA[3]:
        return {CGCS2000: ("degrees",), "EPSG:4326": ("degrees",)}
    if not _NORTHINGS[0] <= north <= 7_300_000:
        return found
    if north <= _NORTHINGS[1]:
        zone = int(east // 1e6)
        if 25 <= zone <= 45:
            found[f"EPSG:{4513 + zone - 25}"] = ("zone_prefix",)
        elif 13 <= zone <= 23:
            found[f"EPSG:{4491 + zone - 13}"] = ("zone_prefix",)
        elif 100_000 <= east <= 900_000:
            found |= {f"EPSG:{4534 + i}": ("no_zone_prefix",) for i in range(21)}
    if 8_000_000 <= east <= 15_300_000:
        found["EPSG:3857"] = ("web_mercator",)
    return found


def _swapped(found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {crs + SWAPPED: (*remarks, "axes_swapped") for crs, remarks in found.items()}


def _read_as(
    crs: str,
    remarks: tuple[str, ...],
    points: tuple[_Numbers, _Numbers],
    inside: Inside | None,
    *,
    stated: bool,
    elsewhere: bool,
) -> CrsEvidence:
    """Return one reading; points in China bear a statement out, or ``elsewhere`` points on Earth."""
    parsed, swapped = parse_crs(crs)
    change = outlines.transformer(parsed.to_wkt(), CGCS2000)
    lon, lat = (np.asarray(each) for each in change.transform(*(points[::-1] if swapped else points)))
    if "contradicts_numbers" in remarks and _lies_in(_EARTH if elsewhere else _CHINA, lon, lat):
        remarks = ()
    fits = None if inside is None else round(float(inside(lon, lat).mean() if len(lon) else 0.0), 4)
    if fits is not None:
        remarks += ("on_known_areas",) if fits >= FITS else ("off_known_areas",)
    return CrsEvidence(crs, parsed.name, stated, fits, remarks)


def _lies_in(box: tuple[float, float, float, float], lon: _Numbers, lat: _Numbers) -> bool:
    west, south, east, north = box
    return bool(len(lon)) and bool(west <= np.median(lon) <= east and south <= np.median(lat) <= north)


def _agrees(reading: CrsEvidence) -> bool:
    return "contradicts_numbers" not in reading.remarks and (reading.fits is None or reading.fits >= FITS)


def _propose(readings: list[CrsEvidence]) -> str:
    """Return the only reading that fits, degrees in either name counting as one; "" where several do."""
    fitting = [one for one in readings if _agrees(one)]
    best = [one for one in fitting if one.fits is None or one.fits >= (fitting[0].fits or 0.0) - 0.1]
    if {one.crs.removesuffix(SWAPPED) for one in best} == {CGCS2000, "EPSG:4326"}:
        best = [one for one in best if one.crs.startswith(CGCS2000)]
    return best[0].crs if len(best) == 1 else ""


def _identify(stated: str) -> str:
    """Return what a file states as an option's value: an EPSG code where it is one, else as it stands."""
    try:
        crs = outlines.read_crs(stated)
    except Refused:
        return ""
    if crs.to_authority() == ("OGC", "CRS84"):
        return "EPSG:4326"
    flat = crs.to_2d() if crs.is_vertical or len(crs.axis_info) > 2 else crs
    code = flat.to_epsg(min_confidence=60)
    return stated if code is None else f"EPSG:{code}"


def _choice_words(reading: CrsEvidence) -> tuple[str, Facts]:
    facts: Facts = {"crs": reading.crs, "name": reading.name}
    code = "crs_swapped" if reading.crs.endswith(SWAPPED) else "crs"
    if reading.fits is None:
        return code, facts
    return f"{code}_fits", facts | {"share": round(reading.fits * 100)}
