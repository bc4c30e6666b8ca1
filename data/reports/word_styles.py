"""Page and styles of a report in Word, by GB/T 9704-2012 (layout of official documents).

Chinese fonts are named by what offices have; where one is missing, the file itself names what stands for it.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu, Mm, Pt, RGBColor

LATIN = "Times New Roman"
TITLE_FONT, HEAD_FONT, BODY_FONT, TABLE_FONT = "方正小标宋简体", "黑体", "仿宋", "宋体"
ALTERNATIVES = {
    TITLE_FONT: "华文中宋,宋体,SimSun,Noto Serif CJK SC",
    HEAD_FONT: "SimHei,Noto Sans CJK SC",
    BODY_FONT: "仿宋_GB2312,FangSong,华文仿宋,Noto Serif CJK SC",
    TABLE_FONT: "SimSun,Noto Serif CJK SC",
}
"""Which fonts stand for one that a machine does not have."""
NOTE, TABLE_TITLE, TABLE_TEXT, WARNING = "Report Note", "Report Table Title", "Report Table", "Report Warning"
_A4 = Mm(210), Mm(297)
_MARGINS = {"top_margin": Mm(32), "bottom_margin": Mm(30), "left_margin": Mm(28), "right_margin": Mm(26)}
_WIDE_MARGINS = {"top_margin": Mm(24), "bottom_margin": Mm(22), "left_margin": Mm(20), "right_margin": Mm(20)}
_BLACK, _RED = RGBColor(0, 0, 0), RGBColor(0xB3, 0x26, 0x1E)
_LINE_PT = 28


def lay_styles(document: Document) -> None:
    """Set the styles that a report uses; headings are Word's own, so that its outline and contents work."""
    body = document.styles["Normal"]
    _font(body, BODY_FONT, 16)
    _paragraph(body, line_pt=_LINE_PT)
    title = document.styles["Title"]
    _font(title, TITLE_FONT, 22)
    _paragraph(title, line_pt=34, align=WD_ALIGN_PARAGRAPH.CENTER, after_pt=6)
    _drop(title.element.pPr, "w:pBdr")
    for number, size in ((1, 16), (2, 15)):
        heading = document.styles[f"Heading {number}"]
        _font(heading, HEAD_FONT, size)
        _paragraph(heading, line_pt=_LINE_PT, before_pt=10, after_pt=2, keep=True)
    _font(document.styles["Subtitle"], BODY_FONT, 14)
    _paragraph(document.styles["Subtitle"], line_pt=22, align=WD_ALIGN_PARAGRAPH.CENTER, after_pt=8)
    _added(document, TABLE_TITLE, HEAD_FONT, 11, line_pt=18, before_pt=8, after_pt=3, keep=True)
    _added(document, TABLE_TEXT, TABLE_FONT, 9, line_pt=None)
    _added(document, NOTE, TABLE_FONT, 9, line_pt=13, before_pt=3)
    _added(document, WARNING, HEAD_FONT, 12, line_pt=20, before_pt=4, after_pt=4)
    document.styles[WARNING].font.color.rgb = _RED
    _name_alternatives(document)


def lay_page(section: Section, *, wide: bool) -> None:
    """Make a section A4, upright or across."""
    width, height = reversed(_A4) if wide else _A4
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    for name, margin in (_WIDE_MARGINS if wide else _MARGINS).items():
        setattr(section, name, margin)
    section.header_distance, section.footer_distance = Mm(14), Mm(15)


def turn_page(document: Document, *, wide: bool) -> None:
    """Begin a section of the other orientation where the last one is not of it."""
    last = document.sections[-1]
    if (last.orientation == WD_ORIENT.LANDSCAPE) is not wide:
        lay_page(document.add_section(WD_SECTION.NEW_PAGE), wide=wide)


def text_width(section: Section) -> int:
    """Return the width between the margins, in EMU."""
    return Emu((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))


def lay_margins(section: Section, stamps: tuple[str, ...], title: str) -> None:
    """Put stamps and title at the head of every page, its number at the foot (— 1 —)."""
    head = section.header.paragraphs[0]
    head.style = NOTE
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for stamp in stamps:
        run = head.add_run(f"【{stamp}】")
        run.font.color.rgb, run.font.bold = _RED, True
    head.add_run(f" {title}")
    foot = section.footer.paragraphs[0]
    foot.style = TABLE_TEXT
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ").font.size = Pt(14)
    _page_number(foot)
    foot.add_run(" —").font.size = Pt(14)


def _page_number(paragraph: Any) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), ("1", "1"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        if kind == "1":
            run.text = text
        elif kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _added(document: Document, name: str, font: str, size: float, **shape: Any) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _font(style, font, size)
    _paragraph(style, **shape)


def _font(style: Any, chinese: str, size: float) -> None:
    """Set both fonts of a style, and take away what themes and colours the template gives it."""
    style.font.name, style.font.size = LATIN, Pt(size)
    style.font.color.rgb, style.font.bold, style.font.italic = _BLACK, False, False
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:eastAsia"), chinese)
    _drop(style.element.rPr, "w:spacing")


def _paragraph(
    style: Any, *, line_pt: float | None, align: Any = None, before_pt: float = 0, after_pt: float = 0,
    keep: bool = False,
) -> None:  # fmt: skip
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before_pt), Pt(after_pt)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    if line_pt is not None:
        form.line_spacing = Pt(line_pt)
    form.alignment = align
    form.keep_with_next = keep
    form.widow_control = True


def _drop(parent: Any, name: str) -> None:
    for child in parent.findall(qn(name)):
        parent.remove(child)


def _name_alternatives(document: Document) -> None:
    """Write into the file's table of fonts what stands for a missing one (ECMA-376, 17.8.3.1 altName)."""
    part = next(one.target_part for one in document.part.rels.values() if one.reltype.endswith("/fontTable"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in ALTERNATIVES.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())
