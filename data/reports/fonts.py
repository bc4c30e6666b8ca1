"""A font of the machine that has Chinese letters, for pictures drawn here."""

from __future__ import annotations

from functools import cache

from PIL import ImageFont

_KNOWN = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf", "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "uming.ttc", "simhei.ttf", "msyh.ttc", "simsun.ttc",
)  # fmt: skip
"""By file name: Pillow looks for them in the system's font folders."""
_INDEX = {"NotoSansCJK-Regular.ttc": 2}
"""Which face of a collection has mainland glyphs; else the first."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def chinese_font_name() -> str | None:
    """Return the file of a Chinese font of this machine, none where it has none of those known."""
    return next((name for name in _KNOWN if _opens(name)), None)


@cache
def font(size_px: int) -> Font:
    """Return the Chinese font, else Pillow's own, which has digits and Latin letters alone."""
    name = chinese_font_name()
    if name is None:
        return ImageFont.load_default(size_px)
    return ImageFont.truetype(name, size_px, index=_INDEX.get(name, 0))


def _opens(name: str) -> bool:
    try:
        ImageFont.truetype(name, 10)
    except OSError:
        return False
    return True
