"""One message for a room, over real sockets of a real hub in eventlet mode."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from itertools import islice, pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest

from antrean.web.live.fanout import AT_ONCE
from bench.raw_follower import Follower, connect, follow
from tests.conftest import small_plan
from tests.fakes.crowd_hub import CrowdHub

LARGE = 200_000  # bytes of a message; two of them fill a receiver that does not read
MORE_THAN_A_SOCKET_HOLDS = 12_000_000  # bytes; Linux keeps up to 4 MB for a client that reads


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrowdHub]:
    running = CrowdHub(tmp_path_factory.mktemp("crowd"), small_plan())
    yield running
    running.stop()


@pytest.fixture
def followers(hub: CrowdHub) -> Iterator[Callable[..., list[Follower]]]:
    """Give a function that lets so many phones follow; they leave when the test is over."""
    joined: list[Follower] = []

    def join(count: int, **options: Any) -> list[Follower]:
        fresh = [follow(hub.address, hub.token, **options) for _ in range(count)]
        joined.extend(fresh)
        return fresh

    yield join
    for one in joined:
        one.line.close()
    until(lambda: listeners(hub) == 0)


def until(holds: Callable[[], bool], tries: int = 600) -> None:
    """Wait until something holds."""
    for _ in range(tries):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def listeners(hub: CrowdHub) -> int:
    return int(hub.ask("/_test/listeners"))


def heard(one: Follower, last: int, event: str = "view") -> list[int]:
    """Return the numbers of the side door's messages, up to the last one."""
    numbers = (int(str(found["number"])) for found in one.events(event) if "number" in found)
    return [*takewhile(lambda number: number != last, numbers), last]


# -- everyone, everything, in order --------------------------------------------------------------


