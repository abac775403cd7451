"""The audit page: who did what and from where, for administrators alone."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from admin.audit.words import what_happened
from admin.changes import changes
from admin.setting_words import NAMES, OF_SLIP
from admin.slip import form as slip_form
from antrean.access.devices import pair_device
from antrean.printing.slip.content import BLOCKS
from antrean.queueing.commands import (
    Announce,
    CancelTicket,
    ChangePersons,
    ChangePlan,
    ChangePriority,
    ChangeService,
    CloseDay,
    EndAnnouncement,
    OpenCounter,
    RepeatAnnouncements,
)
from antrean.queueing.events import ClockSet, Event, NumbersResumed, NumbersStopped, PlanChanged, SecurityNoted
from antrean.voice.settings import VoiceSettings
from antrean.web.screens.settings import DisplaySettings, KioskSettings
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part


def rows(browser: Any, query: str = "") -> list[tuple[str, str, str]]:
    """Return who, what and from where of each line, as the page shows them, without the way to a number's visit."""
    page = browser.get(f"/admin/audit{query}")
    assert page.status_code == 200, page.text
    found = re.findall(
        r'<th scope="row">(.*?)</th>\s*<td class="what">(.*?)</td>\s*<td class="where">(.*?)</td>',
        re.sub(r'<a class="audit-visit".*?</a>', "", page.text),
        re.S,
    )
    return [tuple(" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row) for row in found]  # type: ignore[misc]


def test_who_did_what_stands_there_newest_first_with_its_address(hub: OfficeHub, eka: FlaskClient) -> None:
    number = hub.issue().number
    hub.office.execute(ChangePriority(ticket=number, priority=True), actor="operator:Ani")
    hub.office.execute(ChangePersons(ticket=number, persons=3), actor="operator:Ani")
    hub.office.execute(ChangeService(ticket=number, service="family"), actor="operator:Ani")
    hub.office.execute(CancelTicket(ticket=number, reason="left"), actor="supervisor:Dewi")
    hub.office.execute(ChangePlan(what="notices", before={"id": "Lama"}, after={"id": "Baru"}), actor="supervisor:Dewi")
    hub.office.execute(CloseDay(), actor="supervisor:Dewi")
    assert rows(eka) == [
        ("Dewi", "Hari ditutup", ""),
        ("Dewi", "Teks berjalan diubah Bahasa Indonesia – sebelumnya: Lama → sekarang: Baru", ""),
        ("Dewi", "A-001 dibatalkan: left", ""),
        ("Ani", "A-001: Kartu Keluarga, sebelumnya Pencetakan KTP-el", ""),
        ("Ani", "A-001: 3 orang, sebelumnya 1", ""),
        ("Ani", "A-001 diberi prioritas", ""),
        ("Eka", "Masuk", "127.0.0.1"),
    ]


def test_a_change_of_settings_is_shown_with_what_was_and_what_is(hub: OfficeHub, eka: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    device, _token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    dewi = hub.as_staff("Dewi")
    eka.post(f"/admin/printers/{device.id}/address", json={"address": "192.168.1.50"})
    eka.post(f"/admin/printers/{device.id}/address", json={"address": "cups://tiket"})
    dewi.post("/admin/services/card", json={"state": "closed_longer", "text_id": "<b>Rapat</b>"})
    shown = [(who, " ".join(what.split())) for who, what, _where in rows(eka, "?about=settings")]
    devices = "Perangkat atau pengaturannya diubah Printer 1 Pencetak –"
    assert shown[:3] == [
        (
            "Dewi",
            "Layanan diubah A · Pencetakan KTP-el Ditutup lebih lama – sebelumnya: tidak → sekarang: ya "
            "Alasan · Bahasa Indonesia – sekarang: <b>Rapat</b>",
        ),
        ("Eka", f"{devices} sebelumnya: tcp://192.168.1.50:9100 → sekarang: cups://tiket"),
        ("Eka", f"{devices} sekarang: tcp://192.168.1.50:9100"),
    ]


def test_who_paused_and_closed_a_service_stands_there_with_the_reason(hub: OfficeHub, eka: FlaskClient) -> None:
    dewi = hub.as_staff("Dewi")
    for wish in (
        {"state": "paused", "text_id": "Jaringan terputus", "until": "09:30"}, {"state": "paused"}, {"state": "open"},
        {"state": "closed", "text_id": "Blangko habis"}, {"state": "open"},
    ):  # fmt: skip
        assert dewi.post("/admin/services/card", json=wish).status_code == 200
    card = "Pencetakan KTP-el"
    assert [(who, what) for who, what, _where in rows(eka, "?about=services")] == [
        ("Dewi", f"{card} dibuka lagi"),
        ("Dewi", f"{card} ditutup untuk hari ini: Blangko habis"),
        ("Dewi", f"{card} dilanjutkan"),
        ("Dewi", f"{card} dijeda"),
        ("Dewi", f"{card} dijeda sampai sekitar pukul 09.30: Jaringan terputus"),
    ]


def test_who_handed_a_counter_over_or_sent_a_visitor_on_with_a_note_stands_there(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    ani, budi = hub.as_staff("Ani"), hub.as_staff("Budi")
    for service, note in (("birth", ""), ("family", "Berkas lengkap")):
        hub.issue()
        ani.post("/counter_panel/session", json={"counter": "3"})
        ani.post("/counter_panel/calls", json={})
        number = hub.office.read(lambda day, _plan: day.counter("3").ticket)
        onward = {"service": service, "note": note}
        assert ani.post(f"/counter_panel/tickets/{number}/transfer", json=onward).status_code == 200
    assert budi.post("/counter_panel/take_over", json={"counter": "3", "before": "Ani"}).status_code == 200
    assert budi.post("/counter_panel/hand_over", json={"to": "Ani"}).status_code == 200
    handed = [("Budi", "Loket 3: Ani, sebelumnya Budi", ""), ("Budi", "Loket 3: Budi, sebelumnya Ani", "")]
    assert rows(eka, "?about=counters") == rows(eka, "?about=counters&person=Ani") == handed
    sent = [("Ani", f"{number} dialihkan ke Kartu Keluarga: Berkas lengkap", "")]
    assert rows(eka, "?about=numbers") == sent, "those without a note happen all day"
    hub.office.execute(OpenCounter(counter="2", operator="Budi"))
    ani.post("/counter_panel/calls", json={})
    onward = {"service": "birth", "to_counter": "2", "note": "Ditunggu"}
    number = hub.office.read(lambda day, _plan: day.counter("3").ticket)
    assert ani.post(f"/counter_panel/tickets/{number}/transfer", json=onward).status_code == 200
    sent = [("Ani", f"{number} dialihkan ke Loket 2 untuk Akta Kelahiran: Ditunggu", ""), *sent]
    assert rows(eka, "?about=numbers") == sent


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("adopted", "The hub goes by another time"),
        ("told", "The hub was told the time"),
        ("begun", "A day began that had waited for the right time"),
        ("doubted", "The hub doubts its clock"),
        ("dated", "The times of a day were put right"),
    ],
)
def test_what_became_of_the_clock_is_said_as_it_was(hub: OfficeHub, how: str, said: str) -> None:
    with hub.app.test_request_context(), force_locale("en"):
        assert what_happened(ClockSet(0.0, how), hub.office.read(lambda _day, plan: plan)) == said


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (NumbersStopped("card", "", 80, 1, ""), "Card printing gives no more numbers before closing"),
        (NumbersStopped("card", "A-7", 80, 1, ""), "Card printing gives no more numbers before closing, after A-7"),
        (NumbersResumed("card", "counters"), "Card printing gives numbers again: more counters are open"),
        (NumbersResumed("card", "hours"), "Card printing gives numbers again: it closes later"),
        (NumbersResumed("card", "rule"), "Card printing gives numbers again: the rule was changed"),
        (NumbersResumed("card", "supervisor"), "Card printing gives numbers again: a supervisor said so"),
        (NumbersResumed("card", "supervisor", "Help came"), "Card printing gives numbers again: Help came"),
    ],
)
def test_why_numbers_are_given_again_is_said(hub: OfficeHub, event: Event, said: str) -> None:
    with hub.app.test_request_context("/"), force_locale("en"):
        plan = replace(small_plan(), languages=("en",))
        assert what_happened(event, plan) == said


