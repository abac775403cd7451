"""Pictures and previews are drawn in a child process with limits; what goes wrong there harms nobody else."""

from __future__ import annotations

import base64
import io
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from PIL import Image

from antrean.config import ROOT
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.heavy import child as heavy_child
from antrean.hub.heavy import messages
from antrean.hub.heavy.work import EACH, HeavyWork
from antrean.hub.lane import Busy
from antrean.queueing.errors import InternalError, Invalid, QueueError, Unavailable
from antrean.web.limits.rate_limit import TooMany
from tests.conftest import SetClock, small_plan
from tests.fakes.hub_process import PASSWORD, HubProcess, alive, wait_until
from tests.fakes.office_hub import OfficeHub


def background(work: Callable[..., object], *arguments: Any) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def children() -> set[int]:
    """Return the processes that draw for this one."""
    found = set()
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if alive(child) and "antrean.hub.heavy.child" in child.cmdline():
                found.add(child.pid)
    return found


@pytest.fixture
def place() -> Iterator[Callable[..., HeavyWork]]:
    opened: list[HeavyWork] = []
    before = children()

    def new(**limits: Any) -> HeavyWork:
        # A child gives way to everybody; beside busy processes a second of its work may take a minute.
        given = {"job_seconds": 120.0, **limits}
        opened.append(HeavyWork(ThreadingMode(), time.monotonic, time.sleep, background, ROOT, **given))
        return opened[-1]

    yield new
    for one in opened:
        one.stop()
    assert children() <= before


def slip_file(folder: Path, name: str = "slip") -> Path:
    file = folder / f"{name}.bin"
    file.write_bytes(b"\x1b@A-001\n\n" + name.encode() + b"\n\x1dV\x01")
    return file


def draw(place: HeavyWork, file: Path, asker: str = "dewi") -> bytes:
    return place.do(asker, "kept_slip", file=str(file), profile="virtual-80")[1][0]


def png(width: int, height: int, kind: str = "P") -> bytes:
    drawn = io.BytesIO()
    Image.new(kind, (width, height)).save(drawn, "PNG")
    return drawn.getvalue()


def test_a_slip_is_drawn_by_a_child_that_ends_when_nothing_is_to_do(
    place: Callable[..., HeavyWork], tmp_path: Path
) -> None:
    before, heavy = children(), place(idle_seconds=0.3)
    drawn = draw(heavy, slip_file(tmp_path))
    assert Image.open(io.BytesIO(drawn)).format == "PNG"
    assert len(children() - before) == 1
    wait_until(lambda: children() == before, "the end of the idle child")
    assert draw(heavy, slip_file(tmp_path)) == drawn


