"""What each figure of the reports is: one tap away from wherever it stands."""

from __future__ import annotations

from admin.reports.page import ReportPage, shown
from admin.section import Routes
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_

routes = Routes()

# By the word that links name: what the figure is called, and how it is worked out.
DEFINITIONS: dict[str, tuple[str, str]] = {
    "tickets": (
        N_("Tickets"),
        N_(
            "Each number once, on the day on which it was given. One that two services had is one ticket of the "
            "office, and one of both services."
        ),
    ),
    "persons": (
        N_("Persons"),
        N_(
            "For how many persons the visitors came, as it was corrected at the counter. One visitor often has "
            "papers of several."
        ),
    ),
    "waiting": (
        N_("Waiting time"),
        N_(
            "From the start of waiting at a service to the first call there. Of all that were called, also of "
            "those who did not come."
        ),
    ),
    "walking": (
        N_("Walking time"),
        N_("From the last call to the start at the counter."),
    ),
    "service": (
        N_("Service time"),
        N_("From the start to the end at the counter, without the time for which the visit was put aside."),
    ),
    "served": (
        N_("Served"),
        N_("Visits that were completed, and at a service also those that went on to their next one."),
    ),
    "no_show": (
        N_("No-show"),
        N_("Called, and never started."),
    ),
    "left": (
        N_("Left uncalled"),
        N_("Never called: given back while waiting, or still waiting at the close."),
    ),
    "offered": (
        N_("Offered"),
        N_("All tickets but those that their visitor gave back within two minutes."),
    ),
    "promise": (
        N_("Promise kept"),
        N_(
            "Started within the promised wait of the service, as it was when the number was given, of all that "
            "were offered. Who left or did not come counts as not kept."
        ),
    ),
    "promise_so_far": (
        N_("Promise kept so far"),
        N_(
            "The same during a day: of all of whom it is known by now. Who still waits, and not yet for longer than "
            "was promised, is not counted."
        ),
    ),
    "percentiles": (
        N_("Half, nine of ten"),
        N_("So many of ten stayed within this time, and it is a time that somebody really had."),
    ),
    "open": (
        N_("Time open"),
        N_("From the opening of a counter to its closing, pauses included."),
    ),
    "paused": (
        N_("Time paused"),
        N_("From the start of a pause to its end, by its reason."),
    ),
    "called": (
        N_("Time calling"),
        N_("From the first call of a number to its start, or to its end where nobody came."),
    ),
    "serving": (
        N_("Time serving"),
        N_("From the start of a visit to its end at this counter, without the time for which it was put aside."),
    ),
    "idle": (
        N_("Time idle"),
        N_("Open, not paused, and nobody called or served."),
    ),
    "occupancy": (
        N_("Occupancy"),
        N_("Time calling and serving, of the time open and not paused."),
    ),
    "half_hours": (
        N_("Half hours"),
        N_(
            "An event belongs to the half hour of its own time: 08:30 is in the one that begins then. Waiting at its "
            "end are those who were not called yet, and are carried over into the next one."
        ),
    ),
    "told": (
        N_("Told and true"),
        N_(
            "Of those who were told a wait with their number and were called, how many waited neither shorter nor "
            "longer than told; and how far apart the two ends of what they were told were, on average."
        ),
    ),
    "overtaken": (
        N_("Overtaken"),
        N_(
            "Called after somebody who began to wait later at the same service on the same day. How often: by how many "
            "of them. Only those who were called count."
        ),
    ),
    "out_of_order": (
        N_("Calls out of order"),
        N_("Calls for which the operator chose the number. Numbers that were sent to a counter are none."),
    ),
    "what_if": (
        N_("What if"),
        N_(
            "The day once more by the office's rules: the same visitors at the same moments, and each takes as "
            "long at the counter as then. Whoever left uncalled leaves after the same wait unless called before; "
            "a longer wait drives nobody else away. One more counter serves everything from the first opening to "
            "the last closing; of fewer, the one that called least is missing. Opened earlier helps only those "
            "who came before. Calls out of order and times aside are left out. Where the replay with nothing "
            "changed is more than a tenth (at least a minute) from the day's own mean wait, or from the wait of "
            "nine of ten, nothing is said."
        ),
    ),
    "chain": (
        N_("Chain value"),
        N_(
            "Each line of the journal carries a digest of itself and of the line before it. Whoever has this value on "
            "paper can tell later whether the lines up to then are still those that they were."
        ),
    ),
}


@routes.get("/reports/definitions")
def report_definitions() -> str:
    """Show what each figure is."""
    return shown("report_definitions", definitions=DEFINITIONS)


PAGE = ReportPage(
    name="report_definitions",
    title=N_("Definitions"),
    about=N_("What each figure is, and how it is worked out."),
    routes=routes,
    permissions={"report_definitions": VIEWERS},
)
