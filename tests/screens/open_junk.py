"""What no reader of ours would ask the open interfaces by: parameters, names and addresses."""

from callbacks.open_api.catalogue import CRS84
from tests.screens.tile_city import NAME

JUNK: dict[str, list[str]] = {
    "limit": [
        "", " ", "x", "-1", "0", "1.5", "1e3", "+1", "１２", "٣", "NaN", "inf", "0x10", "1,2", "1;2",
        "null", "[]", "9999999999999999999", "9" * 200, "1 ", "\t1", "1\n", "--1", "1_000", "𝟏",
    ],
    "offset": [
        "", " ", "x", "-1", "1.5", "1e3", "+1", "１２", "٣", "NaN", "inf", "0x10", "1,2", "1;2",
        "null", "[]", "9999999999999999999", "9" * 200, "1 ", "\t1", "1\n", "--1", "1_000", "𝟏",
    ],
    "bbox": [
        "", "1", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "1,2,3,", ",,,", "1,5,3,4",
        "nan,1,2,3", "inf,1,2,3", "1e400,1,2,3", "181,1,2,3", "1,-91,2,3", "1,2,3,91",
        "1,2,3,4\x00", "１,２,３,４", "1 2 3 4", "(1,2,3,4)", "1,2,3,4;", "[1,2,3,4]", "1,,2,3",
        "0x1,2,3,4", "1e9,1,1e9,1", "'1',2,3,4", "1,2,5,3,4,6,7", "1,2,3,0,1,2", "–1,2,3,4",
        "1.2.3,2,3,4", "1,2,3,4," * 40, "_1,2,3,4", "1_0,2,3,4", "1,2,3,1e", "+-1,2,3,4", "e,e,e,e",
        ".,.,.,.", "1,2,3,NaN",
    ],
    "bbox-crs": [
        "", "CRS84", "EPSG:4490", "http://www.opengis.net/def/crs/EPSG/0/3857", f"{CRS84}/",
        CRS84.upper(), "x" * 150, "%00",
    ],
    "crs": [
        "", "CRS84", "4490", "http://www.opengis.net/def/crs/EPSG/0/4326", f" {CRS84}", f"{CRS84}#",
        "file:///etc/passwd", "+proj=longlat",
    ],
    "datetime": [
        "", "x", "..", "/", "../..x", "2026", "2026-13-01", "2026-02-30", "2026-01-01/2025-01-01",
        "2026-01-01/2026-01-02/x", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z", "２０２６-01-01", "now", "2026-1-1", "1e9", "-1",
        "2026-01-01T00:00:00+99:99",
        "20260101", "2026-W01-1", "2026-01-01/", "x/2026-01-01",
    ],
    "skipGeometry": [
        "", "1", "True", "TRUE", "yes", "null", "truefalse", "0", "on",
    ],
    "category": [
        "", "x", "accusation", "labour,land", "LABOUR", "all", "'", "labour ", "*", "%", "null",
        "labour\x00",
    ],
    "channel": [
        "", "x", "VISIT", "visit;", "all", "*", "来访", "visit,letter", "1", "accusation",
    ],
    "f": [
        "", "html", "JSON", "geojson", "xml", "../json", "json ", "csv", "gml",
    ],
    "code": [
        "x" * 201, "\x00", "\n", "a\tb", "\u202e",
    ],
    "name": [
        "\x00", "x" * 500, "\ud7ff\x7f", "\r\n",
    ],
}  # fmt: skip
ALLOWED = {("datetime", "2026-01-01/")}
"""A half-open interval may be written with nothing for its open end."""
UNKNOWN = (
    "Limit", "limit ", "x", "bbox[]", "token", "id", "filter", "", "\x00", "<script>", "limit;x",
    "q" * 900, "sortby", "properties", "session", "count_m1", "withheld_m1", "as", "role",
    "callback",
)  # fmt: skip
"""Names of parameters that there are not."""
NOWHERE = (
    "/open/x", "/open/collections/counties/items/x", "/open/collections/counties/items/-1",
    "/open/tiles/x/1/1/1.mvt", f"/open/collections/counties/items/{10**30}",
    f"/open/tiles/{NAME}/99/0/0.mvt", "/open/tiles/x.json", f"/open/tiles/{NAME}/3/0/0.mvt",
    f"/open/tiles/{NAME}/8/256/0.mvt", f"/open/tiles/{NAME}/8/0/0.mvt/x",
    f"/open/tiles/{NAME}/{10**12}/0/0.mvt", "/open/collections/counties/tiles/GlobalCRS84Quad",
    "/open/tiles/..%2f..%2fetc/8/0/0.mvt",
)  # fmt: skip
"""Addresses below ``/open`` with nothing at them."""
