"""What the names of one address can mean together: the areas that explain all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grid.geocoding.names import Name, NamedPlace, Referent
from grid.geocoding.reading import Token

Chains = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Sense:
    """A token with the meanings that its house number leaves; ``off_range`` where the number fits none."""

    token: Token
    referents: tuple[Referent, ...]
    areas: frozenset[int]
    off_range: bool = False

    @property
    def name(self) -> Name:
        """The name as the gazetteer has it."""
        return self.token.name


def sense_of(token: Token) -> Sense:
    """Return what a token means once its house number is taken into account."""
    name = token.name
    if token.number is None:
        return Sense(token, name.referents, name.areas)
    fitting = tuple(referent for referent in name.referents if _fits(referent, token.number))
    if not any(referent.is_road for referent in fitting):
        return Sense(token, name.referents, name.areas, off_range=True)
    return Sense(token, fitting, frozenset(referent.area_id for referent in fitting))


def _fits(referent: Referent, number: int) -> bool:
    place = referent.place
    return place is None or not referent.is_road or place.has_number(number)


def explaining_areas(senses: Sequence[Sense], chains: Chains) -> list[int]:
    """Return the areas named by some sense in whose chain every sense has a meaning, best supported only.

    An area is supported by each different area of its chain that is named, up to one a name: so 石桥镇石桥 is
    the village 石桥 in the town 石桥, while 石桥 alone stays undecided.
    """
    explaining = _explaining(senses, chains)
    if len(senses) == 1:
        return sorted(explaining)
    support = {area: _support(area, senses, chains) for area in explaining}
    best = max(support.values(), default=0)
    return sorted(area for area, count in support.items() if count == best)


def _explaining(senses: Sequence[Sense], chains: Chains) -> set[int]:
    """Return the areas named by some sense in whose chain every sense has a meaning.

    Taken in one sense after the other, rarest first: an area stays if its chain explains the next sense too,
    or is replaced by what that sense means below it.
    """
    rarest, *others = sorted(senses, key=lambda sense: len(sense.areas))
    explaining = set(rarest.areas)
    for sense in others:
        stay = {area for area in explaining if not sense.areas.isdisjoint(chains[area])}
        explaining = stay.union(*(_below(sense, area, chains) for area in explaining))
    return explaining


def _below(sense: Sense, area: int, chains: Chains) -> Iterable[int]:
    by_ancestor = sense.name.by_ancestor
    if by_ancestor is not None and sense.areas is sense.name.areas:
        return by_ancestor.get(area, ())
    return [meant for meant in sense.areas if area in chains[meant]]


def _support(area: int, senses: Sequence[Sense], chains: Chains) -> int:
    named = {ancestor for sense in senses for ancestor in sense.areas.intersection(chains[area])}
    return min(len(named), len({sense.name.text for sense in senses}))


def meeting_area(senses: Sequence[Sense], chains: Chains) -> int | None:
    """Return the finest area under which every sense has a meaning, none where several are as fine."""
    common = frozenset.intersection(*(_reach(sense, chains) for sense in senses))
    return _finest(common, chains)


def common_area(areas: Sequence[int], chains: Chains) -> int | None:
    """Return the finest area that holds all of ``areas``, none where there is none."""
    common = set(chains[areas[0]])
    for area in areas:
        common.intersection_update(chains[area])
        if len(common) <= 1:
            break
    return _finest(common, chains)


def _finest(areas: Collection[int], chains: Chains) -> int | None:
    """Return the one area of ``areas`` that no other one is as deep as; goes up while several are."""
    by_depth: dict[int, list[int]] = {}
    for area in areas:
        by_depth.setdefault(len(chains[area]), []).append(area)
    return next(
        (by_depth[depth][0] for depth in sorted(by_depth, reverse=True) if len(by_depth[depth]) == 1), None
    )


def _reach(sense: Sense, chains: Chains) -> frozenset[int]:
    if sense.areas is sense.name.areas:
        return sense.name.reach
    return frozenset(ancestor for area in sense.areas for ancestor in chains[area])


def point_of(senses: Iterable[Sense], area: int, chains: Chains) -> NamedPlace | None:
    """Return the one gazetteer point that the senses mean at ``area``, none where it is not certain which."""
    places = {place for sense in senses for place in _points(sense, chains[area])}
    return places.pop() if len(places) == 1 else None


def _points(sense: Sense, chain: tuple[int, ...]) -> set[NamedPlace]:
    """Return the points a sense may mean in a chain; none when it may as well mean something without one."""
    if sense.token.near or not sense.name.has_points:
        return set()
    meant = [referent.place for referent in sense.referents if referent.area_id in chain]
    points = {place for place in meant if place is not None and place.lon is not None}
    return points if len(points) == len(meant) else set()
