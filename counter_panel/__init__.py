"""The operator's screen: call, serve, finish."""

from counter_panel.views import CounterPanelScreen as Screen
from counter_panel.views import blueprint

__all__ = ["Screen", "blueprint"]