def test_one_child_draws_for_all_and_one_after_the_other(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    before, heavy = children(), place()
    drawn: list[bytes] = []
    files = [slip_file(tmp_path, f"slip-{number}") for number in range(8)]
    askers = [threading.Thread(target=lambda file=file: drawn.append(draw(heavy, file)), daemon=True) for file in files]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(60)
    assert len(drawn) == len(set(drawn)) == 8
    assert len(children() - before) == 1


def test_a_child_that_keeps_silent_is_killed_and_the_next_job_is_done(
    place: Callable[..., HeavyWork], tmp_path: Path
) -> None:
    before, heavy = children(), place(job_seconds=60.0)
    file = slip_file(tmp_path)
    draw(heavy, file)
    (stopped,) = children() - before
    os.kill(stopped, signal.SIGSTOP)
    heavy._job_seconds = 0.5
    with pytest.raises(Unavailable, match="too busy to work that out"):
        draw(heavy, file)
    assert stopped not in children()
    assert heavy.counts["kept_slip", "failed"] == 1
    heavy._job_seconds = 60.0
    assert draw(heavy, file)


def test_a_child_that_died_for_another_reason_is_replaced(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    before, heavy = children(), place(job_seconds=60.0)
    file = slip_file(tmp_path)
    draw(heavy, file)
    (killed,) = children() - before
    os.kill(killed, signal.SIGSTOP)
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(draw(heavy, file))
        except QueueError as refusal:
            outcomes.append(refusal.code)

    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    wait_until(lambda: not heavy.lane.idle, "the job is at hand")
    os.kill(killed, signal.SIGKILL)
    asker.join(60)
    assert outcomes == [draw(heavy, file)]


def test_a_job_that_uses_up_its_time_is_tried_once_and_no_file_is_blamed(
    place: Callable[..., HeavyWork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, heavy = children(), place(job_seconds=60.0)
    file, started = slip_file(tmp_path), list[int]()
    draw(heavy, file)
    really = heavy._started
    monkeypatch.setattr(heavy, "_started", lambda: (started.append(1), really())[1])
    (child,) = children() - before
    os.kill(child, signal.SIGSTOP)
    asker = threading.Thread(target=lambda: outcomes.append(_outcome(heavy, file)), daemon=True)
    outcomes: list[object] = []
    asker.start()
    wait_until(lambda: not heavy.lane.idle, "the job is at hand")
    os.kill(child, signal.SIGXCPU)  # as the system does
    os.kill(child, signal.SIGCONT)
    asker.join(60)
    assert (outcomes, started) == (["too_slow"], [])
    assert draw(heavy, file)


def _outcome(heavy: HeavyWork, file: Path) -> object:
    try:
        return draw(heavy, file)
    except QueueError as refusal:
        return refusal.code


def test_where_no_child_can_be_started_the_asker_is_told_to_ask_again(
    place: Callable[..., HeavyWork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy, file = place(), slip_file(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("antrean.hub.heavy.work.sys.executable", str(tmp_path / "nothing"))
        with pytest.raises(Busy):
            draw(heavy, file)
    assert heavy.counts["start", "failed"] == 1
    assert draw(heavy, file)


def test_an_idle_child_ends_although_the_lane_was_full_at_first(
    place: Callable[..., HeavyWork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, heavy = children(), place(idle_seconds=0.3)
    draw(heavy, slip_file(tmp_path))
    really = heavy.lane.run
    refused: list[TooMany] = []

    def run(work: Callable[[], Any]) -> Any:
        if not refused:
            refused.append(TooMany())
            raise refused[0]
        return really(work)

    monkeypatch.setattr(heavy.lane, "run", run)
    wait_until(lambda: children() == before, "the end of the idle child")
    assert refused


def test_a_job_over_which_every_child_dies_fails_alone(
    place: Callable[..., HeavyWork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy, file = place(), slip_file(tmp_path)
    draw(heavy, file)
    monkeypatch.setattr(messages, "packed", lambda _header, _pieces: b"\xff" * 8)  # which ends the child
    with pytest.raises(InternalError):
        draw(heavy, file)
    monkeypatch.undo()
    assert heavy.counts["kept_slip", "failed"] == 1
    assert draw(heavy, file)


def test_nobody_fills_the_queue_alone(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    before, heavy = children(), place(job_seconds=60.0)
    file = slip_file(tmp_path)
    draw(heavy, file)
    (child,) = children() - before
    os.kill(child, signal.SIGSTOP)
    askers = [threading.Thread(target=partial(draw, heavy, file), daemon=True) for _ in range(EACH)]
    for asker in askers:
        asker.start()
    wait_until(lambda: heavy.lane._having["dewi"] == EACH, "all of them are in the queue")
    with pytest.raises(Busy):
        draw(heavy, file)
    other = threading.Thread(target=partial(draw, heavy, file, "eka"), daemon=True)
    other.start()
    os.kill(child, signal.SIGCONT)
    for asker in (*askers, other):
        asker.join(60)
        assert not asker.is_alive()


def test_a_picture_is_drawn_once_for_all_who_ask_for_it_again(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    heavy = place()
    asked = {"job": "kept_slip", "file": str(slip_file(tmp_path)), "profile": "virtual-80"}
    drawn = {heavy.picture(f"asker {number}", "slip", **asked) for number in range(20)}
    assert len(drawn) == 1
    assert heavy.counts["kept_slip", "done"] == 1


def test_a_bomb_is_refused_by_what_its_head_says(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    heavy = place()
    source, target = tmp_path / "bomb", tmp_path / "drawn"
    source.write_bytes(png(7000, 7000))
    with pytest.raises(Invalid) as refused:
        heavy.do("dewi", "picture", source=str(source), target=str(target))
    assert refused.value.code == "body_too_large"
    assert not target.exists()
    with pytest.raises(Invalid) as refused:
        heavy.do("dewi", "logo", picture=base64.b64encode(png(7000, 7000)).decode())
    assert refused.value.code == "value_invalid"


def test_a_photo_of_a_large_camera_is_drawn_small_and_upright(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    heavy = place()
    source, target = tmp_path / "photo", tmp_path / "drawn"
    photo = Image.new("RGB", (9000, 6000), "red")
    photo.paste("blue", (0, 0, 4500, 6000))
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter to the right
    photo.save(source, "JPEG", exif=turned)
    heavy.do("dewi", "picture", last=True, source=str(source), target=str(target))
    with Image.open(target) as drawn:
        assert drawn.size == (1280, 1920)
        assert not drawn.getexif()
        colours = drawn.convert("RGB")
        top, bottom = colours.getpixel((640, 200)), colours.getpixel((640, 1700))
        assert isinstance(top, tuple)
        assert isinstance(bottom, tuple)
    assert top[2] > 200 > 50 > top[0]
    assert bottom[0] > 200 > 50 > bottom[2]


def test_the_child_has_little_memory_and_no_sockets_of_the_hub(place: Callable[..., HeavyWork], tmp_path: Path) -> None:
    before, heavy = children(), place()
    draw(heavy, slip_file(tmp_path))
    (child,) = children() - before
    found = psutil.Process(child)
    assert found.rlimit(psutil.RLIMIT_AS) == (heavy_child.MOST_MEMORY,) * 2
    assert 0 < found.rlimit(psutil.RLIMIT_CPU)[0] <= heavy_child.MOST_CPU_SECONDS + 10
    assert found.nice() >= heavy_child.NICE
    assert found.net_connections(kind="inet") == []
    assert found.num_fds() <= 6


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff\xff\xff\xff",
        b"\0\0\0\2[]",
        b"\0\0\0\2{}",
        messages.packed({}, [])[:-1],
        b'\0\0\0\x10{"lengths":[-1]}',
        b'\0\0\0\x17{"lengths":[999999999]}',
    ],
)
def test_what_a_child_says_is_read_strictly(said: bytes) -> None:
    line = io.BytesIO(said)
    with pytest.raises(messages.Broken):
        messages.read(line.read)


def test_a_message_comes_out_as_it_went_in() -> None:
    line = io.BytesIO(messages.packed({"mm": [1]}, [b"one", b"", b"two"]))
    assert messages.read(line.read) == ({"mm": [1]}, [b"one", b"", b"two"])


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    running = HubProcess(tmp_path_factory.mktemp("heavy"), small_plan())
    try:
        running.start()
        yield running
    finally:
        running.end()


SLIP = {"language": "id", **dict.fromkeys(("show_office", "show_service", "show_issued", "field_persons"), True)}


def at_once(work: Callable[[int], Any], count: int) -> tuple[list[threading.Thread], list[Any]]:
    outcomes: list[Any] = []
    threads = [threading.Thread(target=lambda n=n: outcomes.append(work(n)), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    return threads, outcomes


def numbers_until_all_ended(hub: HubProcess, threads: list[threading.Thread]) -> int:
    """Take numbers at a kiosk while others are busy; return how many came."""
    kiosk, count = requests.Session(), 0
    kiosk.headers["Authorization"] = "Bearer " + hub.pair("kiosk", f"Kiosk {time.monotonic_ns()}")
    while any(thread.is_alive() for thread in threads) or count < 5:
        asked = {"service": "card", "persons": 1, "priority": False, "language": "id"}
        assert kiosk.post(f"{hub.url}/kiosk/tickets", json=asked, timeout=60).status_code == 201
        count += 1
    return count


def signed_in(hub: HubProcess, name: str = "Dewi") -> requests.Session:
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    assert session.post(f"{hub.url}/sign_in", json={"name": name, "password": PASSWORD}, timeout=60).ok
    return session


def test_previews_past_what_one_may_ask_are_refused_in_words_and_numbers_go_on(hub: HubProcess) -> None:
    dewi = signed_in(hub)
    threads, outcomes = at_once(lambda _: dewi.post(f"{hub.url}/admin/slip/preview", json=SLIP, timeout=120), 30)
    numbers_until_all_ended(hub, threads)
    codes = Counter(answer.status_code for answer in outcomes)
    assert set(codes) <= {200, 503}
    assert codes[200] >= EACH
    for answer in outcomes:
        if answer.status_code == 503:
            assert answer.json()["error"]["code"] == "busy"
            assert "gambar" in answer.json()["error"]["message"]
            assert int(answer.headers["Retry-After"]) > 0
        else:
            assert answer.json()["80"]["png"].startswith("data:image/png;base64,")
            assert answer.json()["58"]["mm"] > 50


def test_six_pages_of_the_virtual_printer_are_drawn_once(hub: HubProcess) -> None:
    folder = hub.config.data / "virtual_printer"
    folder.mkdir()
    names = [slip_file(folder, f"slip-{number}").stem for number in range(12)]
    people = [signed_in(hub, name) for name in ("Ani", "Budi", "Dewi", "Eka") for _ in range(2)][:6]
    threads, outcomes = at_once(
        lambda n: people[n // 12].get(f"{hub.url}/print_agent/virtual/{names[n % 12]}.png", timeout=120), 72
    )
    numbers_until_all_ended(hub, threads)
    assert {answer.status_code for answer in outcomes} == {200}
    drawn = {answer.content for answer in outcomes if answer.ok}
    again = people[0].get(f"{hub.url}/print_agent/virtual/{names[0]}.png", timeout=120)
    assert len(drawn) == 12
    unchanged = {"If-None-Match": again.headers["ETag"]}
    same = people[0].get(f"{hub.url}/print_agent/virtual/{names[0]}.png", headers=unchanged, timeout=120)
    assert (same.status_code, same.content) == (304, b"")
    figures = requests.get(f"{hub.url}/metrics", timeout=60).text
    made = re.search(r'antrean_heavy_work_total\{job="kept_slip",result="done"\} (\S+)', figures)
    assert made is not None
    assert float(made[1]) == 12


def test_passwords_have_a_child_of_their_own_that_never_sees_a_picture(tmp_path: Path) -> None:
    before, office = children(), OfficeHub(tmp_path, small_plan(), SetClock(), password_child=True)
    dewi = office.as_staff("Dewi")
    for_passwords = children() - before
    assert len(for_passwords) == 1
    assert dewi.post("/admin/slip/preview", json=SLIP).status_code == 200
    for_pictures = children() - before - for_passwords
    assert len(for_pictures) == 1
    office.stop()
    assert children() <= before
