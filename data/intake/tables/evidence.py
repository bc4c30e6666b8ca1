"""Evidence: how well the values of a column fit a field, whatever its header says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from data.intake import annex
from data.intake.tables import values
from data.intake.tables import vocabulary as words
from data.intake.tables.values import Cell, CellProblem, plain
from data.intake.tables.vocabulary import Vocabulary
from grid.findings import ImportKind

SAMPLE = 200
"""So many values of a column are looked at."""
_FAR = date(2100, 1, 1)
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}|\d{15}")
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff](?:村|社区|镇|乡|街道|路|街|巷|弄|小区|新村|苑|花园|大道|号|幢|栋|组)(?:\d|[\u4e00-\u9fff]|$|-)"
)
_UNIT = re.compile(r"(?:局|委|办|办公室|政府|街道|管委会|中心|公司|法院|检察院|[镇乡县区市])$")
_MATTER_NO = re.compile(r"[A-Za-z\u4e00-\u9fff()\[\]〔〕_/-]{0,12}\d[\dA-Za-z号()\[\]〔〕_/-]{3,31}")
_WKT = re.compile(r"(?:MULTI)?(?:POINT|LINESTRING|POLYGON)", re.IGNORECASE)
_QUARTER = re.compile(r"\d{4}\D{0,2}(?:Q|第)?[1-4一二三四](?:季度?)?", re.IGNORECASE)
_PLACE_NAME = re.compile(r"[\u4e00-\u9fff]{2,}")
Fit = Callable[[Cell], bool]


def read_evidence(kind: ImportKind, cells: Sequence[Cell]) -> Mapping[str, float]:
    """Return by field the share of values that fit it; fields that values cannot tell of are left out."""
    said = [cell for cell in cells if not values.is_absent(cell)][:SAMPLE]
    if not said:
        return {}
    shares = {field: sum(map(fits, said)) / len(said) for field, fits in _FITS[kind].items()}
    distinct = len({plain(cell) for cell in said}) / len(said)
    for field in {"matter_no", "number", "point"} & shares.keys():
        shares[field] *= distinct
    if "unit" in shares and len(said) > 20 and distinct > 0.9:
        shares["unit"] *= 0.5
    return shares


def _word(vocabulary: Vocabulary[words.Member]) -> Fit:
    return lambda cell: vocabulary.find(plain(cell)) is not None


def _like(pattern: re.Pattern[str]) -> Fit:
    return lambda cell: isinstance(cell, str) and pattern.search(plain(cell)) is not None


def _day(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    if isinstance(cell, (int, float)) and not 30_000 < cell < 60_000:
        return False
    try:
        values.read_day(cell, _FAR)
    except CellProblem as problem:
        return problem.code in {"date_two_digit_year", "date_incomplete"}
    return True


def _count(cell: Cell) -> bool:
    try:
        number = values.read_count(cell)[0]
    except CellProblem:
        return False
    return number is not None and number < 20_000_000


def _flag(cell: Cell) -> bool:
    try:
        return values.read_flag(cell) is not None
    except CellProblem:
        return False


def _area_code(cell: Cell) -> bool:
    text = plain(cell).strip("'").removesuffix(".0")
    return _CODE.fullmatch(text) is not None and not _day(cell)


def _degrees(low: float, high: float) -> Fit:
    def fits(cell: Cell) -> bool:
        try:
            number = values.read_degrees(cell)[0]
        except CellProblem:
            return False
        return number is not None and low <= number <= high and (not number.is_integer())

    return fits


def _matter_no(cell: Cell) -> bool:
    text = plain(cell)
    if isinstance(cell, (float, date)) or len(text) < 5 or _MATTER_NO.fullmatch(text) is None:
        return False
    return not _area_code(cell) and not _day(cell)


def _leader(cell: Cell) -> bool:
    leader = annex.read_leader(plain(cell))
    return leader is not None and bool(leader.name or leader.post)


def _address(cell: Cell) -> bool:
    return isinstance(cell, str) and len(plain(cell)) >= 5 and _ADDRESS.search(plain(cell)) is not None


def _ending(*endings: str) -> Fit:
    return lambda cell: isinstance(cell, str) and plain(cell).endswith(endings) and len(plain(cell)) <= 20


def _name(cell: Cell) -> bool:
    return isinstance(cell, str) and len(plain(cell)) <= 30 and _PLACE_NAME.search(plain(cell)) is not None


_POINT: Mapping[str, Fit] = {
    "lon": _degrees(73, 135.5),
    "lat": _degrees(3, 54),
    "datum": _word(words.DATUMS),
    "area_code": _area_code,
}
_NAMES: Mapping[str, Fit] = {
    "county": _ending("县", "区", "市", "新区"),
    "town": _ending("镇", "乡", "街道"),
    "village": _ending("村", "社区", "居委会", "村委会"),
}
_FITS: Mapping[ImportKind, Mapping[str, Fit]] = {
    ImportKind.PETITIONS: {
        **_POINT,
        "matter_no": _matter_no,
        "channel": _word(words.CHANNELS),
        "purpose": _word(words.PURPOSES),
        "category": _word(words.CATEGORIES),
        "track": _word(words.TRACKS),
        "stage": _word(words.STAGES),
        **dict.fromkeys(
            (
                "received_on",
                "registered_on",
                "forwarded_on",
                "unit_received_on",
                "accepted_on",
                "noticed_on",
                "extended_on",
                "replied_on",
                "evaluated_on",
                "closed_on",
                "resubmitted_on",
                "backlog_resolved_on",
                "head_read_on",
            ),
            _day,
        ),
        "extension_days": _count,
        "repeat": _word(words.REPEATS),
        "submissions": _count,
        "heads": _count,
        "backlog": _flag,
        "backlog_tier": _word(words.BACKLOG_TIERS),
        "evaluation": _word(words.EVALUATIONS),
        "unit": _like(_UNIT),
        "address": _address,
    },
    ImportKind.GAZETTEER: {
        **_POINT,
        "name": _name,
        "kind": _word(words.ENTRY_KINDS),
        "level": _word(words.LEVELS),
        "number_from": _count,
        "number_to": _count,
        "parity": _word(words.PARITIES),
        "geometry": _like(_WKT),
    },
    ImportKind.SERVICE_POINTS: {
        **_POINT,
        **_NAMES,
        "station": _ending("站", "中心"),
        "point": _ending("点", "室", "驿站"),
        **dict.fromkeys(("cadre", "grid_worker", "volunteer", "handled", "resolved"), _count),
        **dict.fromkeys(("since", "until", "last_handled_on"), _day),
    },
    ImportKind.COVERAGE: {
        "leader": _leader,
        "unit": _like(_UNIT),
        "kind": _word(words.ASSIGNMENT_KINDS),
        "cases": _count,
        "number": _count,
    },
    ImportKind.LISTINGS: {
        "quarter": _like(_QUARTER),
        "unit": _like(_UNIT),
        "area_code": _area_code,
        "level": _word(words.LEVELS),
        "state": _word(words.LISTING_STATES),
        "rank": _count,
        "listed_on": _day,
    },
    ImportKind.POPULATIONS: {
        **_NAMES,
        "area_code": _area_code,
        "name": _name,
        "level": _word(words.LEVELS),
        "population": _count,
        "as_of": _day,
    },
    ImportKind.TRAVEL_TIMES: {"from_area": _area_code, "to_area": _area_code, "minutes": _count},
    ImportKind.BOUNDARIES: {},
}
ALONE: Mapping[ImportKind, Mapping[str, float]] = {
    ImportKind.PETITIONS: {
        "matter_no": 60, "channel": 75, "purpose": 75, "category": 72, "stage": 70, "repeat": 75,
        "evaluation": 75, "registered_on": 56, "area_code": 70, "lon": 72, "lat": 72, "datum": 75,
        "address": 62, "unit": 58,
    },
    ImportKind.GAZETTEER: {
        "area_code": 70, "lon": 72, "lat": 72, "datum": 75, "kind": 75, "level": 70, "parity": 70,
        "geometry": 80, "name": 52,
    },
    ImportKind.SERVICE_POINTS: {
        "area_code": 70, "lon": 72, "lat": 72, "datum": 75, "county": 56, "town": 60, "village": 60,
        "station": 62, "point": 60,
    },
    ImportKind.COVERAGE: {"leader": 60, "unit": 64, "kind": 60},
    ImportKind.LISTINGS: {"quarter": 75, "unit": 60, "area_code": 70, "level": 70, "state": 75},
    ImportKind.POPULATIONS: {
        "area_code": 70, "level": 70, "county": 54, "town": 60, "village": 60, "name": 52, "as_of": 56,
    },
    # Which column is the start and which the end only a header can say.
    ImportKind.TRAVEL_TIMES: {},
    ImportKind.BOUNDARIES: {},
}  # fmt: skip
"""How much a column without a telling header may be worth for a field when every value fits it."""
