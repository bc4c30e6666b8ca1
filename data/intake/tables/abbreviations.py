"""Abbreviations: what databases and shapefiles call a column whose header does not fit them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import fuzz

from data.intake.tables import headers
from grid.findings import ImportKind

_CUT = 10
"""Bytes of a field name that a dBase table keeps."""
_LIKENESS = 80
_WORDS: Mapping[str, tuple[str, ...]] = {
    "matter_no": ("petition no", "petition id", "case no", "case id", "case number", "order no", "ticket no",
                  "matter id", "petit no", "pet no", "reg no", "work order"),
    "source": ("source system", "src", "src sys", "data source"),
    "channel": ("petition channel", "chan", "channel type", "petition form", "form", "mode"),
    "purpose": ("petition purpose", "purp", "aim"),
    "category": ("content category", "content type", "cat", "categ", "class", "subject"),
    "track": ("handling track",),
    "stage": ("status", "state", "case status", "handling stage", "phase", "stat"),
    "registered_on": ("register date", "reg date", "reg dt", "registration date", "regist date", "reg time",
                      "register time", "petition date", "rec date", "create date"),
    "received_on": ("receive date", "received date", "receipt date"),
    "forwarded_on": ("forward date", "forwarded date", "transfer date", "assign date"),
    "unit_received_on": ("unit receive date", "unit rec date", "sign date"),
    "noticed_on": ("notice date", "notify date"),
    "extended_on": ("extension date", "extend date", "ext date"),
    "extension_approver": ("ext approver", "extend approver"),
    "extension_reason": ("ext reason", "extend reason"),
    "evaluated_on": ("evaluation date", "evaluate date", "eval date"),
    "resubmitted_on": ("resubmit date", "resubmission date"),
    "backlog_tier": ("tier", "backlog level"),
    "backlog_resolved_on": ("resolve date", "resolved date", "resolution date"),
    "head_read_on": ("read date", "head read date"),
    "accepted_on": ("accept date", "acc date", "acc dt", "acceptance date", "accept time", "accept dt"),
    "extension_days": ("ext days", "extend days", "extension", "delay days"),
    "replied_on": ("reply date", "reply dt", "answer date", "reply time", "response date", "rep date"),
    "closed_on": ("close date", "close dt", "finish date", "end date", "close time", "closing date"),
    "repeat": ("repeat flag", "is repeat", "first repeat", "rep flag", "repeated"),
    "submissions": ("submission count", "submit count", "times", "sub count", "submit cnt", "sub cnt"),
    "heads": ("people", "head count", "headcount", "persons", "people count", "head cnt", "people num"),
    "backlog": ("is backlog", "backlog flag", "long pending"),
    "evaluation": ("satisfaction", "eval", "satisfied", "evaluate", "satisf"),
    "unit": ("resp unit", "responsible unit", "handling unit", "handle unit", "unit name", "dept",
             "department", "resp dept", "duty unit", "org name"),
    "address": ("addr", "problem address", "location", "site", "issue addr", "problem addr", "prob addr",
                "occur addr"),
    "lon": ("long", "point x", "lon dd", "coord x", "jingdu"),
    "lat": ("point y", "lat dd", "coord y", "weidu"),
    "datum": ("coord sys", "srs", "coordinate system"),
    "area_code": ("division code", "region code", "adcode", "xzqdm", "district code", "area id", "admin code",
                  "reg code", "zone code", "village code"),
    "name": ("place name", "area name", "region name", "xzqmc"),
    "kind": ("place type", "class"),
    "level": ("area level", "lvl", "admin level"),
    "county": ("county name", "district"),
    "town": ("town name", "township", "street"),
    "village": ("village name", "community"),
    "point": ("point name", "service point", "agency point"),
    "station": ("station name", "service station", "agency station"),
    "handled": ("handled count", "handled cnt", "cases handled"),
    "resolved": ("resolved count", "resolved cnt", "cases resolved"),
    "population": ("pop total", "total pop", "resident population", "residents", "popul"),
    "as_of": ("as of date", "census date", "stat date", "date"),
}  # fmt: skip


def read_abbreviation(said: str, kind: ImportKind) -> Mapping[str, float]:
    """Return by field how surely a header in Latin letters means it: initials, pinyin or English."""
    said = re.sub(r"\d+$", "", said)
    pinyin = _pinyin(kind).get(said, frozenset())
    # Initials that two fields share are left to the values.
    scores = dict.fromkeys(pinyin, 90.0 if len(pinyin) == 1 else 58.0)
    for field, english in _english(kind):
        score = 88.0 if said in {english, english[:_CUT]} else 0.0
        if not score and len(said) >= 5 and len(english) >= 5:
            alike = fuzz.ratio(said, english)
            score = alike * 0.75 if alike >= _LIKENESS else 0.0
        if score:
            scores[field] = max(score, scores.get(field, 0.0))
    return scores


@lru_cache(maxsize=len(ImportKind))
def _english(kind: ImportKind) -> tuple[tuple[str, str], ...]:
    known = headers.BY_KIND[kind]
    return tuple(
        (field, headers.normal(name))
        for field, names in known.items()
        for name in (*_WORDS.get(field, ()), *filter(str.isascii, names))
    )


@lru_cache(maxsize=len(ImportKind))
def _pinyin(kind: ImportKind) -> Mapping[str, frozenset[str]]:
    """Return the fields by the initials of their Chinese names, by their pinyin and by its first letters."""
    found: dict[str, set[str]] = defaultdict(set)
    for field, names in headers.BY_KIND[kind].items():
        for name in names:
            for spelling in () if name.isascii() else _spellings(headers.normal(name)):
                found[spelling].add(field)
    return {spelling: frozenset(fields) for spelling, fields in found.items()}


def _spellings(name: str) -> Iterator[str]:
    # Takes more than a second to import, which only such headers should wait for.
    from pypinyin import Style, lazy_pinyin, pinyin

    # A letter of each syllable is no abbreviation of one syllable: 村 is not "c".
    heteronyms = pinyin(name, style=Style.NORMAL, heteronym=True)
    usual = lazy_pinyin(name)
    readings = [usual]
    for i, each in enumerate(heteronyms):
        readings += [[*usual[:i], other, *usual[i + 1 :]] for other in each if other != usual[i]]
    for syllables in readings:
        whole = "".join(syllables)
        yield from {whole, whole[:_CUT]}
        if len(syllables) >= 2:
            yield "".join(syllable[0] for syllable in syllables)
