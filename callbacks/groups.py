"""Groups: one choice of all matters, those of a category or those of a channel, as addresses say it."""

from __future__ import annotations

from grid.matters import Category, Channel
from grid.published import WallQuestion, Window

ALL = "all"
Group = Category | Channel


def write_group(group: Group | None) -> str:
    """Return a group as controls and addresses say it: ``all``, ``category:land``, ``channel:visit``."""
    if group is None:
        return ALL
    return f"{'category' if isinstance(group, Category) else 'channel'}:{group}"


def read_group(raw: object) -> Group | None:
    """Return the group that a text names; none for all and for anything else."""
    kind, _, name = raw.partition(":") if isinstance(raw, str) else ("", "", "")
    if kind == "category" and name in set(Category):
        return Category(name)
    return Channel(name) if kind == "channel" and name in set(Channel) else None


def ask_group(window: Window, group: Group | None) -> WallQuestion:
    """Return the question about a group's matters of a window."""
    return WallQuestion(
        window,
        category=group if isinstance(group, Category) else None,
        channel=group if isinstance(group, Channel) else None,
    )
