"""Finding by name, sound and initials equals a naive search that writes out every way to say a name."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.area_search import AreaSearch
from grid.areas import Area, AreaKind, Level
from grid.finding import (
    LONGEST_NUMBER,
    LONGEST_QUERY,
    RANKS,
    Fit,
    Found,
    Kind,
    best,
    number_of,
    rank_all,
    readings_of,
    spell,
    words_of,
)

CHARS = "云岭重单乐长吕行厦曾镇街道区村东西上下安1A"
NAMES = st.text(CHARS, min_size=1, max_size=5)
LETTERS = "abcdeghijlnoqrsuvwxyz1云重"


def naive(name: str, word: str, code: str) -> Fit | None:
    """Return the fit by writing out all products of readings."""
    text = name.lower()
    said = [readings_of(char) for char in text]
    sounds = {"".join(one) for one in itertools.product(*said)}
    initials = {"".join(one) for one in itertools.product(*([r[:1] for r in each] for each in said))}
    usual = "".join(each[0] for each in said)
    checks = {
        Fit.EXACT: word in {text, code},
        Fit.NAME: text.startswith(word),
        Fit.SOUND: any(one.startswith(word) for one in sounds),
        Fit.INITIALS: any(one.startswith(word) for one in initials),
        Fit.INSIDE: word in text,
        Fit.LOOSE: len(word) >= 3 and (word in usual or code.startswith(word)),
    }
    return next((fit for fit, fits in checks.items() if fits), None)


@given(NAMES, st.text(LETTERS, min_size=1, max_size=6), st.sampled_from(("", "990101", "990101001")))
def test_a_word_fits_as_if_every_reading_were_written_out(name: str, word: str, code: str) -> None:
    fit = naive(name, word, code)
    assert spell(name).rank(word, code) == (None if fit is None else RANKS[fit])


@given(NAMES, st.data())
def test_every_beginning_of_every_way_to_say_a_name_finds_it(name: str, data: st.DataObject) -> None:
    said = "".join(data.draw(st.sampled_from(readings_of(char))) for char in name.lower())
    typed = said[: data.draw(st.integers(1, len(said)))]
    rank = spell(name).rank(typed)
    assert rank is not None
    assert rank <= RANKS[Fit.SOUND]


@pytest.mark.parametrize(
    ("name", "word", "fit"),
    [
        ("云岭镇", "云岭镇", Fit.EXACT), ("云岭镇", "990101", Fit.EXACT), ("云岭镇", "云", Fit.NAME),
        ("云岭镇", "yunling", Fit.SOUND), ("云岭镇", "yl", Fit.INITIALS), ("云岭镇", "岭", Fit.INSIDE),
        ("云岭镇", "ling", Fit.LOOSE), ("云岭镇", "9901", Fit.LOOSE), ("云岭镇", "zz", None),
        ("重阳街道", "chongyang", Fit.SOUND), ("重阳街道", "zhongyang", Fit.SOUND),
        ("吕家村", "lvjia", Fit.SOUND), ("吕家村", "lujia", Fit.SOUND), ("单县", "sx", Fit.INITIALS),
    ],
)  # fmt: skip
def test_known_names(name: str, word: str, fit: Fit | None) -> None:
    assert spell(name).rank(word, "990101") == (None if fit is None else RANKS[fit])


def test_all_words_must_fit_and_the_worst_counts() -> None:
    names = (spell("沈砚舟"), spell("市委书记"))
    assert rank_all(("shen", "书记"), names) == RANKS[Fit.INSIDE]
    assert rank_all(("shen", "zz"), names) is None
    assert rank_all((), names) is None


def test_ties_are_ordered_by_level_then_name() -> None:
    found = [(1, Found(Kind.AREA, name, "", name, level)) for level, name in
             (("village", "甲"), ("town", "乙"), ("county", "丙"), ("town", "丁"))]  # fmt: skip
    assert [one.name for one in best(found)] == ["丙", "丁", "乙", "甲"]
    exact = (0, Found(Kind.AREA, "戊", "", "9", "grid"))
    assert best([*found, exact])[0].name == "戊"


@given(st.text(max_size=200))
def test_whatever_is_typed_is_words_or_none(query: str) -> None:
    assert all(word and not word.isspace() for word in words_of(query))
    number = number_of(query)
    assert number == "" or (number.isprintable() and len(number) <= LONGEST_NUMBER)
    assert sum(map(len, words_of(query))) <= LONGEST_QUERY * 18


def make_area(number: int) -> Area:
    name = "".join(CHARS[number // 20**place % 20] for place in range(4))
    return Area(
        number, Level.VILLAGE, AreaKind.REGULAR, f"{number:012d}", name, "T", "1", None, None, 1, 0, 0
    )


def test_ten_thousand_areas_are_searched_at_once() -> None:
    search = AreaSearch(make_area(number) for number in range(10_000))
    taken = []
    for query in ("yunling", "yl", "9", "zhong chang", "没有"):
        began = time.process_time()
        search.ranked(query)
        taken.append(time.process_time() - began)
    assert max(taken) < 0.1