def test_a_line_names_services_and_counters_as_they_were_called_then(hub: OfficeHub, eka: FlaskClient) -> None:
    def send_on(number: str) -> None:
        hub.office.execute(ChangeService(ticket=number, service="family"), actor="supervisor:Dewi")

    first, second = hub.issue().number, hub.issue().number
    send_on(first)
    save_part(hub.office, "services/family/names", {"id": "Kartu Keluarga Baru"}, actor="administrator:Eka")
    send_on(second)
    assert [what for _who, what, _where in rows(eka, "?about=numbers")] == [
        f"{second}: Kartu Keluarga Baru, sebelumnya Pencetakan KTP-el",
        f"{first}: Kartu Keluarga, sebelumnya Pencetakan KTP-el",
    ]


def said(hub: OfficeHub, event: PlanChanged) -> list[tuple[str, str, str, str]]:
    """Return whose, name, before and after of each value, in English."""
    plan = hub.office.read(lambda _day, plan: plan)
    with hub.app.test_request_context(), force_locale("en"):
        found = changes(event, plan)
    assert found is not None
    return [(one.whose, one.name, one.before, one.after) for one in found.values]


def test_who_announced_what_where_and_who_ended_it_stands_there(
    hub: OfficeHub, eka: FlaskClient, clock: SetClock
) -> None:
    car, leave = {"id": "Mobil B 1234"}, {"id": "Tinggalkan gedung"}
    wishes = (
        Announce(texts=car, zone="Lantai 2", minutes=1), Announce(texts=leave, urgent=True),
        Announce(texts=leave, urgent=True, zone="Lantai 2"), Announce(texts=car),
    )  # fmt: skip
    made = [hub.office.execute(wish, actor="operator:Ani").seq for wish in wishes]
    hub.office.execute(EndAnnouncement(announcement=made[3]), actor="supervisor:Dewi")
    clock.forward(minutes=1)
    hub.office.execute(RepeatAnnouncements(), actor="hub")
    assert rows(eka, "?about=announcements") == [
        ("hub sendiri", "Pengumuman diakhiri: Mobil B 1234", ""),
        ("Dewi", "Pengumuman diakhiri: Mobil B 1234", ""),
        ("Ani", "Diumumkan di semua layar: Mobil B 1234", ""),
        ("Ani", "Diumumkan di Lantai 2, darurat: Tinggalkan gedung", ""),
        ("Ani", "Diumumkan di semua layar, darurat: Tinggalkan gedung", ""),
        ("Ani", "Diumumkan di Lantai 2: Mobil B 1234", ""),
    ]


