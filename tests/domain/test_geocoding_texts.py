"""Normal form of texts, and that no text at all upsets the geocoder."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.gazetteers import make_city
from grid.geocoding.gazetteer import build_gazetteer
from grid.geocoding.geocoder import geocode
from grid.geocoding.names import NamedPlace, NameKind, Parity
from grid.geocoding.normalise import address_key, fold, normalise
from grid.places import PlaceStatus
from grid.reviewing import LONGEST_KEY

CITY = make_city(Random(1), counties=2, towns=4)
GAZETTEER = build_gazetteer(CITY.areas.values(), CITY.places)
PIECES = sorted({area.name for area in CITY.areas.values()} | {place.name for place in CITY.places})


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("滨河路１２８号", "滨河路128号"),
        ("滨河路一百二十八号", "滨河路128号"),
        ("滨河路十八号", "滨河路18号"),
        ("滨河路三百零八号", "滨河路308号"),
        ("滨河路一二八号", "滨河路128号"),
        ("两千零一号", "2001号"),
        ("三里村二组", "三里村2组"),
        ("第十二网格", "第12网格"),
        ("007号网格", "第7网格"),
        ("石\u200b桥\u00a0镇\n 东\ufeff湖村", "石桥镇东湖村"),
        ("龍灣區", "龙湾区"),
        ("江南首府二期", "江南首府2期"),
        ("臨楓區鹭潭鎮舊廠路１號", "临枫区鹭潭镇旧厂路1号"),
        ("乾潭镇", "乾潭镇"),
        ("Ａ幢（东）", "A幢(东)"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_local_spellings_match_but_stay_apart_as_keys() -> None:
    assert fold("张奥村") == fold("張嶴村") == "张岙村"
    assert fold("大垟村") == fold("大洋村")
    assert address_key("张奥村") != address_key("张岙村"), "a decision on one is none on the other"
    assert len(address_key("村" * 1000)) == LONGEST_KEY


@settings(deadline=None)
@given(st.text(max_size=60))
def test_the_normal_form_is_stable(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, "12号", "附近", "、", "村", "路", "第1网格", "x"]), max_size=8).map(
        "".join
    )
)
def test_whatever_is_accepted_holds_every_area_named_in_full(text: str) -> None:
    answer = geocode(GAZETTEER, text)
    if answer.status is not PlaceStatus.ACCEPTED:
        return
    chain = {area.name for area in CITY.chain(answer.area_id)} | {"枫溪市"}
    towns = {
        area.name for area in CITY.areas.values() if area.level == "town" and area.name in normalise(text)
    }
    longest = {name for name in towns if not any(name in other and name != other for other in PIECES)}
    assert longest <= chain


@pytest.mark.parametrize("end", ["号", "网格", "x"])
@pytest.mark.parametrize("char", "村一路号东的")
def test_a_very_long_text_takes_no_time(char: str, end: str) -> None:
    def taken() -> float:
        started = time.process_time()
        geocode(GAZETTEER, char * 20_000 + end)
        return time.process_time() - started

    # The least of several: what a busy machine adds to one of them says nothing of the text.
    assert min(taken() for _ in range(3)) < 1


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    answer = geocode(GAZETTEER, text)
    assert (answer.area_id is None) == (answer.granularity == "none") or answer.status is PlaceStatus.REVIEW


@pytest.mark.parametrize(
    ("low", "high", "side", "number", "holds"),
    [
        (1, 99, Parity.ALL, 50, True),
        (1, 99, Parity.ALL, 100, False),
        (1, 99, Parity.ODD, 51, True),
        (1, 99, Parity.ODD, 50, False),
        (1, 99, Parity.EVEN, 51, False),
        (10, None, Parity.ALL, 9999, True),
        (10, None, Parity.ALL, 9, False),
        (None, None, Parity.EVEN, 2, True),
    ],
)
def test_number_ranges(low: int | None, high: int | None, side: Parity, number: int, holds: bool) -> None:
    assert NamedPlace(NameKind.ROAD, "路", 1, low, high, side).has_number(number) is holds
