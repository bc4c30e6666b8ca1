"""The projected CRS in which a city is measured: distances, areas and bandwidths are never in degrees."""

from __future__ import annotations

_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135
_FIRST_GK_EPSG = 4534
"""EPSG:4534 … 4554: CGCS2000 / 3-degree Gauss-Krüger CM 75E … 135E, easting without zone prefix."""


def metric_epsg(lon: float, lat: float) -> int:
    """Return the EPSG code of the projected CRS to measure in around a point, in metres.

    Within 73.5–136.5°E and 0–60°N that is the 3° Gauss-Krüger zone of the nearest central meridian, elsewhere
    the UTM zone on WGS84. Raises ValueError for coordinates that are not on Earth.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"not degrees: {lon}, {lat}")
    if _FIRST_MERIDIAN - 1.5 <= lon <= _LAST_MERIDIAN + 1.5 and 0 <= lat <= 60:
        zone = min(int((lon - _FIRST_MERIDIAN + 1.5) // 3), (_LAST_MERIDIAN - _FIRST_MERIDIAN) // 3)
        return _FIRST_GK_EPSG + zone
    return (32600 if lat >= 0 else 32700) + min(int((lon + 180) // 6) + 1, 60)
