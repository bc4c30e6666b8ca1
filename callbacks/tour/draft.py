"""A tour being changed: plain steps, each of which can be taken back; nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from grid.ids import LARGEST_ID
from grid.refusals import Refused
from grid.tours import MOST_SCENES, USUAL_S, Shows, Tour, read_query, read_tour, write_scenes

MOST_UNDONE = 20
_LONGEST = 2000
"""What a field may hold before it is read; a pasted address is as long as it is."""
FIELDS = ("shows", "title", "query", "seconds")

RawScene = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """``scenes`` are as their fields stand, right or not; ``at`` is the chosen one, ``past`` what was."""

    id: int = 0
    version: int = 0
    name: str = ""
    scenes: tuple[RawScene, ...] = ()
    at: int = 0
    past: tuple[tuple[str, tuple[RawScene, ...]], ...] = ()
    is_changed: bool = False

    @property
    def scene(self) -> RawScene:
        """The chosen scene."""
        return self.scenes[self.at]

    def plain(self) -> dict[str, Any]:
        """Return the draft for the browser's store; ``read_draft`` reads it back."""
        return {
            "id": self.id, "version": self.version, "name": self.name, "scenes": list(self.scenes),
            "at": self.at, "past": [[name, list(scenes)] for name, scenes in self.past],
            "is_changed": self.is_changed,
        }  # fmt: skip

    def tour(self) -> Tour:
        """Return the tour; raises ``Refused`` as ``grid.tours.read_tour`` does."""
        said = [scene if scene["shows"] == Shows.WALL else {**scene, "query": ""} for scene in self.scenes]
        return read_tour(self.name, said, tour_id=self.id, version=self.version)


def draft_of(tour: Tour) -> Draft:
    """Return the draft of a tour as it is kept."""
    scenes = tuple(_scene(one) for one in write_scenes(tour.scenes)) or (blank(),)
    return Draft(tour.id, tour.version, tour.name, scenes)


def blank() -> RawScene:
    """Return the fields of a scene that was just added."""
    return {"shows": Shows.WALL.value, "title": "", "query": "?layers=density", "seconds": USUAL_S}


def read_draft(raw: object) -> Draft:
    """Return the draft that a browser's store holds; raises ``Refused('tour_scenes')`` for what is none."""
    if not isinstance(raw, Mapping):
        raise Refused("tour_scenes", most=MOST_SCENES)
    scenes, past = _scenes(raw.get("scenes")), raw.get("past")
    steps = [one for one in past if _is_step(one)] if isinstance(past, list) else []
    at = _whole(raw.get("at"))
    return Draft(
        _whole(raw.get("id")),
        _whole(raw.get("version")),
        _text(raw.get("name")),
        scenes,
        min(at, len(scenes) - 1),
        tuple((_text(name), _scenes(scenes)) for name, scenes in steps[-MOST_UNDONE:]),
        raw.get("is_changed") is True,
    )


def moved(draft: Draft, by: int) -> Draft:
    """Return the draft with the chosen scene ``by`` places down; at an end nothing moves."""
    to = draft.at + by
    if not 0 <= to < len(draft.scenes):
        return draft
    scenes = list(draft.scenes)
    scenes.insert(to, scenes.pop(draft.at))
    return replace(_step(draft), scenes=tuple(scenes), at=to)


def added(draft: Draft) -> Draft:
    """Return the draft with a scene after the chosen one, which it chooses."""
    if len(draft.scenes) >= MOST_SCENES:
        raise Refused("tour_scenes", most=MOST_SCENES)
    to = draft.at + 1
    return replace(_step(draft), scenes=(*draft.scenes[:to], blank(), *draft.scenes[to:]), at=to)


def removed(draft: Draft) -> Draft:
    """Return the draft without the chosen scene; the last one stays."""
    if len(draft.scenes) == 1:
        raise Refused("tour_scenes", most=MOST_SCENES)
    scenes = draft.scenes[: draft.at] + draft.scenes[draft.at + 1 :]
    return replace(_step(draft), scenes=scenes, at=min(draft.at, len(scenes) - 1))


def renamed(draft: Draft, name: object) -> Draft:
    """Return the draft under another name."""
    said = _text(name)
    return draft if said == draft.name else replace(_step(draft), name=said)


def changed(draft: Draft, field: str, value: object) -> Draft:
    """Return the draft with one field of the chosen scene otherwise; an address is shortened to its state."""
    scene = _scene({**draft.scene, field: value})
    if field == "query":
        # What is no address stays as it was typed, for its writer to mend; saving says what is wrong.
        with suppress(Refused):
            scene["query"] = read_query(scene["query"], draft.at + 1)
    if scene == draft.scene:
        return draft
    return replace(_step(draft), scenes=(*draft.scenes[: draft.at], scene, *draft.scenes[draft.at + 1 :]))


def chosen(draft: Draft, at: object) -> Draft:
    """Return the draft with another scene chosen."""
    number = int(at) if isinstance(at, str) and at.isascii() and at.isdigit() and len(at) < 4 else draft.at
    return replace(draft, at=min(number, len(draft.scenes) - 1))


def undone(draft: Draft) -> Draft:
    """Return the draft before the last step."""
    if not draft.past:
        return draft
    name, scenes = draft.past[-1]
    return replace(
        draft, name=name, scenes=scenes, at=min(draft.at, len(scenes) - 1), past=draft.past[:-1],
        is_changed=True,
    )  # fmt: skip


def _step(draft: Draft) -> Draft:
    past = (*draft.past, (draft.name, draft.scenes))[-MOST_UNDONE:]
    return replace(draft, past=past, is_changed=True)


def _scenes(raw: object) -> tuple[RawScene, ...]:
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MOST_SCENES:
        raise Refused("tour_scenes", most=MOST_SCENES)
    return tuple(map(_scene, raw))


def _scene(raw: object) -> RawScene:
    given: Mapping[str, object] = raw if isinstance(raw, Mapping) else {}
    seconds = given.get("seconds")
    return {
        "shows": _text(given.get("shows")),
        "title": _text(given.get("title")),
        "query": _text(given.get("query")),
        "seconds": seconds if type(seconds) is int and abs(seconds) <= LARGEST_ID else None,
    }


def _is_step(raw: object) -> bool:
    return isinstance(raw, list | tuple) and len(raw) == 2


def _text(raw: object) -> str:
    return raw[:_LONGEST] if isinstance(raw, str) else ""


def _whole(raw: object) -> int:
    return raw if type(raw) is int and 0 <= raw <= LARGEST_ID else 0
