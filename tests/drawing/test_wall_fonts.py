"""Every character of the words is in the vendored fonts, which stay small and carry their licence."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "callbacks" / "assets" / "fonts"


def script() -> object:
    spec = importlib.util.spec_from_file_location("subset_fonts", ROOT / "scripts" / "subset_fonts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_words_have_their_characters(weight: str) -> None:
    needed = script().locale_characters() | set("0123456789,.%")  # type: ignore[attr-defined]
    drawn = {chr(code) for code in TTFont(FONTS / f"NotoSansSC-{weight}.subset.woff2").getBestCmap()}
    missing = needed - drawn
    assert not missing, "run scripts/subset_fonts.py"


def test_names_have_the_common_characters() -> None:
    regular = TTFont(FONTS / "NotoSansSC-Regular.subset.woff2").getBestCmap()
    common = script().level_1_characters()  # type: ignore[attr-defined]
    assert len(common) == 3755
    assert {ord(character) for character in common} <= regular.keys()


def test_fonts_are_small_and_licensed() -> None:
    assert all(path.stat().st_size < 1_000_000 for path in FONTS.glob("*.woff2"))
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8").upper()
