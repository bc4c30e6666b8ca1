"""Labels of areas: title, note and alert under one another, the pressing ones first, none on another.

Plotly cannot offset text by pixels, so a line is moved by blank lines of its own size. Halo and overlap,
which Plotly cannot set either, are asked for in ``meta`` and done by ``assets/00-map.js``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from layers.map_base import Drawing, MapPart, Slot
from layers.map_camera import Camera
from layers.theme import Theme

REGULAR_FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC"
BOLD_FONT = "Noto Sans SC Bold, Noto Sans CJK SC, Microsoft YaHei, PingFang SC"
"""Font stacks of the map's own text engine, which reads the weight from the first family's name."""
TITLE_PX, NOTE_PX, MINOR_PX = 28.0, 24.0, 24.0
_LINE_HEIGHT, _GAP_PX = 1.2, 16.0
_NUDGES = ((0, 0), (0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, 1), (0, -2), (0, 2))
"""Moves to try, in lines of a title."""
_LATIN_EM = 0.58


@dataclass(frozen=True, slots=True)
class AreaLabel:
    """What an area is called on the map; higher ``urgency`` is placed first."""

    area_id: int
    lon: float
    lat: float
    title: str
    note: str = ""
    alert: str = ""
    urgency: float = 0.0
    reach: int = 2
    """How many lines it may be moved; a small area's label would soon lie on another area."""


def place_labels(labels: Iterable[AreaLabel], camera: Camera) -> tuple[AreaLabel, ...]:
    """Return the labels that fit side by side, the urgent ones first.

    Where a label's place is taken it moves a little, then goes without its note, then without its alert; one
    that still does not fit is left out.
    """
    placed: list[AreaLabel] = []
    taken: list[tuple[float, float, float, float]] = []
    for label in sorted(labels, key=lambda one: -one.urgency):
        for offered in _offers(label, camera):
            box = _box(offered, camera)
            if not any(_overlap(box, other) for other in taken):
                placed.append(offered)
                taken.append(box)
                break
    return tuple(placed)


def label_part(labels: Sequence[AreaLabel], camera: Camera, theme: Theme) -> MapPart:
    """Return the traces of placed labels."""
    scale = camera.viewport.scale
    titles = [label.title + "<br> " for label in labels]
    notes = [" <br>" + label.note if label.note else "" for label in labels]
    alerts = [_under(label) + label.alert if label.alert else "" for label in labels]
    traces = (
        text_trace(
            Slot.LABEL_TITLE, labels, titles, TITLE_PX * scale, colour=theme.text, theme=theme, bold=True
        ),
        text_trace(Slot.LABEL_NOTE, labels, notes, NOTE_PX * scale, colour=theme.text, theme=theme),
        text_trace(
            Slot.LABEL_ALERT, labels, alerts, NOTE_PX * scale, colour=theme.on_maple, theme=theme, bold=True
        ),
    )
    # Plotly forgets the slot of a trace without points, and lays the one before it anew.
    return MapPart(tuple(trace for trace in traces if trace["text"]))


def minor_part(labels: Sequence[AreaLabel], camera: Camera, theme: Theme) -> MapPart:
    """Return the trace of small labels that give way to all others and come out as one comes nearer."""
    texts = [f"{label.title} {label.note}".strip() for label in labels]
    trace = text_trace(
        Slot.MINOR_LABEL, labels, texts, MINOR_PX * camera.viewport.scale, colour=theme.text, theme=theme
    )
    trace["meta"] = trace["meta"] | {"overlap": False}
    return MapPart(traces=(trace,))


def text_trace(
    slot: Slot,
    labels: Sequence[AreaLabel],
    texts: Sequence[str],
    size_px: float,
    *,
    colour: str,
    theme: Theme,
    bold: bool = False,
) -> Drawing:
    """Return a text trace; labels without text are left out."""
    shown = [(label, text) for label, text in zip(labels, texts, strict=True) if text]
    return {
        "type": "scattermap", "mode": "text", "uid": slot, "below": slot, "hoverinfo": "skip",
        "lon": [label.lon for label, _ in shown],
        "lat": [label.lat for label, _ in shown],
        "text": [text for _, text in shown],
        "textposition": "middle center",
        "textfont": {"family": BOLD_FONT if bold else REGULAR_FONT, "size": size_px, "color": colour},
        "meta": {"halo": theme.ground, "halo_px": size_px / 11, "overlap": True},
    }  # fmt: skip


def _offers(label: AreaLabel, camera: Camera) -> Iterator[AreaLabel]:
    step_px = TITLE_PX * _LINE_HEIGHT * camera.viewport.scale
    for shorter in (label, replace(label, note=""), replace(label, note="", alert="")):
        for right, down in _NUDGES:
            if max(abs(right), abs(down)) > label.reach:
                continue
            lon, lat = camera.moved(label.lon, label.lat, right * step_px, down * step_px)
            yield replace(shorter, lon=lon, lat=lat)


def _under(label: AreaLabel) -> str:
    """Blank lines that move an alert under the note, or into its place where there is none."""
    return " <br> <br> <br>" if label.note else " <br>"


def _box(label: AreaLabel, camera: Camera) -> tuple[float, float, float, float]:
    scale = camera.viewport.scale
    x, y = camera.to_px(label.lon, label.lat)
    lines = [(label.title, TITLE_PX), *((text, NOTE_PX) for text in (label.note, label.alert) if text)]
    width = max(_text_em(text) * size for text, size in lines) * scale
    below = sum(size for _, size in lines[1:]) * _LINE_HEIGHT * scale
    width += _GAP_PX * scale
    return x - width / 2, y - TITLE_PX * _LINE_HEIGHT * scale, x + width / 2, y + below


def _text_em(text: str) -> float:
    return sum(_LATIN_EM if ord(character) < 0x2E80 else 1.0 for character in text)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
