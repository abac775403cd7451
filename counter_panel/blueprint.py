"""The panel's blueprint, to which each subject adds its routes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("counter_panel", __name__, url_prefix="/counter_panel", template_folder="templates")
