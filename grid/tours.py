"""Tours (轮播): which scenes the wall shows in turn, how long each, and what they come to on a given day.

A scene names a state of the wall by its query string, or a generator: every listed unit, every leader's
patch.
A tour holds no figure; what a scene shows is asked of the published products when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from grid.areas import Level
from grid.coverage import CoverageBook, lead_by_unit
from grid.ids import LARGEST_ID
from grid.listings import IN_FORCE, Listing, ListingState, Quarter
from grid.matters import Category, Channel
from grid.personal.identifiers import find_identifiers
from grid.published import Window
from grid.refusals import Refused

LONGEST_NAME = 40
LONGEST_TITLE = 30
LONGEST_QUERY = 400
MOST_SCENES = 60
MOST_TOURS = 100
MOST_PLAYED = 300
"""What generators make of a tour is cut here: more nobody stays to see."""
SHORTEST_S, LONGEST_S = 5, 600
USUAL_S = 20
_SHOWN_PART = 40
"""How much of a part that was not understood is said back."""

LAYERS = ("listing", "coverage", "counts", "density")
VIEWS = ("density", "rate", "significance")
BASES = ("count", "rate")
_LEVELS = (Level.COUNTY.value, Level.TOWN.value, Level.VILLAGE.value)
_GROUPS = frozenset({"all", *(f"category:{one}" for one in Category), *(f"channel:{one}" for one in Channel)})
_MONTH = re.compile(r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(?!0000)[0-9]{4}Q[1-4]")
_SPOT = re.compile(r"(area|leader)-([0-9]{1,19})")


class Shows(StrEnum):
    """What a scene is made of."""

    WALL = "wall"
    """One state of the wall."""
    LISTED = "listed"
    """Every listed unit (挂牌单位) of the newest quarter, the worst rank first."""
    PATCHES = "patches"
    """The patch of every leader (包片) of the plan in force."""
    CLOCKS = "clocks"
    """Counties, with the figures that tell of clocks (时限) leading."""
    SERVICE = "service"
    """Towns by matters that service points (代办点) brought in, with the figure of the network leading."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One entry of a tour: ``query`` is the wall's, for ``Shows.WALL`` alone; ``title`` may be empty."""

    shows: Shows
    title: str = ""
    query: str = ""
    seconds: int = USUAL_S