def test_who_corrected_a_campaign_by_how_many_and_why_stands_there(
    hub: OfficeHub, eka: FlaskClient, dewi: FlaskClient
) -> None:
    save_part(hub.office, "languages", ["en", "id", "su"])
    today = hub.office.business_day().isoformat()
    goal = {"target": 90_000, "start_count": 10, "start_on": today, "deadline": today, "services": ["card"]}
    save_part(hub.office, "campaign", goal)
    for persons, reason in ((1040, "from the village"), (-3, "counted twice")):
        assert dewi.post("/admin/campaign/corrections", json={"persons": persons, "reason": reason}).status_code == 200
    assert [row[:2] for row in rows(eka, "?about=campaign")] == [
        ("Dewi", "Campaign corrected, persons −3: counted twice"),
        ("Dewi", "Campaign corrected, persons +1,040: from the village"),
    ]
    assert len(rows(eka, "?about=campaign&person=Dewi")) == 2


def test_several_displays_changed_at_once_are_shown_each_with_its_own_values(hub: OfficeHub) -> None:
    event = PlanChanged(
        "voice",
        {"devices": [{"device": "A", "voice": {}}, {"device": "B", "voice": {"volume": 3}}]},
        {"devices": [{"device": "A", "voice": {"volume": 5}}, {"device": "B", "voice": {}}]},
    )
    assert said(hub, event) == [("A", "Voice · Volume", "", "5 %"), ("B", "Voice · Volume", "3 %", "")]


