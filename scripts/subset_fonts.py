"""Make the vendored fonts anew: subsets of Noto Sans CJK SC from Debian's fonts-noto-cjk, as WOFF2.

Run ``.venv/bin/python scripts/subset_fonts.py`` after words with new characters came into ``layers/locale``.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "callbacks" / "assets" / "fonts"
_SOURCE = Path("/usr/share/fonts/opentype/noto")
_FACE = "Noto Sans CJK SC"
_EXTRA = "ⓘ×▲▼○●›–—−≥≤²·"
_LEVEL_1_ROWS = range(0xB0, 0xD8)


def locale_characters() -> set[str]:
    """Return every character of the locale files."""
    files = (ROOT / "layers" / "locale").glob("*/*.toml")
    return {
        character
        for path in files
        for character in path.read_text(encoding="utf-8")
        if character.isprintable()
    }


def latin_characters() -> set[str]:
    """Return printable ASCII, CJK punctuation, full-width forms and the marks that screens use."""
    ranges = (range(0x20, 0x7F), range(0x3000, 0x3020), range(0xFF01, 0xFF5F))
    return {chr(code) for codes in ranges for code in codes} | set(_EXTRA)


def level_1_characters() -> set[str]:
    """Return the 3,755 characters of GB 2312 level 1."""
    found = set()
    for row in _LEVEL_1_ROWS:
        for cell in range(0xA1, 0xFF):
            found |= set(bytes((row, cell)).decode("gb2312", errors="ignore"))
    return found


def make(weight: str, characters: set[str]) -> Path:
    """Write the subset of one weight; characters that the face lacks are left out."""
    source = _SOURCE / f"NotoSansCJK-{weight}.ttc"
    names = [font["name"].getDebugName(4) for font in _collection(source)]
    number = next(at for at, name in enumerate(names) if (name or "").removesuffix(f" {weight}") == _FACE)
    options = subset.Options(flavor="woff2", layout_features=["kern", "tnum", "palt"], desubroutinize=False)
    options.font_number = number
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    target = FONTS / f"NotoSansSC-{weight}.subset.woff2"
    subset.save_font(font, str(target), options)
    return target


def _collection(source: Path) -> list[TTFont]:
    from fontTools.ttLib import TTCollection

    return list(TTCollection(str(source), lazy=True).fonts)


def main() -> None:
    """Write both weights."""
    FONTS.mkdir(exist_ok=True)
    always = latin_characters() | locale_characters()
    for weight, characters in (("Regular", always | level_1_characters()), ("Bold", always)):
        target = make(weight, characters)
        print(f"{target.relative_to(ROOT)}: {len(characters)} characters, {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
