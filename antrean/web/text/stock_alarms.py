"""What is said where few of an item of the stock are left, or none."""

from __future__ import annotations

from flask_babel import gettext

from antrean.queueing.stock.levels import Level


def level_words(level: Level, language: str) -> str:
    """Return the sentence on an item that is low or used up, with its name in a language."""
    item, unit = level.item.name(language), level.item.unit(language)
    if level.state == "used_up":
        return gettext("Used up: %(item)s.", item=item)
    left = f"{level.left} {unit}" if unit else str(level.left)
    return gettext("Few left: %(item)s, %(left)s that nobody was promised.", item=item, left=left)
