"""Points of service points and gazetteer entries: degrees of any datum brought to EPSG:4490."""

from __future__ import annotations

import shapely

from data.intake import vocabulary as words
from data.intake.rows import RowReader
from data.models import SRID
from grid.datums import Datum, to_cgcs2000


def read_point(row: RowReader) -> str | None:
    """Return the point in a row's lon and lat columns as hexadecimal EWKB, none where there is none.

    One that is incomplete or not on Earth is left out and sent to review.
    """
    lon, lat = row.number_or_review("lon"), row.number_or_review("lat")
    datum = row.word("datum", words.DATUMS) or Datum.CGCS2000
    if lon is None and lat is None:
        return None
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
        row.review("point_unusable", "lon")
        return None
    x, y = to_cgcs2000([lon], [lat], datum)
    return str(shapely.to_wkb(shapely.set_srid(shapely.Point(x[0], y[0]), SRID), hex=True, include_srid=True))
