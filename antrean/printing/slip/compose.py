"""compose(): turns a slip's content and layout into the bytes that one printer model prints."""

from __future__ import annotations

from collections.abc import Callable

from antrean.printing.slip import encoding
from antrean.printing.slip.beside import beside
from antrean.printing.slip.content import SlipContent, SlipField, SlipLayout
from antrean.printing.slip.writer import SlipWriter
from printer_profiles import Profile

CODE_SIZE = 4  # type size of the code of a case, at most
BETWEEN = 3  # blanks between two codes on a line


def compose(content: SlipContent, layout: SlipLayout, profile: Profile) -> bytes:
    """Return the slip's ESC/POS bytes from ESC @ to the cut; the same input gives the same bytes.

    Blocks come in the layout's order; a block without content leaves no empty space. The table and the QR code after it
    stand side by side where the paper is wide enough: a shorter slip is a roll changed less often.
    """
    writer = SlipWriter(profile)
    drawn: tuple[str, ...] = ()
    for place, block in enumerate(layout.blocks):
        if block == "fields" and layout.blocks[place + 1 : place + 2] == ("qr",) and _beside(writer, content, layout):
            drawn = ("qr", "qr_caption")
        elif block not in drawn:
            DRAW[block](writer, content, layout)
    if layout.beep:
        writer.beep()
    return writer.finished()


def _logo(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    writer.logo(layout.logo_png())


def _header(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    for line in content.header or layout.header:
        writer.line(line, size=layout.size("header"))


def _office(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    size, name = layout.size("office"), encoding.clean(content.office)
    while size > 1 and len(name) > writer.columns(size):
        size -= 1
    # A long name is easier to read in high narrow letters on one line than in wide ones on three.
    writer.line(name, size=size, bold=True, tall=layout.size("office") > 1)


def _mark(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    if content.mark:
        writer.banner(content.mark, 3)


def _number(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    if content.number:
        writer.largest(content.number, layout.number_size)


def _service(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    wanted = layout.size("service")
    size, longest = wanted, max((len(word) for word in encoding.clean(content.service).split()), default=0)
    while size > 1 and longest > writer.columns(size):
        size -= 1
    writer.line(content.service, size=size, bold=True, tall=size < wanted)


def _beside(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> bool:
    """Write the table and the QR code side by side; False, with nothing written, where that is not possible."""
    profile, fields = writer.profile, _shown(content.fields, layout)
    ordinary = layout.size("fields") == layout.size("qr_caption") == 1
    if not (ordinary and fields and content.qr and profile.qr.mode != "none"):
        return False
    caption = content.qr_caption if "qr_caption" in layout.blocks else ""
    picture = beside(fields, content.qr, caption, layout.qr_module or profile.qr.module_dots, profile)
    if picture is None:
        return False
    writer.picture(picture, white=True)
    return True


def _fields(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    _table(writer, content.fields, layout, layout.size("fields"))


def _table(writer: SlipWriter, fields: tuple[SlipField, ...], layout: SlipLayout, size: int) -> None:
    shown = _shown(fields, layout)
    if shown:
        writer.rule()
        for f in shown:
            writer.pair(f.label, f.value, size=size)
        writer.rule()


def _shown(fields: tuple[SlipField, ...], layout: SlipLayout) -> tuple[SlipField, ...]:
    return tuple(f for f in fields if not layout.fields or not f.key or f.key in layout.fields)


def _qr(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    module = layout.qr_module or writer.profile.qr.module_dots
    writer.qr(content.qr, module, writer.profile.qr.mode)


def _qr_caption(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    if content.qr and writer.profile.qr.mode != "none":
        writer.line(content.qr_caption, size=layout.size("qr_caption"))


def _case(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    size = layout.size("case")
    for cases in content.cases if layout.case else ():
        writer.gap()
        writer.line(cases.title, size=size)
        if len(cases.codes) == 1:
            # Large, since it is typed at a kiosk, and smaller than the number, which is what is called.
            writer.largest(cases.codes[0], max(1, min(CODE_SIZE, layout.number_size - 1)))
        else:
            _in_rows(writer, cases.codes)
        writer.line(cases.words, size=size)


def _in_rows(writer: SlipWriter, codes: tuple[str, ...]) -> None:
    """Write several codes, as many on a line as fit there whole."""
    longest = max(map(len, codes), default=0)
    each = max(1, (writer.columns(1) + BETWEEN) // (longest + BETWEEN))
    for first in range(0, len(codes), each):
        writer.line((" " * BETWEEN).join(codes[first : first + each]), bold=True)


def _papers(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    size = layout.size("papers")
    if content.number and not layout.papers:
        return
    if content.papers_title:
        writer.gap()
        writer.line(content.papers_title, align="left", size=size, bold=True)
    for name in content.papers:
        writer.item(name, size=size)


def _translations(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    size = layout.size("translations")
    for language in layout.languages:
        for words in content.translations:
            if words.language == language:
                writer.gap()
                writer.line(words.service, size=size, bold=True)
                _table(writer, words.fields, layout, size)
                for line in words.footer:
                    writer.line(line, size=size)


def _issued(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    size, issued = layout.size("issued"), encoding.clean(content.issued)
    if issued:
        writer.gap()
    # Day and time on lines of their own are easier to read than a date broken in the middle.
    for part in (issued,) if len(issued) <= writer.columns(size) else issued.split(" · "):
        writer.line(part, size=size)


def _footer(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    footer = content.footer or layout.footer
    for line in footer:
        writer.line(line, size=layout.size("footer"))


DRAW: dict[str, Callable[[SlipWriter, SlipContent, SlipLayout], None]] = {
    "logo": _logo,
    "header": _header,
    "office": _office,
    "mark": _mark,
    "number": _number,
    "service": _service,
    "fields": _fields,
    "qr": _qr,
    "qr_caption": _qr_caption,
    "case": _case,
    "papers": _papers,
    "translations": _translations,
    "issued": _issued,
    "footer": _footer,
}
