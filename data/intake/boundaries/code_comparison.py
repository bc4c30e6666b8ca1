"""Codes compared with the edition in force: code **and** name, since two code systems give both away anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from grid.areas import Level, parent_code
from grid.inspection import CodeChange

Named = tuple[str, str]
"""A code and a name."""
RENAMED, RECODED, SWAPPED, NEW, GONE = "renamed", "recoded", "swapped", "new", "gone"
KINDS = (SWAPPED, RECODED, RENAMED, GONE, NEW)
"""From the gravest."""


def compare_codes(level: Level, after: Sequence[Named], before: Sequence[Named]) -> tuple[CodeChange, ...]:
    """Return every area whose code and name do not both stand in both editions, the gravest kinds first.

    A name means an area where it is the only one of its parent's, else where it is the only one of the level:
    names repeat inside a city.
    """
    name_of, kept = dict(before), set(after) & set(before)
    new_codes = {code for code, _ in after}
    find_before = _Finder(level, before)
    find_after = _Finder(level, after)
    changes, recoded_from = [], set()
    for code, name in after:
        if (code, name) in kept:
            continue
        earlier = find_before(code, name)
        if code in name_of:
            kind = SWAPPED if earlier not in {None, code} else RENAMED
            changes.append(CodeChange(kind, code, name, earlier or code, name_of[code]))
        elif earlier is not None and earlier not in new_codes and find_after(earlier, name) == code:
            recoded_from.add(earlier)
            changes.append(CodeChange(RECODED, code, name, earlier, name))
        else:
            changes.append(CodeChange(NEW, code, name))
    known = new_codes | recoded_from
    gone = (pair for pair in before if pair[0] not in known)
    changes += [CodeChange(GONE, "", "", code, name) for code, name in gone]
    return tuple(sorted(changes, key=lambda one: (KINDS.index(one.kind), one.code or one.before_code)))


def count_changes(changes: Iterable[CodeChange]) -> dict[str, int]:
    """Return how many changes there are of each kind, kinds without any left out."""
    counts = Counter(one.kind for one in changes)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


class _Finder:
    """Finds the code of the only area of a name, first among those with the same parent's code."""

    def __init__(self, level: Level, areas: Iterable[Named]) -> None:
        self._level = level
        self._near: dict[Named, list[str]] = defaultdict(list)
        self._anywhere: dict[str, list[str]] = defaultdict(list)
        for code, name in areas:
            self._near[self._parent(code), name].append(code)
            self._anywhere[name].append(code)

    def __call__(self, code: str, name: str) -> str | None:
        near = self._near.get((self._parent(code), name), [])
        found = near or self._anywhere.get(name, [])
        return found[0] if len(found) == 1 else None

    def _parent(self, code: str) -> str:
        return parent_code(self._level, code) or ""