def test_every_follower_hears_every_message_in_order_and_it_is_encoded_once(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    crowd = followers(40)
    before = hub.ask("/_test/counts")
    hub.ask("/_test/emit", count=30)
    assert [heard(one, 30) for one in crowd] == [list(range(1, 31))] * 40
    after = hub.ask("/_test/counts")
    assert after["encoded"] - before.get("encoded", 0) == 30
    assert after["straight"] - before.get("straight", 0) == 30 * 40
    assert after["straight_way"] == 1


@pytest.mark.parametrize("size", [0, 60, 100, 125, 126, 65_400, 70_000])
def test_a_message_of_any_length_arrives_whole(
    hub: CrowdHub, followers: Callable[..., list[Follower]], size: int
) -> None:
    (one,) = followers(1)
    hub.ask("/_test/emit", count=1, size=size)
    found = next(event for event in one.events("view") if "number" in event)
    assert found == {"number": 1, "filling": "x" * size}


def test_only_the_room_hears_it(hub: CrowdHub, followers: Callable[..., list[Follower]]) -> None:
    (one,) = followers(1)
    hub.ask("/_test/emit", count=3, rooms="ticket:B-001")
    hub.ask("/_test/emit", count=1, first=9)
    hub.ask("/_test/emit", count=1, first=10, rooms="ticket:A-001")
    assert heard(one, 10) == [9, 10]


@pytest.mark.usefixtures("open_files")
def test_a_crowd_ends_with_the_newest_and_never_goes_back(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    crowd = followers(AT_ONCE + 40)
    hub.ask("/_test/emit", count=25, close_together=1)
    for one in crowd:
        numbers = heard(one, 25)
        assert numbers == sorted(set(numbers))
    hub.ask("/_test/emit", count=1, first=26)
    assert all(heard(one, 26) == [26] for one in crowd)


# -- clients that are behind ---------------------------------------------------------------------


def test_one_who_stops_reading_holds_up_nobody_and_reads_on_whole_and_newest(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    keen = followers(3)
    (stopped,) = followers(1, receive_buffer=4096)
    heard_by_keen: list[list[int]] = [[], [], []]
    hub.ask("/_test/emit", count=1, size=LARGE)
    size_before = hub.ask("/_test/memory")
    for number in range(2, 102):
        hub.ask("/_test/emit", count=1, first=number, size=LARGE)
        for one, numbers in zip(keen, heard_by_keen, strict=True):
            numbers += heard(one, number)[-1:]
    assert heard_by_keen == [list(range(2, 102))] * 3
    assert max(hub.ask("/_test/queues")) <= 2
    assert hub.ask("/_test/memory") - size_before < 8_000  # KiB, of 20,000 that were sent
    numbers = heard(stopped, 101)
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 101


def test_a_frame_that_was_taken_in_part_is_finished_before_anything_else_is_written(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    (slow,) = followers(1, receive_buffer=32768)
    emitting = threading.Thread(
        target=hub.ask,
        args=("/_test/emit",),
        kwargs={"count": 8, "size": MORE_THAN_A_SOCKET_HOLDS, "close_together": 1, "pause": 0.01},
    )
    # The hub's loop stands still while the client reads: there is room on the socket again, in the midst of a frame.
    emitting.start()
    numbers = heard(slow, 8)
    emitting.join()
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 8  # it really was behind


def test_what_the_library_has_queued_goes_first(hub: CrowdHub, followers: Callable[..., list[Follower]]) -> None:
    crowd = followers(3)
    hub.ask("/_test/emit", count=2, close_together=1, stock_first=1)
    assert [heard(one, 2) for one in crowd] == [[1, 2]] * 3


def test_one_who_never_reads_is_sent_away_in_the_end_and_the_others_stay(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    (keen,) = followers(1)
    (stopped,) = followers(1, receive_buffer=4096)
    hub.ask("/_test/patience", seconds=0)
    number = 0
    while listeners(hub) > 1:
        number += 1
        assert number < 500
        hub.ask("/_test/emit", count=1, first=number, size=LARGE)
        assert heard(keen, number)[-1] == number
    hub.ask("/_test/patience", seconds=25)
    assert hub.ask("/_test/counts")["cut"] >= 1
    assert list(stopped.packets())[-1:] != []  # what it was sent before is whole, then the stream ends
    hub.ask("/_test/emit", count=1, first=900)
    assert heard(keen, 900) == [900]


def test_one_who_is_sent_away_hears_nothing_after_the_last_word(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    crowd = followers(3)
    hub.ask("/_test/send_away")
    assert [list(one.packets()) for one in crowd] == [["1"]] * 3  # Engine.IO's "close", then the stream ends


# -- polling, and the change from polling to a WebSocket -----------------------------------------


def poll(hub: CrowdHub, sid: str = "", say: str = "") -> list[str]:
    """One turn of the long-polling transport; returns the packets it brought."""
    url = f"http://{hub.address[0]}:{hub.address[1]}/socket.io/?EIO=4&transport=polling" + (
        f"&sid={sid}" if sid else ""
    )
    request = urllib.request.Request(url, say.encode() if say else None, {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return [packet for packet in answer.read().decode().split("\x1e") if packet not in ("2", "ok")]


def poll_and_join(hub: CrowdHub) -> str:
    sid: str = json.loads(poll(hub)[0][1:])["sid"]
    poll(hub, sid, "40/mobile_ticket," + json.dumps({"token": hub.token}))
    packets: list[str] = []
    while not any('"view"' in packet for packet in packets):
        packets += poll(hub, sid)
    return sid


def numbers_in(packets: list[str]) -> list[int]:
    events = [json.loads(packet[packet.index("[") :])[1] for packet in packets if packet.startswith("42")]
    return [event["number"] for event in events if "number" in event]


def test_a_polling_client_is_served_like_the_others(hub: CrowdHub, followers: Callable[..., list[Follower]]) -> None:
    (one,) = followers(1)
    sid = poll_and_join(hub)
    for number in range(1, 6):
        hub.ask("/_test/emit", count=1, first=number)
        assert numbers_in(poll(hub, sid)) == [number]
    hub.ask("/_test/emit", count=20, first=6)
    assert numbers_in(poll(hub, sid)) == [25]  # it did not ask meanwhile: the newest is whole
    assert heard(one, 25) == list(range(1, 26))
    poll(hub, sid, "1")


def test_nothing_is_lost_or_turned_round_while_a_client_changes_to_a_websocket(hub: CrowdHub) -> None:
    sid = poll_and_join(hub)
    one = Follower(connect(hub.address, f"/socket.io/?EIO=4&transport=websocket&sid={sid}"))
    one.send("2probe")
    packets = one.packets()
    assert next(packets) == "3probe"
    hub.ask("/_test/emit", count=1, first=1)
    hub.ask("/_test/emit", count=1, first=2, event="tick")
    one.send("5")
    found = [packet for packet in islice(packets, 3) if packet != "6"]
    assert numbers_in(found) == [1, 2]
    hub.ask("/_test/emit", count=3, first=3)
    assert heard(one, 5) == [3, 4, 5]
    one.line.close()
    until(lambda: listeners(hub) == 0)


# -- several rooms, and whose turn it is ---------------------------------------------------------


def test_whoever_is_in_several_of_the_rooms_hears_a_message_once(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    crowd = followers(3)
    before = hub.ask("/_test/counts").get("encoded", 0)
    hub.ask("/_test/emit", count=5, rooms="followers,ticket:A-001,ticket:A-999")
    assert [heard(one, 5) for one in crowd] == [list(range(1, 6))] * 3
    assert hub.ask("/_test/counts")["encoded"] - before == 5


def test_a_visitor_is_answered_before_any_screen_is_drawn(hub: CrowdHub) -> None:
    token = hub.ask("/_test/pair", kind="kiosk")
    kiosk = Follower(connect(hub.address, "/socket.io/?EIO=4&transport=websocket"))
    kiosk.send("40/kiosk," + json.dumps({"token": token}))
    views = kiosk.events("view")
    next(views)
    hub.ask("/_test/watch")
    request = urllib.request.Request(
        f"http://{hub.address[0]}:{hub.address[1]}/kiosk/tickets",
        json.dumps({"service": "card"}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 201
    next(views)
    assert [line for line in hub.ask("/_test/noted") if line in ("answered /kiosk/tickets", "drawn kiosk")] == [
        "answered /kiosk/tickets",
        "drawn kiosk",
    ]
    kiosk.line.close()


def test_phones_that_vanish_together_leave_one_after_another_with_others_turns_in_between(
    tmp_path: Path,
) -> None:
    hub = CrowdHub(tmp_path, small_plan())
    try:
        crowd = [follow(hub.address, hub.token) for _ in range(30)]
        hub.ask("/_test/watch_leaving")
        for one in crowd:
            one.line.close()
        until(lambda: listeners(hub) == 0)
        told = hub.ask("/_test/noted")
    finally:
        hub.stop()
    noted = [line for line in told if line in ("turn", "left")]
    assert noted.count("left") == 30
    assert ("left", "left") not in pairwise(noted)
    ended = [int(line.removeprefix("ended ")) for line in told if line.startswith("ended ")]
    assert all(before <= gone for gone, before in enumerate(ended))  # who waits for a turn still holds memory


# -- when there is no room, and when the library is another --------------------------------------


def test_a_ticket_that_has_most_of_the_followers_gives_places_up_to_others_until_they_have_as_many(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    tokens = [hub.token, hub.ask("/_test/issue"), hub.ask("/_test/issue")]
    hub.ask("/_test/cap", followers=5)
    hub.ask("/_test/join_seconds", seconds=2)  # in which who is sent away may come back on the same connection
    crowd = followers(5)
    others = [follow(hub.address, token) for token in (tokens[1], tokens[2], tokens[2])]
    for one in crowd[2:]:
        assert next(packet for packet in one.packets() if packet.startswith("41")) == "41/mobile_ticket,"
    for token in tokens:  # they have two, one and two now: nobody would be better off
        with pytest.raises(ConnectionRefusedError, match="too_many_followers"):
            follow(hub.address, token)
    assert listeners(hub) == 5
    hub.ask("/_test/emit", count=1)
    assert [heard(one, 1) for one in (*crowd[:2], *others)] == [[1]] * 5
    assert [list(one.packets()) for one in crowd[2:]] == [["1"]] * 3
    for one in others:
        one.line.close()
    hub.ask("/_test/join_seconds", seconds=10)
    hub.ask("/_test/cap", followers=2000)


def test_one_too_many_is_refused_with_a_code_and_a_kiosk_still_gets_in(
    hub: CrowdHub, followers: Callable[..., list[Follower]]
) -> None:
    kiosk = hub.ask("/_test/pair", kind="kiosk")
    hub.ask("/_test/cap", followers=3)
    followers(3)
    with pytest.raises(ConnectionRefusedError, match="too_many_followers"):
        follow(hub.address, hub.token)
    hub.ask("/_test/cap", followers=3, places=3)
    until(lambda: hub.ask("/_test/sessions") == 3)  # one that has joined nothing would make room
    with pytest.raises(ConnectionError, match="503"):
        follow(hub.address, hub.token)
    line = Follower(
        connect(hub.address, "/socket.io/?EIO=4&transport=websocket", headers=f"Authorization: Bearer {kiosk}\r\n")
    )
    line.send("40/kiosk," + json.dumps({"token": kiosk}))
    assert next(packet for packet in line.packets() if packet.startswith('42/kiosk,["view"'))  # a tick may come before
    line.line.close()
    hub.ask("/_test/cap", followers=2000, places=2516)
    followers(1)