@dataclass(frozen=True, slots=True)
class Tour:
    """Scenes in order. ``id`` is 0 before it is first saved; ``version`` is its optimistic lock."""

    id: int
    name: str
    scenes: tuple[Scene, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show on a day: areas by id, the listings of a quarter, the plan in force.

    ``is_published`` says whether figures and counts are.
    """

    is_published: bool = False
    areas: frozenset[int] = frozenset()
    quarter: Quarter | None = None
    listings: tuple[Listing, ...] = ()
    book: CoverageBook | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """A state of the wall that is shown for some seconds; what a generator made says of what.

    ``number`` is its scene's in the tour, from 1. ``rank``, ``state`` and ``leader`` are of a listed unit
    ``subject``, as far as they are known; for a patch ``subject`` is its leader.
    """

    number: int
    shows: Shows
    title: str
    query: str
    seconds: int
    subject: str = ""
    rank: int | None = None
    state: ListingState | None = None
    leader: str = ""


DEFAULT = (
    Scene(Shows.WALL, "", "?layers=density", 30),
    Scene(Shows.WALL, "", "?layers=counts&level=town&basis=rate", 30),
    Scene(Shows.LISTED, "", "", 20),
    Scene(Shows.PATCHES, "", "", 20),
    Scene(Shows.CLOCKS, "", "", 30),
    Scene(Shows.SERVICE, "", "", 30),
)
"""The tour of a city that has none; scenes for which there is nothing yet leave themselves out."""


def read_tour(name: object, scenes: object, *, tour_id: int = 0, version: int = 0) -> Tour:
    """Return a tour of values from outside: a name, and scenes as ``write_scenes`` writes them.

    Raises ``Refused``: ``tour_name`` (``most``), ``tour_scenes`` (``most``), or what ``read_scene`` raises.
    """
    if not isinstance(scenes, list | tuple) or not 1 <= len(scenes) <= MOST_SCENES:
        raise Refused("tour_scenes", most=MOST_SCENES)
    return Tour(
        tour_id,
        read_name(name),
        tuple(read_scene(scene, number) for number, scene in enumerate(scenes, start=1)),
        version,
    )


def read_name(raw: object) -> str:
    """Return a tour's name with single spaces; raises ``Refused('tour_name')``.

    A number is none: addresses name tours by id or by name.
    """
    name = " ".join(raw.split()) if isinstance(raw, str) else ""
    if not _is_line(name, LONGEST_NAME) or not name or name.isdigit():
        raise Refused("tour_name", most=LONGEST_NAME)
    if find_identifiers(name):
        raise Refused("tour_names_person", scene=0)
    return name


def read_scene(raw: object, number: int) -> Scene:
    """Return a scene of a mapping from outside.

    Raises ``Refused``, each with the ``scene``'s number: ``tour_scene_key`` (``key``), ``tour_scene_shows``,
    ``tour_scene_title`` (``most``), ``tour_names_person``, ``tour_scene_seconds`` (``least``, ``most``), or
    what ``read_query`` raises.
    """
    given: Mapping[object, object] = raw if isinstance(raw, Mapping) else {}
    for key in given:
        if key not in ("shows", "title", "query", "seconds"):
            raise Refused("tour_scene_key", scene=number, key=_part(key))
    shows, title, seconds = given.get("shows"), given.get("title", ""), given.get("seconds", USUAL_S)
    if not isinstance(shows, str) or shows not in set(Shows):
        raise Refused("tour_scene_shows", scene=number)
    if not isinstance(title, str) or not _is_line(title := " ".join(title.split()), LONGEST_TITLE):
        raise Refused("tour_scene_title", scene=number, most=LONGEST_TITLE)
    if find_identifiers(title):
        raise Refused("tour_names_person", scene=number)
    if type(seconds) is not int or not SHORTEST_S <= seconds <= LONGEST_S:
        raise Refused("tour_scene_seconds", scene=number, least=SHORTEST_S, most=LONGEST_S)
    query = given.get("query", "")
    if Shows(shows) is Shows.WALL:
        query = read_query(query, number)
    elif query != "":
        raise Refused("tour_scene_key", scene=number, key="query")
    return Scene(Shows(shows), title, str(query), seconds)


def read_query(raw: object, number: int) -> str:
    """Return the query string of a wall's address, or of the query alone, in one order and form.

    What an address has of a tour is left out, and an open card becomes the spot that the map is zoomed to: an
    unattended wall opens no card. Raises ``Refused('tour_scene_query')`` (``scene``, ``part``) for any part
    that the wall does not know.
    """
    text = raw.strip() if isinstance(raw, str) else ""
    path, mark, query = text.partition("?")
    if not mark or len(text) > LONGEST_QUERY or not re.fullmatch(r"(?:https?://[^/\s?#]+)?(?:/wall)?", path):
        raise Refused("tour_scene_query", scene=number, part=_part(text))
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise Refused("tour_scene_query", scene=number, part=_part(query)) from None
    said: dict[str, str] = {}
    for key, value in pairs:
        if key in said or not _knows(key, value):
            raise Refused("tour_scene_query", scene=number, part=_part(f"{key}={value}"))
        said[key] = value
    card = said.pop("card", None)
    if card is not None:
        said.setdefault("spot", card)
    ordered = {key: said[key] for key in _VALUES if key in said and key not in _OF_A_TOUR}
    return "?" + urlencode(ordered, safe=",:")


def write_scenes(scenes: tuple[Scene, ...]) -> list[dict[str, str | int]]:
    """Return scenes as plain data, for a file or a row; ``read_tour`` reads them back."""
    return [_written(scene) for scene in scenes]


def kept_scenes(raw: object) -> tuple[Scene, ...]:
    """Return the scenes of a row that are still understood: what a newer wall no longer knows is left out."""
    found = []
    for number, one in enumerate(raw if isinstance(raw, list) else [], start=1):
        try:
            found.append(read_scene(one, number))
        except Refused:
            continue
    return tuple(found)


def play(scenes: tuple[Scene, ...], shown: Shown) -> tuple[Played, ...]:
    """Return the states that scenes come to today, in order.

    A scene of an area or a leader that is gone is skipped. Where nothing is left the default stands in, whose
    first scene can always be shown: a screen is never empty.
    """
    found = [one for number, scene in enumerate(scenes, start=1) for one in _made(number, scene, shown)]
    return tuple(found[:MOST_PLAYED]) or play(DEFAULT, shown)


def _made(number: int, scene: Scene, shown: Shown) -> list[Played]:
    if scene.shows is Shows.WALL:
        one = Played(number, scene.shows, scene.title, scene.query, scene.seconds)
        return [one] if _is_there(scene.query, shown) else []
    blank = Played(number, scene.shows, scene.title, "", scene.seconds)
    if scene.shows is Shows.LISTED:
        return _listed(blank, shown)
    if scene.shows is Shows.PATCHES:
        return _patches(blank, shown)
    return [replace(blank, query=_OF_FIGURES[scene.shows])] if shown.is_published else []


def _listed(blank: Played, shown: Shown) -> list[Played]:
    """A department has no place: it is shown on the map of the whole city."""
    told = [one for one in shown.listings if one.state in IN_FORCE | {ListingState.PROPOSED}]
    return [
        replace(
            blank,
            query=_query(
                layers="listing,coverage",
                quarter=str(one.quarter),
                focus="listing",
                spot=f"area-{one.area_id}" if one.area_id in shown.areas else None,
            ),
            subject=one.unit_name,
            rank=one.rank,
            state=one.state,
            leader=one.leader_label or "",
        )
        for one in told
    ]


def _patches(blank: Played, shown: Shown) -> list[Played]:
    if shown.book is None:
        return []
    led = _led_areas(shown)
    return [
        replace(
            blank,
            query=_query(layers="coverage", focus="coverage", spot=f"leader-{leader.id}"),
            subject=leader.label,
        )
        for leader in shown.book.leaders
        if led.get(leader.id)
    ]


def _led_areas(shown: Shown) -> dict[int, set[int]]:
    """Return the areas on the map that each leader leads."""
    found: dict[int, set[int]] = {}
    if shown.book is None:
        return found
    leads = lead_by_unit(shown.book.plan)
    for unit in shown.book.units:
        leader = leads.get(unit.id)
        if leader is not None and unit.area_id in shown.areas:
            found.setdefault(leader, set()).add(unit.area_id or 0)
    return found


def _is_there(query: str, shown: Shown) -> bool:
    match = _SPOT.fullmatch(dict(parse_qsl(query[1:])).get("spot", ""))
    if match is None:
        return True
    id_ = int(match.group(2))
    return id_ in shown.areas if match.group(1) == "area" else bool(_led_areas(shown).get(id_))


def _query(**pairs: str | None) -> str:
    return "?" + urlencode({key: value for key, value in pairs.items() if value is not None}, safe=",:")


def _written(scene: Scene) -> dict[str, str | int]:
    pairs: dict[str, str | int] = {"shows": scene.shows.value}
    if scene.title:
        pairs["title"] = scene.title
    if scene.query:
        pairs["query"] = scene.query
    return pairs | {"seconds": scene.seconds}


def _knows(key: str, value: str) -> bool:
    known = _VALUES.get(key)
    if key == "layers":
        named = value.split(",")
        return value == "" or (set(named) <= set(LAYERS) and len(set(named)) == len(named))
    if isinstance(known, re.Pattern):
        match = known.fullmatch(value)
        return match is not None and (known is not _SPOT or 0 < int(match.group(2)) <= LARGEST_ID)
    return known is not None and value in known


def _is_line(text: str, longest: int) -> bool:
    return len(text) <= longest and (text.isprintable() or not text)


def _part(raw: object) -> str:
    """What was not understood, as far as it is safe and short enough to be said back."""
    return "".join(char for char in str(raw)[:_SHOWN_PART] if char.isprintable())


_OF_FIGURES = {
    Shows.CLOCKS: _query(layers="counts", level="county", basis="count", focus="counts"),
    Shows.SERVICE: _query(layers="counts", group=f"channel:{Channel.AGENT}", level="town", focus="counts"),
}
_OF_A_TOUR = frozenset({"tour", "scene"})
_ANY = re.compile(r".*", re.DOTALL)
_VALUES: dict[str, frozenset[str] | re.Pattern[str]] = {
    "layers": frozenset(LAYERS),
    "view": frozenset(VIEWS),
    "period": frozenset(Window),
    "group": _GROUPS,
    "level": frozenset(_LEVELS),
    "basis": frozenset(BASES),
    "quarter": _QUARTER,
    "focus": frozenset(LAYERS),
    "month": _MONTH,
    "play": frozenset({"1"}),
    "spot": _SPOT,
    "card": _SPOT,
    "tour": _ANY,
    "scene": _ANY,
}
"""What the wall's address may say, key by key; a test holds it against the wall itself."""
