"""compose(): what a slip says and how it is laid out, as the bytes one printer model prints."""

from __future__ import annotations

from collections.abc import Callable

from antrean.printing.slip import encoding
from antrean.printing.slip.content import SlipContent, SlipField, SlipLayout
from antrean.printing.slip.writer import Paper
from printer_profiles import Profile


def compose(content: SlipContent, layout: SlipLayout, profile: Profile) -> bytes:
    """The slip's ESC/POS bytes from ESC @ to the cut; the same input gives the same bytes.

    Blocks come in the layout's order; a block with nothing to say leaves no empty space.
    """
    paper = Paper(profile)
    for block in layout.blocks:
        DRAW[block](paper, content, layout)
    if layout.beep:
        paper.beep()
    return paper.finished()


def _logo(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    paper.logo(layout.logo_png())


def _header(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    for line in content.header or layout.header:
        paper.line(line, size=layout.size("header"))


def _office(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    size, name = layout.size("office"), encoding.clean(content.office)
    while size > 1 and len(name) > paper.columns(size):
        size -= 1
    # A long name in high narrow letters on one line reads better than in wide ones on three.
    paper.line(name, size=size, bold=True, tall=layout.size("office") > 1)
    if content.office:
        paper.rule()


def _mark(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    if content.mark:
        paper.banner(content.mark, 3)


def _number(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    paper.feed()
    paper.largest(content.number, layout.number_size)


def _service(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    wanted = layout.size("service")
    size, longest = wanted, max((len(word) for word in encoding.clean(content.service).split()), default=0)
    while size > 1 and longest > paper.columns(size):
        size -= 1
    paper.line(content.service, size=size, bold=True, tall=size < wanted)
    paper.feed()


def _fields(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    _table(paper, content.fields, layout, layout.size("fields"))


def _table(paper: Paper, fields: tuple[SlipField, ...], layout: SlipLayout, size: int) -> None:
    shown = [f for f in fields if not layout.fields or not f.key or f.key in layout.fields]
    if shown:
        paper.rule()
        for f in shown:
            paper.pair(f.label, f.value, size=size)
        paper.rule()


def _qr(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    module = layout.qr_module or paper.profile.qr.module_dots
    paper.qr(content.qr, module, paper.profile.qr.mode)


def _qr_caption(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    if content.qr and paper.profile.qr.mode != "none":
        paper.line(content.qr_caption, size=layout.size("qr_caption"))


def _translations(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    size = layout.size("translations")
    for language in layout.languages:
        for words in content.translations:
            if words.language == language:
                paper.gap()
                paper.line(words.service, size=size, bold=True)
                _table(paper, words.fields, layout, size)
                for line in words.footer:
                    paper.line(line, size=size)


def _issued(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    size, issued = layout.size("issued"), encoding.clean(content.issued)
    if issued:
        paper.gap()
    # Day and time each on a line of its own read better than a date torn in the middle.
    for part in (issued,) if len(issued) <= paper.columns(size) else issued.split(" · "):
        paper.line(part, size=size)


def _footer(paper: Paper, content: SlipContent, layout: SlipLayout) -> None:
    footer = content.footer or layout.footer
    if any(footer):
        paper.gap()
    for line in footer:
        paper.line(line, size=layout.size("footer"))


DRAW: dict[str, Callable[[Paper, SlipContent, SlipLayout], None]] = {
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