@pytest.mark.parametrize(
    ("what", "before", "after", "shown"),
    [
        ("devices", {"width_cm": 0.0, "reach": False}, {"width_cm": 70.5, "reach": True}, [
            ("", "Width (cm)", "0", "70,5"),
            ("", "Keys start in the lower half, within reach of a wheelchair", "no", "yes"),
        ]),
        ("devices", {"device": "Layar", "layout": "room", "counter": "", "services": []},
         {"device": "Layar", "layout": "counter", "counter": "3", "services": ["card", "gone"]}, [
            ("Layar", "What it is", "Screen of the waiting room", "Small screen beside a counter"),
            ("Layar", "Counter", "", "Loket 3"),
            ("Layar", "Services", "", "A · Pencetakan KTP-el, gone"),
        ]),
        ("voice", {"numbers": "digits", "repeat": 1, "mute": []},
         {"numbers": "words", "repeat": 2, "mute": [[720, 780], [1320, 360]]}, [
            ("", "Numbers", "sign by sign, as printed", "as a number"),
            ("", "A call is said", "1 time", "2 times"),
            ("", "Hours without sound", "", "12.00–13.00, 22.00–06.00"),
        ]),
        ("slip", {"logo": "", "fields": ["wait"], "sizes": {"service": 1}, "footer": {"id": ["Simpan"]}},
         {"logo": "iVBORw0K… (200000 letters)", "fields": [], "sizes": {"service": 2}, "footer": {"id": []}}, [
            ("", "Logo", "", "a picture"),
            ("", "Table", "Estimated wait", ""),
            ("", "Size · Service", "1", "2"),
            ("", "Lines at the bottom · Bahasa Indonesia", "Simpan", ""),
        ]),
        ("interludes", None, {"interlude": {"id": "9f", "kind": "notice", "texts": {"en": "Besok… (240 letters)"}}}, [
            ("", "Between calls · Kind", "", "Notice in words"),
            ("", "Between calls · Words · English", "", "Besok… (240 letters in all)"),
        ]),
        ("other", None, {"of_a_newer_release": {"deep": 4}}, [("", "of_a_newer_release · deep", "", "4")]),
    ],
)  # fmt: skip
def test_each_setting_is_said_in_words_with_what_it_was_and_is(
    hub: OfficeHub, what: str, before: Any, after: Any, shown: Any
) -> None:
    assert said(hub, PlanChanged(what, before, after)) == shown


def test_a_screen_that_was_never_set_was_as_screens_are_by_themselves(hub: OfficeHub) -> None:
    before = {"device": "Layar", "seat_m": None, "turn_seconds": None, "interludes": None, "counters": None}
    after = {"device": "Layar", "seat_m": 9.0, "turn_seconds": 12, "interludes": True, "counters": []}
    assert said(hub, PlanChanged("devices", before, after)) == [("Layar", "Farthest seat (m)", "5", "9")]


