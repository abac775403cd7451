"""Displays and notices: what is set is what screens show at once; what does not fit is refused and changes nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from tests.fakes.office_hub import OfficeHub
from tests.fakes.videos import mp4

MP4 = mp4()
LAYOUT = {"layout": "room", "seat_m": 8, "width_cm": 120, "turn_seconds": 9, "interludes": True}

WRONG_SETTINGS: list[dict[str, object]] = [
    {"seat_m": "far"},
    {"seat_m": 0},
    {"layout": "counter"},
    {"blank_from": "9"},
    {"turn_seconds": 1},
]
WRONG_UPLOADS: list[tuple[bytes, str, dict[str, str]]] = [
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", {}),
    (b"\x89PNG\r\n\x1a\nbroken", "b.png", {}),
    (b"", "", {}),
    (MP4, "c.mp4", {"seconds": "3"}),
    (MP4, "d.mp4", {"starts_on": "2026-12-02", "ends_on": "2026-12-01"}),
    (MP4, "e.mp4", {"starts_on": "tomorrow"}),
    (MP4, "f.mp4", {"text_id": "x" * 301}),
]


def paired(hub: OfficeHub, kind: str, name: str = "Layar lobi") -> tuple[str, FlaskClient]:
    """Pair a screen; return its id and its browser."""
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, kind, name, hub.office.clock)
    services.identities.load()
    client = hub.app.test_client()
    client.set_cookie(f"antrean_{kind}", token)
    return device.id, client


def picture(size: tuple[int, int] = (4000, 1000)) -> io.BytesIO:
    drawn = io.BytesIO()
    Image.new("RGB", size, "navy").save(drawn, "PNG")
    drawn.seek(0)
    return drawn


def upload(client: FlaskClient, file: io.BytesIO, name: str, **fields: Any) -> TestResponse:
    form = {"file": (file, name), "seconds": "12", **fields}
    return client.post("/admin/screens/interludes", data=form, content_type="multipart/form-data")


def stored(hub: OfficeHub) -> list[Path]:
    return sorted((hub.app.extensions["antrean"].config.data / "media").glob("*"))


def test_what_is_set_for_a_display_is_what_it_shows_next(hub: OfficeHub, dewi: FlaskClient) -> None:
    device, display = paired(hub, "display")
    answer = dewi.post(f"/admin/screens/{device}", json={**LAYOUT, "service_birth": True, "language_su": True})
    assert answer.status_code == 200
    view = display.get("/display/view").get_json()
    assert (view["screen"]["languages"], view["screen"]["turn_seconds"], view["screen"]["blank"]) == (["su"], 9, None)
    assert "Akta Kelahiran" in view["html"]["services"]
    assert "KTP-el" not in view["html"]["services"]


def test_a_display_is_made_a_board_of_what_is_ready_and_says_how_far_its_codes_are_read(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    device, display = paired(hub, "display")
    settings = {**LAYOUT, "layout": "ready", "chime": True, "seat_m": 12, "width_cm": 95}
    assert dewi.post(f"/admin/screens/{device}", json=settings).status_code == 200
    view = display.get("/display/view").get_json()
    assert (view["screen"]["layout"], view["screen"]["chime"]) == ("ready", True)
    html = dewi.get("/admin/view?page=screens").get_json()["html"]
    assert "sampai 10,0 m" in html[f"carries.{device}"]
    assert "Huruf terlalu kecil" in html[f"short.{device}"]
    near = {**settings, "seat_m": 6}
    assert dewi.post(f"/admin/screens/{device}", json=near).status_code == 200
    assert "Huruf terlalu kecil" not in dewi.get("/admin/view?page=screens").get_json()["html"][f"short.{device}"]


def test_letters_too_small_for_the_farthest_seat_are_said_at_once_in_words(hub: OfficeHub, dewi: FlaskClient) -> None:
    device, _ = paired(hub, "display")
    view = dewi.get("/admin/view?page=screens").get_json()["html"]
    near, before = view[f"carries.{device}"], view[f"short.{device}"]
    assert dewi.post(f"/admin/screens/{device}", json={**LAYOUT, "seat_m": 14, "width_cm": 95}).status_code == 200
    far = dewi.get("/admin/view?page=screens").get_json()["html"][f"carries.{device}"]
    assert "tidak terbaca" not in near
    assert before.strip() == ""
    assert "sampai 7,9 m" in near
    assert "tidak terbaca dari kursi terjauh" in far
    in_the_list = dewi.get("/admin/view?page=screens").get_json()["html"][f"short.{device}"]
    assert "Huruf terlalu kecil untuk kursi terjauh" in in_the_list
    assert far in dewi.get("/admin/screens", headers={"Accept": "text/html"}).text


def test_a_kiosk_is_told_how_wide_it_is_and_that_its_keys_start_low(hub: OfficeHub, dewi: FlaskClient) -> None:
    device, kiosk = paired(hub, "kiosk", "Kiosk 1")
    assert dewi.post(f"/admin/screens/{device}", json={"width_cm": 33.6, "reach": True}).status_code == 200
    page = kiosk.get("/kiosk/", headers={"Accept": "text/html"}).text
    assert "--declared-mm: 0.2976;" in page
    assert " data-reach>" in page


def test_settings_that_do_not_fit_are_refused_and_change_nothing(hub: OfficeHub, dewi: FlaskClient) -> None:
    device, display = paired(hub, "display")
    before = display.get("/display/view").get_json()["screen"], hub.seq()
    for wrong in WRONG_SETTINGS:
        assert dewi.post(f"/admin/screens/{device}", json={**LAYOUT, **wrong}).status_code == 422, wrong
    assert (display.get("/display/view").get_json()["screen"], hub.seq()) == before
    assert dewi.post("/admin/screens/nobody", json=LAYOUT).status_code == 404


def test_the_running_text_is_the_offices_in_each_language(hub: OfficeHub, dewi: FlaskClient) -> None:
    _, display = paired(hub, "display")
    dewi.post("/admin/screens/notices", json={"text_id": "Semua <gratis>", "text_su": " Haratis ", "text_en": ""})
    assert hub.office.read(lambda _day, plan: plan.ticker) == {"id": "Semua <gratis>", "su": "Haratis"}
    drawn = display.get("/display/view").get_json()["html"]["notice"]
    assert "Semua &lt;gratis&gt;" in drawn
    assert 'lang="su"' in drawn


def test_a_picture_is_made_small_stripped_and_shown_between_calls_until_it_is_taken_away(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    _, display = paired(hub, "display")
    answer = upload(dewi, picture(), "besar.png", text_id="Jadwal", starts_on="2026-11-24", ends_on="2026-11-30")
    assert answer.status_code == 200
    shown = display.get("/display/view").get_json()["interludes"]
    assert [(one["kind"], one["texts"], one["seconds"]) for one in shown] == [("picture", {"id": "Jadwal"}, 12)]
    with display.get(shown[0]["src"]) as given:
        assert Image.open(io.BytesIO(given.data)).size == (1920, 480)
    assert dewi.post(f"/admin/screens/interludes/{shown[0]['id']}/remove", json={}).status_code == 200
    assert display.get("/display/view").get_json()["interludes"] == []
    assert stored(hub) == []
    assert dewi.post(f"/admin/screens/interludes/{shown[0]['id']}/remove", json={}).status_code == 404


def test_a_file_used_twice_stays_until_nobody_uses_it(hub: OfficeHub, dewi: FlaskClient) -> None:
    for _ in range(2):
        upload(dewi, io.BytesIO(MP4), "film.mp4")
    first, second = hub.office.read(lambda _day, plan: plan.playlist)
    assert (first.kind, first.file) == ("video", second.file)
    dewi.post(f"/admin/screens/interludes/{first.id}/remove", json={})
    assert len(stored(hub)) == 1
    dewi.post(f"/admin/screens/interludes/{second.id}/remove", json={})
    assert stored(hub) == []


def test_what_is_no_picture_video_or_notice_is_refused_and_leaves_nothing_behind(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    before = hub.seq()
    for file, name, fields in WRONG_UPLOADS:
        assert upload(dewi, io.BytesIO(file), name, **fields).status_code == 422, (name, fields)
    assert (hub.seq(), stored(hub)) == (before, [])
    assert hub.office.read(lambda _day, plan: plan.playlist) == ()


def test_a_notice_in_words_needs_no_file(hub: OfficeHub, dewi: FlaskClient) -> None:
    _, display = paired(hub, "display")
    answer = dewi.post("/admin/screens/interludes", data={"text_id": "Besok tutup", "text_en": "Closed tomorrow"})
    assert answer.status_code == 200
    shown = display.get("/display/view").get_json()["interludes"]
    assert [(one["kind"], one["src"], one["texts"]["en"]) for one in shown] == [("notice", "", "Closed tomorrow")]


def test_nothing_outside_the_media_folder_is_given(hub: OfficeHub, dewi: FlaskClient) -> None:
    _, display = paired(hub, "display")
    for name in ("..%2Fsecret_key", "../secret_key", "nothing.jpg"):
        assert display.get(f"/display/media/{name}").status_code == 404
        assert dewi.get(f"/admin/media/{name}").status_code == 404


def test_operators_may_not_change_screens(hub: OfficeHub) -> None:
    assert hub.as_staff("Ani").post("/admin/screens/notices", json={"text_id": "x"}).status_code == 403
