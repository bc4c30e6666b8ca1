"""Tours: what is read is what was written, what is hostile is refused, and a screen is never empty."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.coverage import (
    Assignment,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanState,
    Unit,
    UnitKind,
)
from grid.listings import Listing, ListingState, Quarter
from grid.refusals import Refused
from grid.tour_files import LARGEST_BYTES, read_file, scene_line, write_file
from grid.tours import (
    DEFAULT,
    LONGEST_S,
    MOST_PLAYED,
    MOST_SCENES,
    SHORTEST_S,
    Scene,
    Shown,
    Shows,
    Tour,
    kept_scenes,
    play,
    read_name,
    read_query,
    read_scene,
    read_tour,
    write_scenes,
)

QUARTER = Quarter(2026, 3)
_LAYERS = st.lists(st.sampled_from(["listing", "coverage", "counts", "density"]), unique=True)
_QUERIES = st.fixed_dictionaries(
    {"layers": _LAYERS.map(",".join)},
    optional={
        "period": st.sampled_from(["m1", "m3", "m12", "m24"]),
        "level": st.sampled_from(["county", "town", "village"]),
        "group": st.sampled_from(["all", "category:land", "channel:agent"]),
        "basis": st.sampled_from(["count", "rate"]),
        "quarter": st.just("2026Q3"),
        "month": st.just("2026-11"),
        "spot": st.sampled_from(["area-1", "leader-9223372036854775807"]),
    },
).map(lambda pairs: "?" + "&".join(f"{key}={value}" for key, value in pairs.items()))
_WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=30).filter(
    lambda text: not any(char.isdigit() for char in text)
)
_SCENES = st.one_of(
    st.builds(
        lambda title, query, seconds: Scene(Shows.WALL, title, read_query(query, 1), seconds),
        _WORDS, _QUERIES, st.integers(SHORTEST_S, LONGEST_S),
    ),
    st.builds(Scene, st.sampled_from([one for one in Shows if one is not Shows.WALL]), _WORDS, st.just(""),
              st.integers(SHORTEST_S, LONGEST_S)),
)  # fmt: skip
_TOURS = st.builds(
    Tour,
    st.just(0),
    _WORDS.filter(lambda name: bool(name) and "@" not in name),
    st.lists(_SCENES, min_size=1, max_size=MOST_SCENES).map(tuple),
)


def readable(tour: Tour) -> bool:
    try:
        read_tour(tour.name, write_scenes(tour.scenes))
    except Refused as refused:
        return refused.code != "tour_names_person"
    return True


@given(_TOURS.filter(readable))
def test_a_tour_is_read_back_as_it_was_written(tour: Tour) -> None:
    assert read_file(write_file(tour).encode()) == tour
    row = json.loads(json.dumps(write_scenes(tour.scenes)))
    assert read_tour(tour.name, row) == tour
    assert kept_scenes(row) == tour.scenes


def refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_file(content)
    return caught.value


GOOD = 'name = "甲"\n\n[[scene]]\nshows = "wall"\nquery = "?layers=density"\n'


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        ("name = \n", "tour_file_unreadable", {"line": 1}),
        ('name = "甲"\nname = "乙"\n', "tour_file_unreadable", {}),
        ("x = " + "[" * 20_000, "tour_file_unreadable", {}),
        ("x = 1" + "0" * 5000, "tour_file_unreadable", {}),
        (GOOD + "owner = 7\n", "tour_scene_key", {"scene": 1, "key": "owner"}),
        ('owner = 7\nname = "甲"\n', "tour_file_key", {"key": "owner"}),
        ('name = "甲"\n', "tour_scenes", {}),
        ('name = "甲"\nscene = "x"\n', "tour_scenes", {}),
        ('name = "甲"\nscene = [1]\n', "tour_scene_shows", {"scene": 1}),
        (GOOD.replace("甲", " "), "tour_name", {}),
        (GOOD.replace("甲", "12"), "tour_name", {}),
        (GOOD.replace("甲", "x" * 41), "tour_name", {}),
        (GOOD.replace("甲", "王某 13800138000"), "tour_names_person", {"scene": 0}),
        (GOOD + '[[scene]]\nshows = "petitioners"\n', "tour_scene_shows", {"scene": 2}),
        (GOOD + '[[scene]]\nshows = "listed"\nquery = "?level=town"\n', "tour_scene_key", {"scene": 2}),
        (GOOD + "seconds = 4\n", "tour_scene_seconds", {"scene": 1}),
        (GOOD + "seconds = 601\n", "tour_scene_seconds", {"scene": 1}),
        (GOOD + "seconds = true\n", "tour_scene_seconds", {"scene": 1}),
        (GOOD + "seconds = 20.0\n", "tour_scene_seconds", {"scene": 1}),
        (GOOD + "seconds = nan\n", "tour_scene_seconds", {"scene": 1}),
        (GOOD + 'title = "a\\u0000b"\n', "tour_scene_title", {"scene": 1}),
        (GOOD + f'title = "{"长" * 31}"\n', "tour_scene_title", {"scene": 1}),
        (GOOD + 'title = "身份证 110101199003078515"\n', "tour_names_person", {"scene": 1}),
        (GOOD + '[[scene]]\nshows = "listed"\n' * MOST_SCENES, "tour_scenes", {"most": MOST_SCENES}),
    ],
)
def test_a_hostile_file_is_refused_by_name(content: str, code: str, facts: dict[str, object]) -> None:
    refused = refusal(content.encode())
    assert refused.code == code
    assert facts.items() <= refused.facts.items()


def test_a_file_of_other_bytes_is_refused_with_its_line() -> None:
    assert refusal(b"\n" * (LARGEST_BYTES + 1)).code == "tour_file_large"
    refused = refusal(b'name = "x"\n# \xff\xfe\n')
    assert (refused.code, refused.facts["line"]) == ("tour_file_unreadable", 2)
    assert read_file(b"\xef\xbb\xbf" + GOOD.encode()).name == "甲", "as a Windows editor writes it"


def test_the_line_of_a_scene_is_told() -> None:
    content = (GOOD + '\n[[ "scene" ]]  # two\nshows = "no"\n').encode()
    assert [scene_line(content, number) for number in (0, 1, 2, 3)] == [0, 3, 7, 0]


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_read_or_be_refused(content: bytes) -> None:
    for whole in (content, GOOD.encode() + content):
        try:
            tour = read_file(whole)
        except Refused:
            continue
        assert read_file(write_file(tour).encode()) == tour


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@given(_JSON, _JSON)
def test_no_values_do_anything_but_read_or_be_refused(name: object, scenes: object) -> None:
    for scene in (scenes, {"shows": "wall", "query": scenes}, {"shows": "listed", "seconds": scenes}):
        try:
            read_tour(name, [scene])
        except Refused:
            continue
    assert all(isinstance(one, Scene) for one in kept_scenes(scenes))


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("?layers=density", "?layers=density"),
        ("/wall?\n", "?"),
        ("/wall?level=town&layers=counts", "?layers=counts&level=town"),
        ("  https://10.1.2.3:8050/wall?layers=  ", "?layers="),
        ("/wall?layers=listing,density&tour=%E7%94%B2&scene=3", "?layers=listing,density"),
        ("/wall?layers=counts&card=area-12", "?layers=counts&spot=area-12"),
        ("/wall?layers=counts&card=leader-2&spot=area-1", "?layers=counts&spot=area-1"),
    ],
)
def test_a_pasted_address_is_read_as_a_state_of_the_wall(address: str, query: str) -> None:
    assert read_query(address, 1) == query
    assert read_query(query, 1) == query


@pytest.mark.parametrize(
    "address",
    ["", "layers=density", "javascript:alert(1)?layers=density", "//evil/wall?layers=density",
     "http://x/admin?layers=density", "?layers=density#x", "?layers=petitioners", "?layers=density,density",
     "?layers=density&layers=counts", "?spot=area-0", "?spot=area-9223372036854775808", "?spot=area-1x",
     "?spot=petition-1", "?month=2026-13", "?month=0000-01", "?quarter=2026Q5", "?play=yes", "?who=me",
     "?layers=%ff", "?level=grid", "?group=category:person", "?period=m3&x",
     "?layers=" + "a" * 500, None, 7, ["?layers=density"]],
)  # fmt: skip
def test_what_the_wall_does_not_know_is_refused(address: object) -> None:
    with pytest.raises(Refused) as caught:
        read_query(address, 4)
    assert (caught.value.code, caught.value.facts["scene"]) == ("tour_scene_query", 4)
    assert len(str(caught.value.facts["part"])) <= 40
    assert str(caught.value.facts["part"]).isprintable()


def test_names_are_one_line_and_no_number() -> None:
    assert read_name("  指挥  中心 ") == "指挥 中心"
    for wrong in ("", "  ", "3", "٣", "a\u202eb", None, 3):
        with pytest.raises(Refused):
            read_name(wrong)


def listing(unit: int, area: int | None, state: ListingState = ListingState.LISTED, rank: int = 1) -> Listing:
    return Listing(
        unit_id=unit, unit_name=f"单位{unit}", area_id=area, quarter=QUARTER, state=state, rank=rank,
        score=None, previous_rank=None, reason="", listed_on=None, approver="", leader_label="某副市长",
    )  # fmt: skip


def book() -> CoverageBook:
    units = (
        Unit(1, "单位1", UnitKind.AREA, 1),
        Unit(2, "单位2", UnitKind.AREA, 2),
        Unit(3, "局", UnitKind.DEPARTMENT, None),
    )
    given = tuple(Assignment(unit, leader) for unit, leader in ((1, 7), (2, 7), (3, 8)))
    plan = CoveragePlan(1, "方案", PlanState.PUBLISHED, date(2026, 1, 1), None, 1, None, given)
    return CoverageBook(plan, units, (Leader(7, "副市长", "某甲"), Leader(8, "秘书长", None)), frozenset())


SHOWN = Shown(
    is_published=True, areas=frozenset({1, 2}), quarter=QUARTER, book=book(),
    listings=(listing(1, 1), listing(3, None, rank=2), listing(2, 2, ListingState.DELISTED),
              listing(9, 99, ListingState.PROPOSED, rank=3)),
)  # fmt: skip


def test_generators_show_what_is_published_one_by_one() -> None:
    made = play((Scene(Shows.LISTED, "挂牌", "", 9), Scene(Shows.PATCHES)), SHOWN)
    assert [(one.number, one.subject, one.seconds) for one in made] == [
        (1, "单位1", 9), (1, "单位3", 9), (1, "单位9", 9), (2, "某甲", 20),
    ]  # fmt: skip
    spots = [one.query.partition("spot=")[2] for one in made]
    assert spots == ["area-1", "", "", "leader-7"], "a department has no place, nor has an area that is gone"
    assert [(one.rank, one.leader) for one in made[:2]] == [(1, "某副市长"), (2, "某副市长")]
    for one in made:
        assert read_query(one.query, 1), "what is made is what may be written"


def test_a_scene_of_what_is_gone_is_skipped() -> None:
    scenes = tuple(Scene(Shows.WALL, "", f"?layers=counts&spot={spot}") for spot in
                   ("area-1", "area-99", "leader-7", "leader-8", "leader-99"))  # fmt: skip
    assert [one.number for one in play(scenes, SHOWN)] == [1, 3]


@pytest.mark.parametrize("shown", [Shown(), SHOWN, replace(SHOWN, book=None), Shown(is_published=True)])
def test_a_screen_is_never_empty(shown: Shown) -> None:
    for scenes in ((), (Scene(Shows.LISTED),), (Scene(Shows.WALL, "", "?spot=area-404"),), DEFAULT):
        assert play(scenes, shown)
    kinds = {one.shows for one in play(DEFAULT, shown)}
    assert (Shows.CLOCKS in kinds) == (Shows.SERVICE in kinds) == shown.is_published
    assert (Shows.PATCHES in kinds) == (shown.book is not None)


def test_what_generators_make_has_an_end() -> None:
    many = replace(SHOWN, listings=tuple(listing(n, None, rank=n) for n in range(1, 200)))
    assert len(play((Scene(Shows.LISTED),) * MOST_SCENES, many)) == MOST_PLAYED


def test_a_scene_says_which_one_is_wrong() -> None:
    with pytest.raises(Refused) as caught:
        read_scene({"shows": "wall", "query": "?layers=x"}, 5)
    assert caught.value.facts["scene"] == 5