def test_what_the_hub_does_by_itself_has_an_author(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.office.execute(ChangePlan(what="staff"))
    assert [who for who, *_ in rows(eka, "?about=settings")] == ["hub sendiri"]


def test_every_setting_of_a_screen_of_the_slip_and_of_the_voice_has_a_name() -> None:
    written = {field.name for kind in (DisplaySettings, KioskSettings, VoiceSettings) for field in fields(kind)}
    written |= set(slip_form.read({"number_size": 8}, ("id",), ""))
    assert written - set(NAMES) == set()
    assert set(BLOCKS) - set(OF_SLIP) == set()


def test_a_line_without_a_difference_says_whether_there_was_none_or_none_was_recorded(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    same = {"device": "Kiosk 1", "reach": False}
    hub.office.execute(ChangePlan(what="devices", before=same, after=same), actor="supervisor:Dewi")
    hub.office.execute(ChangePlan(what="staff"), actor="command")
    assert [what for _who, what, _where in rows(eka, "?about=settings")] == [
        "Petugas diubah rinciannya tidak tercatat",
        "Perangkat atau pengaturannya diubah disimpan tanpa perubahan",
    ]


def test_a_long_text_is_cut_and_can_be_seen_whole(hub: OfficeHub, eka: FlaskClient) -> None:
    words = "Kantor tutup lebih awal pada hari Jumat. " * 4
    hub.office.execute(ChangePlan(what="notices", before={"id": ""}, after={"id": words}))
    page = eka.get("/admin/audit?about=settings").text
    assert f"{words[:80]}… " in page
    assert f"</summary>{words}</details>" in page
    assert "tampilkan semua" in page


def test_failures_are_told_with_their_number_and_no_name_that_nobody_here_has(hub: OfficeHub, eka: FlaskClient) -> None:
    security = hub.app.extensions["antrean"].security
    for name in ("Ani", "Ani", ""):
        security.failed("failed_sign_in", name, "192.0.2.7")
    for minute in list(security._minutes.values()):
        minute.began -= 61
    security.look()
    assert set(rows(eka, "?about=failures")) == {
        ("tidak dikenal", "2 kata sandi salah untuk Ani", "192.0.2.7"),
        ("tidak dikenal", "1 percobaan masuk dengan nama yang tidak dikenal di sini", "192.0.2.7"),
    }


def test_one_person_and_one_kind_can_be_chosen(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.as_staff("Ani")
    hub.office.execute(ChangePlan(what="slip"), actor="supervisor:Dewi")
    assert [who for who, *_ in rows(eka, "?person=Ani")] == ["Ani"]
    assert rows(eka, "?about=settings") == [("Dewi", "Karcis diubah rinciannya tidak tercatat", "")]
    assert rows(eka, "?about=settings&person=Ani") == []
    assert "Tidak ada catatan seperti ini di sini." in eka.get("/admin/audit?about=devices").text


def test_what_a_visitor_does_with_the_own_number_is_not_listed(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.office.execute(CancelTicket(ticket=hub.issue().number, reason="visitor_left"), actor="visitor:A-001")
    assert [who for who, *_ in rows(eka)] == ["Eka"]


def test_older_lines_stand_on_further_pages_each_once(hub: OfficeHub, eka: FlaskClient) -> None:
    for number in range(120):
        hub.office.execute(ChangePlan(what="slip"), actor=f"supervisor:Dewi{number}")
    seen, query = [], ""
    for _ in range(3):
        seen += [who for who, *_ in rows(eka, query)]
        older = re.search(r'href="(/admin/audit\?[^"]*before=[^"]*)"', eka.get(f"/admin/audit{query}").text)
        query = "?" + unescape(older[1]).partition("?")[2] if older else ""
    assert seen == [*(f"Dewi{number}" for number in reversed(range(120))), "Eka"]
    assert query == ""


def test_an_address_that_is_no_longer_kept_leaves_its_line_standing(
    hub: OfficeHub, eka: FlaskClient, clock: SetClock
) -> None:
    hub.app.extensions["antrean"].settings.security.forget(clock() + timedelta(days=91))
    assert rows(eka) == [("Eka", "Masuk", "")]


def test_a_supervisor_neither_sees_the_page_nor_its_entry(hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient) -> None:
    assert "/admin/audit" not in dewi.get("/admin/today").text
    assert "/admin/audit" in eka.get("/admin/today").text
    for path in ("/admin/audit", "/admin/view?page=audit"):
        assert dewi.get(path).status_code == 403
    assert eka.get("/admin/view?page=audit").status_code == 200


@pytest.mark.parametrize("query", ["?about=everything", "?before=x", "?before=-1", "?before=" + "9" * 30])
def test_what_can_not_be_asked_is_refused(eka: FlaskClient, query: str) -> None:
    assert eka.get(f"/admin/audit{query}").status_code == 422


def test_a_name_is_shown_as_text(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.app.extensions["antrean"].security.note(SecurityNoted("device_revoked", device="<b>K</b>"), "console")
    assert rows(eka)[0][0] == "seseorang di mesin hub"
    assert "&lt;b&gt;K&lt;/b&gt;" in eka.get("/admin/audit").text


def test_a_page_before_any_line_is_empty_and_what_is_no_line_is_refused(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.office.execute(CloseDay(), actor="supervisor:Dewi")
    last = hub.office.read(lambda day, _plan: day.seq)
    assert len(rows(eka)) == len(rows(eka, f"?before={last + 1}")) == len(rows(eka, f"?before=000{last + 1}"))
    assert len(rows(eka, "?before=")) == len(rows(eka))
    assert len(rows(eka, f"?before={last}")) == len(rows(eka)) - 1
    assert len(rows(eka, "?before=" + "9" * 18)) == len(rows(eka))
    for nothing in ("0", "00", "1"):
        assert rows(eka, f"?before={nothing}") == []
    for odd in ("-1", "%2B1", " 1", "1.0", "1e3", "0x10", "²", "١", "a", "9" * 19, "1%00", "%0A"):
        assert eka.get(f"/admin/audit?before={odd}").status_code == 422, odd
