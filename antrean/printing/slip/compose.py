"""compose(): turns a slip's content and layout into the bytes that one printer model prints."""

from __future__ import annotations

from collections.abc import Callable

from antrean.printing.slip import encoding
from antrean.printing.slip.content import SlipContent, SlipField, SlipLayout
from antrean.printing.slip.writer import SlipWriter
from printer_profiles import Profile


def compose(content: SlipContent, layout: SlipLayout, profile: Profile) -> bytes:
    """Return the slip's ESC/POS bytes from ESC @ to the cut; the same input gives the same bytes.

    Blocks come in the layout's order; a block without content leaves no empty space.
    """
    writer = SlipWriter(profile)
    for block in layout.blocks:
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
    if content.office:
        writer.rule()


def _mark(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    if content.mark:
        writer.banner(content.mark, 3)


def _number(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    writer.feed()
    writer.largest(content.number, layout.number_size)


def _service(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    wanted = layout.size("service")
    size, longest = wanted, max((len(word) for word in encoding.clean(content.service).split()), default=0)
    while size > 1 and longest > writer.columns(size):
        size -= 1
    writer.line(content.service, size=size, bold=True, tall=size < wanted)
    writer.feed()


def _fields(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    _table(writer, content.fields, layout, layout.size("fields"))


def _table(writer: SlipWriter, fields: tuple[SlipField, ...], layout: SlipLayout, size: int) -> None:
    shown = [f for f in fields if not layout.fields or not f.key or f.key in layout.fields]
    if shown:
        writer.rule()
        for f in shown:
            writer.pair(f.label, f.value, size=size)
        writer.rule()


def _qr(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    module = layout.qr_module or writer.profile.qr.module_dots
    writer.qr(content.qr, module, writer.profile.qr.mode)


def _qr_caption(writer: SlipWriter, content: SlipContent, layout: SlipLayout) -> None:
    if content.qr and writer.profile.qr.mode != "none":
        writer.line(content.qr_caption, size=layout.size("qr_caption"))


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
    if any(footer):
        writer.gap()
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
    "translations": _translations,
    "issued": _issued,
    "footer": _footer,
}
