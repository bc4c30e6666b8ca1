"""Theme: one set of colour and type tokens for stylesheets and for Plotly templates.

Meaning has colour, decoration has none: maple is overdue or listed, amber due soon, jade in time, always with
a word or a shape beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

FONT_FAMILY = "'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one ground, as CSS hex."""

    name: str
    ground: str
    panel: str
    line: str
    text: str
    muted: str
    maple: str
    amber: str
    jade: str
    accent: str
    empty: str
    """An area with a count of zero."""
    on_maple: str
    """Words on an area that is filled with maple, lightly: a listing is not due soon."""
    sequence: tuple[str, str, str, str, str]
    """Counts and rates: one hue, five classes, from few to many."""


DARK = Theme(
    name="dark",
    ground="#0B1220",
    panel="#111A2B",
    line="#22304A",
    text="#E6EDF7",
    muted="#8FA3BF",
    maple="#E4572E",
    amber="#F2B134",
    jade="#3FB68B",
    accent="#5FA8E8",
    empty="#16233A",
    on_maple="#FFA585",
    sequence=("#1B3350", "#23507A", "#2F72A8", "#58A0D2", "#A9D6F2"),
)
LIGHT = Theme(
    name="light",
    ground="#F7F8FA",
    panel="#FFFFFF",
    line="#DDE3EC",
    text="#172033",
    muted="#56657D",
    maple="#C23F18",
    amber="#9A6700",
    jade="#1F7A57",
    accent="#1F5FA8",
    empty="#EEF1F5",
    on_maple="#C23F18",
    sequence=("#DCE9F5", "#B3D0EA", "#7FB0DA", "#4485BD", "#1B5990"),
)

DENSITY_RAMP = ("#00000000", "#3A0F1E80", "#8C2A1FB0", "#E4572ED0", "#F7A65AE0", "#FFF6E0F0")
"""Density: rising luminance from transparent ink over ember to ivory, as #RRGGBBAA."""

LEADER_COLOURS = (
    "#4E79A7", "#F28E2B", "#59A14F", "#B07AA1", "#EDC948", "#76B7B2",
    "#9C755F", "#FF9DA7", "#2F6B8F", "#D4A6C8", "#8CD17D", "#BAB0AC",
)  # fmt: skip
"""Twelve colours for leaders; each patch also carries its leader's label."""


def css(theme: Theme) -> str:
    """Return the theme's colours as CSS custom properties."""
    names = ("ground", "panel", "line", "text", "muted", "maple", "amber", "jade", "accent", "empty")
    return "".join(f"  --{name}: {getattr(theme, name)};\n" for name in names)


def stylesheet() -> str:
    """Return ``tokens.css``: light by default, dark inside ``[data-theme=dark]``."""
    return (
        f":root {{\n{css(LIGHT)}  --font: {FONT_FAMILY};\n  color-scheme: light;\n}}\n\n"
        f"[data-theme=dark] {{\n{css(DARK)}  color-scheme: dark;\n}}\n"
    )


def template(theme: Theme, *, font_px: float = 14) -> go.layout.Template:
    """Return a Plotly template of the theme; ``font_px`` is the base size in CSS pixels of the drawing."""
    axis = {
        "gridcolor": theme.line, "linecolor": theme.line, "zeroline": False, "ticks": "",
        "tickfont": {"color": theme.muted, "size": font_px * 0.9}, "automargin": True,
    }  # fmt: skip
    return go.layout.Template(
        layout={
            "font": {"family": FONT_FAMILY, "size": font_px, "color": theme.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"bgcolor": theme.panel, "bordercolor": theme.line, "font": {"color": theme.text}},
            "colorway": [theme.accent, theme.maple, theme.amber, theme.jade],
            "showlegend": False,
        }
    )
