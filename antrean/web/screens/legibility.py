"""Letter sizes that can be read from the farthest seat, and the distance at which letters of a size can be read."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees, floor, radians, tan

# Height of a capital in Atkinson Hyperlegible Next, as a part of the font size.
CAPITAL = 0.668
CALL_DEGREES = 0.7  # EN 301 549, 5.1.4: capitals of text on closed systems
READ_DEGREES = 22 / 60  # ISO 9241-3: 20 to 22 minutes of arc are preferred
LEAST_DEGREES = 16 / 60  # ISO 9241-3: the least

# Font sizes in percent of the screen's width: as drawn without need, and the most that the layout holds.
LYING = {"call": (15.4, 17.2), "row": (4.5, 5.2), "strip": (2.2, 4.0), "code": (4.6, 7.4)}
UPRIGHT = {"call": (23.7, 27.5), "row": (6.9, 10.0), "strip": (3.8, 5.8), "code": (6.6, 13.2)}
USUAL_CM = {False: 95.0, True: 53.0}  # the picture of a 43-inch screen, lying and upright
ARC = {"call": CALL_DEGREES, "row": READ_DEGREES, "strip": LEAST_DEGREES, "code": LEAST_DEGREES}


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of text: font size in percent of the screen's width, and the distance it carries to, in metres."""

    size: float
    carries_m: float
    height_mm: float
    needed_mm: float

    @property
    def enough(self) -> bool:
        """Whether the farthest seat can read it."""
        return self.height_mm >= self.needed_mm - 0.05


def capital_mm(distance_m: float, arc_degrees: float) -> float:
    """Return how high a capital must be, in mm, to fill this angle at this distance."""
    return 2000 * distance_m * tan(radians(arc_degrees) / 2)


def letters(seat_m: float, width_cm: float, upright: bool = False) -> dict[str, Letter]:
    """Return the sizes of `call`, `row`, `strip` and `code` for the farthest seat (m) and the picture's width (cm).

    A capital of h mm fills the angle 2·atan(h / 2d) at the distance d. The newest call follows EN 301 549 5.1.4
    (0.7 degrees), the last calls ISO 9241-3 as preferred (22 minutes of arc), the strip of those who wait, and the
    codes of what is ready, its least (16). A width of 0 stands for a 43-inch screen. A size never falls below the
    layout's own and never grows beyond what the layout holds; what is then too small says so in `enough`.
    """
    width_mm = (width_cm or USUAL_CM[upright]) * 10
    found = {}
    for name, (usual, most) in (UPRIGHT if upright else LYING).items():
        needed = capital_mm(seat_m, ARC[name])
        size = min(max(usual, needed / width_mm / CAPITAL * 100), most)
        height = size / 100 * CAPITAL * width_mm
        found[name] = Letter(
            round(size, 2), floor(carries(height, ARC[name]) * 10 + 1e-6) / 10, round(height, 1), round(needed, 1)
        )
    return found


def carries(height_mm: float, arc_degrees: float) -> float:
    """Return the distance in m at which a capital of this height still fills this angle."""
    return height_mm / 2000 / tan(radians(arc_degrees) / 2)


def arc(height_mm: float, distance_m: float) -> float:
    """Return the angle in degrees that a capital of this height fills at this distance."""
    return degrees(2 * atan(height_mm / 2000 / distance_m))
