"""Pictures of every page × role × size, and a contact sheet of them: ``make screenshots``.

The pictures go to ``var/screenshots`` (not kept in the repository), the sheet and the README's pictures to
``docs``. ``python -m scripts.screenshots wall plan`` takes those of some screens only, ``--role`` those of
one role; ``docs`` is left alone then. ``python -m scripts.screenshots docs`` takes what ``docs`` shows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import click
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Error, Page

from bench.demo_visits import Demo, served_demo, settle
from callbacks.access.screens import ROLES, Screen
from grid.principals import Role

ROOT = Path(__file__).parents[1]
SHOTS = ROOT / "var" / "screenshots"
SHEET = ROOT / "docs" / "contact-sheet.webp"
SIZES = {
    "1080p": (1920, 1080), "4k": (3840, 2160), "32x9": (3840, 1080), "phone": (390, 844),
    "laptop": (1366, 768),
}  # fmt: skip
SHEET_SIZES = {Screen.WALL: tuple(SIZES), Screen.PATCH: ("phone",), Screen.BRIEF: ("phone", "laptop")}
"""Sizes that the sheet shows of a screen; of any other screen one, that of a desk."""
VIEWS: dict[Screen, tuple[str, ...]] = {
    Screen.WALL: (
        "",
        "?layers=density&view=significance",
        "?layers=listing",
        "?layers=coverage",
        "?layers=counts&basis=rate",
        "?tour=0",
    ),
    Screen.BRIEF: ("", "?scene=listing", "?scene=coverage", "?scene=clocks", "?scene=service"),
    Screen.UNITS: ("", "/990101", "?view=listing", "?view=clocks"),
    Screen.PLAN: ("", "?view=history", "?view=compare", "?view=patches"),
    Screen.PATCH: ("", "?tab=service", "?tab=me", "/map"),
}
"""What of a screen is shown besides its first page: the rest of its address."""
README = {
    "wall": (Screen.WALL, Role.LEADER, "1080p"),
    "patch": (Screen.PATCH, Role.WORKER, "phone"),
    "plan": (Screen.PLAN, Role.PLANNER, "1080p"),
}
"""The README's pictures: a screen's first page, as whom and at what size."""
_DOCS = "docs"
_THUMB_PX, _COLUMNS, _GAP_PX, _TITLE_PX = 320, 8, 10, 22
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a page of a screen as a role sees it at a size."""

    screen: Screen
    rest: str
    role: Role
    size: str

    @property
    def path(self) -> Path:
        """Where it is put."""
        view = "".join(one if one.isalnum() else "-" for one in self.rest)
        return SHOTS / f"{self.screen}{view}_{self.role}_{self.size}.png"


def all_shots(screens: set[str], roles: set[str]) -> Iterator[Shot]:
    """Yield every picture, by role and size, of the screens and roles named, or of all."""
    for role in (one for one in Role if not roles or one in roles):
        for size in SIZES:
            for screen, allowed in ROLES.items():
                wanted = role in allowed and screen is not Screen.CARDS
                if wanted and (not screens or screen.value in screens):
                    yield from (Shot(screen, rest, role, size) for rest in VIEWS.get(screen, ("",)))


def take(demo: Demo, shots: list[Shot]) -> list[str]:
    """Take the pictures; return what did not settle or logged an error."""
    faults: list[str] = []
    for (role, size), group in groupby(shots, key=lambda shot: (shot.role, shot.size)):
        phone = size == "phone"
        context = demo.context(role, *SIZES[size], has_touch=phone, is_mobile=phone)
        for shot in group:
            page = context.new_page()
            _watch(page, shot, faults)
            try:
                page.goto(demo.base + shot.screen.path + shot.rest)
                settle(page)
                page.screenshot(path=shot.path)
            except Error as error:
                faults.append(f"{shot.path.name}: {str(error).splitlines()[0]}")
            page.close()
        context.close()
        print(role, size)
    return faults


def write_sheet(shots: list[Shot]) -> None:
    """Write the contact sheet: each screen once, the wall at every size, titles above."""
    shown = [shot for shot in _first_of_each(shots) if shot.path.exists()]
    font = ImageFont.truetype(_FONT, 14)
    height = _THUMB_PX * 9 // 16
    rows = -(-len(shown) // _COLUMNS)
    cell = (_THUMB_PX + _GAP_PX, height + _TITLE_PX + _GAP_PX)
    sheet = Image.new("RGB", (_COLUMNS * cell[0] + _GAP_PX, rows * cell[1] + _GAP_PX), "#F7F8FA")
    pen = ImageDraw.Draw(sheet)
    for at, shot in enumerate(shown):
        x, y = (_GAP_PX + at % _COLUMNS * cell[0], _GAP_PX + at // _COLUMNS * cell[1])
        title = f"{shot.screen}{shot.rest} · {shot.role} · {shot.size}"
        pen.text((x, y), title[:44], fill="#172033", font=font)
        with Image.open(shot.path) as picture:
            small = picture.convert("RGB")
            small.thumbnail((_THUMB_PX, height), Image.Resampling.LANCZOS)
            sheet.paste(small, (x, y + _TITLE_PX))
    sheet.save(SHEET, quality=72, method=6)


def write_readme_pictures() -> None:
    """Write the pictures that the README shows."""
    for name, (screen, role, size) in README.items():
        with Image.open(Shot(screen, "", role, size).path) as picture:
            picture.convert("RGB").save(ROOT / "docs" / f"{name}.webp", quality=85, method=6)


def _first_of_each(shots: list[Shot]) -> Iterator[Shot]:
    seen: set[tuple[Screen, str, str]] = set()
    for shot in sorted(shots, key=lambda one: list(Screen).index(one.screen)):
        key = (shot.screen, shot.rest, shot.size)
        if key not in seen and shot.size in SHEET_SIZES.get(shot.screen, ("1080p",)):
            seen.add(key)
            yield shot


def _watch(page: Page, shot: Shot, faults: list[str]) -> None:
    page.on("pageerror", lambda error: faults.append(f"{shot.path.name}: {error}"))
    page.on(
        "console",
        lambda said: faults.append(f"{shot.path.name}: {said.text}") if said.type == "error" else None,
    )


@click.command()
@click.argument("names", nargs=-1)
@click.option("--role", "roles", multiple=True, type=click.Choice([one.value for one in Role]))
def main(names: tuple[str, ...], roles: tuple[str, ...]) -> None:
    """Take all pictures, or those of the screens NAMES and of some roles; tell what went wrong."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    asked = set(names)
    shots = list(all_shots(asked - {_DOCS}, set(roles)))
    if asked == {_DOCS}:
        shots = list(_first_of_each(shots))
    with served_demo() as demo:
        faults = take(demo, sorted(shots, key=lambda shot: (shot.role, shot.size)))
    if asked <= {_DOCS} and not roles:
        write_sheet(shots)
        write_readme_pictures()
    print(f"{len(shots)} pictures in {SHOTS.relative_to(ROOT)}", *faults, sep="\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
