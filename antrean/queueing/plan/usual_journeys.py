"""Journeys with which offices usually begin: one tap away where a service is set up, and changed there as needed."""

from __future__ import annotations

from collections.abc import Mapping

from antrean.queueing.errors import N_
from antrean.queueing.plan.journeys import Journey, Stage

# The stages that the national register goes through, under the names that offices use. How many service days each takes
# nobody can say for all offices: these are where a new one may begin, and the board of cases says what is true.
IDENTITY_CARD = Journey(
    (
        Stage(
            "recorded",
            {"id": "Direkam", "en": "Recorded", "su": "Direkam"},
            {"id": "Data sudah direkam", "en": "Your data has been recorded", "su": "Data parantos direkam"},
            usual_days=1,
        ),
        Stage(
            "sent",
            {"id": "Dikirim ke pusat", "en": "Sent to the centre", "su": "Dikirim ka puseur"},
            {"id": "Data dikirim ke pusat", "en": "Sent to the national centre", "su": "Data dikirim ka puseur"},
            usual_days=2,
        ),
        Stage(
            "checked",
            {"id": "Penunggalan", "en": "Checked for doubles", "su": "Penunggalan"},
            {"id": "Data diperiksa di pusat", "en": "The centre checks the data", "su": "Data dipariksa di puseur"},
            usual_days=5,
        ),
        Stage(
            "print_ready",
            {"id": "Siap cetak (PRR)", "en": "Ready to print", "su": "Siap citak (PRR)"},
            {"id": "Menunggu dicetak", "en": "Waiting to be printed", "su": "Ngantosan dicitak"},
            usual_days=3,
        ),
        Stage(
            "printed",
            {"id": "Dicetak", "en": "Printed", "su": "Dicitak"},
            {
                "id": "Sudah dicetak, belum siap diambil",
                "en": "Printed, not ready to collect yet",
                "su": "Parantos dicitak, teu acan tiasa dicandak",
            },
            usual_days=1,
        ),
        Stage("ready", {"id": "Siap diambil", "en": "Ready to collect", "su": "Siap dicandak"}),
        Stage(
            "collected",
            {"id": "Diambil", "en": "Collected", "su": "Dicandak"},
            {"id": "Sudah diambil", "en": "Collected", "su": "Parantos dicandak"},
        ),
    )
)
SHORT = Journey(
    (
        Stage("in_work", {"id": "Sedang dikerjakan", "en": "In work", "su": "Nuju digarap"}, usual_days=3),
        Stage("ready", {"id": "Siap diambil", "en": "Ready to collect", "su": "Siap dicandak"}),
        Stage(
            "collected",
            {"id": "Diambil", "en": "Collected", "su": "Dicandak"},
            {"id": "Sudah diambil", "en": "Collected", "su": "Parantos dicandak"},
        ),
    )
)
# By code, with what staff read of each where they choose one.
USUAL: Mapping[str, tuple[str, Journey]] = {
    "identity_card": (N_("Identity card"), IDENTITY_CARD),
    "short": (N_("Short"), SHORT),
}
