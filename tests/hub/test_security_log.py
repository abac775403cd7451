"""Who signed in, failed to or was paired is on record, whatever strangers try and whether or not it can be saved."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.hub.security_log import AGAIN_SECONDS, MOST_FAILURES, MOST_NOTED, MOST_TRIED, MOST_UNWRITTEN, SecurityLog
from antrean.queueing.errors import InternalError
from antrean.queueing.events import SecurityNoted
from antrean.storage.journal.waiting_lines import NAME, read_waiting
from antrean.web.services import Services
from tests.conftest import SetClock, Stopwatch
from tests.fakes.office_hub import PASSWORD, OfficeHub

WAIT = 60.0
WRONG = "wrong-password"


@pytest.fixture
def watch(hub: OfficeHub) -> Stopwatch:
    found = Stopwatch()
    services_of(hub).security._monotonic = found
    return found


def services_of(hub: OfficeHub) -> Services:
    services: Services = hub.app.extensions["antrean"]
    return services


def lines(hub: OfficeHub) -> list[tuple[str, SecurityNoted, list[str]]]:
    """Return who did what and from where, oldest first."""
    found = services_of(hub).settings.security.page(200)
    return [
        (entry.actor, entry.event, list(found.addresses.get(entry.event.address, ())))
        for entry in reversed(found.entries)
        if isinstance(entry.event, SecurityNoted)
    ]


def told(hub: OfficeHub) -> list[tuple[str, str, str, int, list[str]]]:
    return [(who, noted.what, noted.person, noted.count, where) for who, noted, where in lines(hub)]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def sign_in(hub: OfficeHub, name: str, password: str = WRONG, address: str = "192.0.2.7") -> int:
    client = hub.app.test_client()
    answer = client.post(
        "/sign_in", json={"name": name, "password": password}, environ_overrides={"REMOTE_ADDR": address}
    )
    return answer.status_code


def minute_over(hub: OfficeHub, watch: Stopwatch) -> None:
    watch.seconds += 61
    security = services_of(hub).security
    security.look()
    until(lambda: not security._minutes and not security._unwritten)  # the hub looks as well


def test_signing_in_and_out_is_on_record_with_name_and_address(
    hub: OfficeHub, caplog: pytest.LogCaptureFixture
) -> None:
    browser = hub.app.test_client()
    services = {"REMOTE_ADDR": "192.0.2.7"}
    browser.post("/sign_in", json={"name": "ani", "password": PASSWORD}, environ_overrides=services)
    browser.post("/sign_out", json={}, environ_overrides=services)
    browser.post("/sign_out", json={}, environ_overrides=services)  # nobody is signed in any more
    assert told(hub) == [
        ("operator:Ani", "sign_in", "Ani", 1, ["192.0.2.7"]), ("operator:Ani", "sign_out", "Ani", 1, ["192.0.2.7"]),
    ]  # fmt: skip
    said = [record.getMessage() for record in caplog.records if record.name == "antrean.hub.security_log"]
    assert said == [
        "sign_in Ani operator by operator:Ani from 192.0.2.7", "sign_out Ani operator by operator:Ani from 192.0.2.7",
    ]  # fmt: skip


def test_failures_by_one_name_or_from_one_address_are_one_line_a_minute_with_their_number(
    hub: OfficeHub, watch: Stopwatch, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        assert sign_in(hub, "Ani", address=f"192.0.2.{number}") == 403
    for number in range(4):
        assert sign_in(hub, f"my-secret-pa55word{number}", address="198.51.100.1") == 403
    assert told(hub) == []
    minute_over(hub, watch)
    assert told(hub) == [
        ("hub", "failed_sign_in", "Ani", 3, ["192.0.2.0", "192.0.2.1", "192.0.2.2"]),
        ("hub", "failed_sign_in", "", 4, ["198.51.100.1"]),
    ]
    assert [record.getMessage() for record in caplog.records if record.name == "antrean.hub.security_log"] == [
        "failed_sign_in Ani by hub from 192.0.2.0, 192.0.2.1, 192.0.2.2, 3 times",
        "failed_sign_in by hub from 198.51.100.1, 4 times",
    ]
    assert sign_in(hub, "Ani") == 403
    minute_over(hub, watch)
    assert told(hub)[2:] == [("hub", "failed_sign_in", "Ani", 1, ["192.0.2.7"])]


def test_what_strangers_type_where_a_name_belongs_is_written_nowhere(
    hub: OfficeHub, watch: Stopwatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(hub, "my-secret-pa55word")
    hub.app.test_client().post("/pair", json={"token": "my-secret-pa55word"})
    minute_over(hub, watch)
    assert [what for _who, what, *_ in told(hub)] == ["failed_sign_in", "failed_pairing"]
    assert "pa55word" not in caplog.text
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"pa55word" not in file.read_bytes(), file


def test_attempts_that_were_slowed_down_are_on_record(hub: OfficeHub, watch: Stopwatch) -> None:
    statuses = [sign_in(hub, "Ani") for _ in range(8)]
    assert statuses == [403] * 5 + [429] * 3
    minute_over(hub, watch)
    assert [one[1:4] for one in told(hub)] == [("failed_sign_in", "Ani", 5), ("slowed_sign_in", "Ani", 3)]


def test_however_many_try_from_wherever_the_journal_gets_a_few_lines_a_minute_and_the_whole_number(
    hub: OfficeHub, watch: Stopwatch
) -> None:
    security = services_of(hub).security
    for number in range(500):
        security.failed("failed_sign_in", address=f"10.0.{number // 250}.{number % 250}")
        security.failed("failed_pairing", address=f"10.1.{number // 250}.{number % 250}")
    minute_over(hub, watch)
    found = told(hub)
    assert len(found) == MOST_FAILURES + 1
    assert sum(count for *_, count, _where in found) == 1000
    assert found[-1][1:4] == ("others", "", 1000 - MOST_FAILURES)
    assert security.counts == {"failed_sign_in": 500, "failed_pairing": 500}


def test_somebody_who_signs_in_a_thousand_times_fills_no_journal_either(hub: OfficeHub, watch: Stopwatch) -> None:
    security = services_of(hub).security
    for _ in range(MOST_NOTED + 40):
        security.note(SecurityNoted("sign_in", "Ani", "operator"), "operator:Ani")
    minute_over(hub, watch)
    assert [one[1] for one in told(hub)] == ["sign_in"] * MOST_NOTED + ["others"]
    assert told(hub)[-1][3] == 40


def test_a_paired_browser_is_on_record_and_a_wrong_code_too(hub: OfficeHub, watch: Stopwatch) -> None:
    services = services_of(hub)
    device, token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)
    services.identities.load()
    for given, status in (("wrong", 403), (token, 200)):
        answer = hub.app.test_client().post(
            "/pair", json={"token": given}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
        )
        assert answer.status_code == status
    minute_over(hub, watch)
    assert lines(hub)[0][0] == f"kiosk:{device.id}"
    assert [(noted.what, noted.device, noted.device_kind, where) for _who, noted, where in lines(hub)] == [
        ("browser_paired", "Kiosk 1", "kiosk", ["192.0.2.7"]), ("failed_pairing", "", "", ["192.0.2.7"]),
    ]  # fmt: skip


def test_signing_in_works_while_nothing_can_be_saved_and_is_on_record_once_when_it_can(
    hub: OfficeHub, watch: Stopwatch, caplog: pytest.LogCaptureFixture
) -> None:
    hub.office.hold("storage_unavailable", "disk_full")
    assert sign_in(hub, "Ani", PASSWORD) == 200
    assert told(hub) == []
    assert "sign_in Ani operator by operator:Ani from 192.0.2.7" in caplog.text
    assert services_of(hub).security.counts["sign_in"] == 1
    hub.office.release("storage_unavailable")
    watch.seconds += 10
    until(lambda: bool(told(hub)))
    services_of(hub).security.look()
    assert told(hub) == [("operator:Ani", "sign_in", "Ani", 1, ["192.0.2.7"])]


def test_what_waits_to_be_saved_is_bounded_and_what_is_lost_is_counted(hub: OfficeHub, watch: Stopwatch) -> None:
    security = services_of(hub).security
    hub.office.hold("storage_unavailable")
    for number in range(MOST_UNWRITTEN + 3):
        watch.seconds += 61 if number % MOST_NOTED == 0 else 0
        security.note(SecurityNoted("sign_in", "Ani"), "operator:Ani")
    assert security.lost == 3


def test_who_signed_in_changes_nothing_of_the_day(hub: OfficeHub, clock: SetClock) -> None:
    hub.issue()
    before = hub.office.read(lambda day, _plan: (dict(day.tickets), dict(day.counters), list(day.calls), day.closed))
    hub.as_staff("Ani")
    after = hub.office.read(lambda day, _plan: (dict(day.tickets), dict(day.counters), list(day.calls), day.closed))
    assert before == after
    assert hub.issue().number == "A-002"


def test_minutes_that_are_not_over_when_the_hub_stops_stand_in_the_log(
    hub: OfficeHub, watch: Stopwatch, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(hub, "Ani")
    hub.stop()
    with caplog.at_level(logging.WARNING):
        assert "failed_sign_in Ani by hub from 192.0.2.7" in caplog.text


def test_a_hub_that_is_killed_loses_nothing_that_it_had_a_look_at(hub: OfficeHub, watch: Stopwatch) -> None:
    """The hub looks each second; it is killed in the middle of a minute, and another one starts."""
    security = services_of(hub).security
    for number in range(3):
        sign_in(hub, "Ani", address=f"192.0.2.{number}")
    until(lambda: [line.noted.count for line in read_waiting(security._folder)] == [3])
    assert (security._folder / NAME).stat().st_mode & 0o777 == 0o600
    assert told(hub) == []
    again = SecurityLog(hub.office, security._records, security._mode, watch, security._folder)
    again.begin()
    again.look()
    assert told(hub) == [("hub", "failed_sign_in", "Ani", 3, ["192.0.2.0", "192.0.2.1", "192.0.2.2"])]
    assert read_waiting(security._folder) == []
    minute_over(hub, watch)  # of the first one, which had written the same line when it was killed
    assert len(told(hub)) == 1


def test_what_was_not_written_when_the_hub_stopped_is_written_by_the_next(hub: OfficeHub, watch: Stopwatch) -> None:
    sign_in(hub, "Ani")
    hub.office.hold("storage_unavailable")
    assert sign_in(hub, "Ani", PASSWORD) == 200
    security = services_of(hub).security
    security.stop()
    hub.office.release("storage_unavailable")
    again = SecurityLog(hub.office, security._records, security._mode, watch, security._folder)
    again.begin()
    again.look()
    assert [(what, count) for _who, what, _person, count, _where in told(hub)] == [
        ("sign_in", 1),
        ("failed_sign_in", 1),
    ]


@pytest.mark.parametrize(
    "damaged", ["", "{", "[1]", "{}", '[{"noted": {"what": 1, "who": 2}, "actor": "a", "id": "b", "addresses": []}]',
                '[{"noted": {"what": "sign_in"}, "actor": "a", "id": "b", "addresses": 5}]'],
)  # fmt: skip
def test_a_file_that_can_not_be_read_keeps_no_hub_from_starting(
    tmp_path: Path, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_text(damaged)
    assert read_waiting(tmp_path) == []
    assert ("passed over" in caplog.text) is (damaged != "{}")


def test_a_line_that_the_office_refuses_is_tried_again_behind_the_others_and_told_when_it_is_given_up(
    hub: OfficeHub, watch: Stopwatch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    security = services_of(hub).security
    real = hub.office.execute
    refuses = True

    def execute(command: Any, **more: Any) -> Any:
        if refuses and command.noted.person == "Ani":
            raise InternalError
        return real(command, **more)

    monkeypatch.setattr(hub.office, "execute", execute)
    for name in ("Ani", "Budi"):
        security.note(SecurityNoted("sign_in", name), f"operator:{name}")
    for _ in range(2):
        watch.seconds += AGAIN_SECONDS
        security.look()
    assert [person for _who, _what, person, *_ in told(hub)] == ["Budi"]
    assert (security.lost, caplog.text.count("a line about sign_in has to wait")) == (0, 1)
    refuses = False
    watch.seconds += AGAIN_SECONDS
    security.look()
    assert [person for _who, _what, person, *_ in told(hub)] == ["Budi", "Ani"]
    refuses = True
    security.note(SecurityNoted("sign_out", "Ani"), "operator:Ani")
    for _ in range(MOST_TRIED):
        watch.seconds += AGAIN_SECONDS
        security.look()
    assert (security.lost, caplog.text.count("a line about sign_out is lost")) == (1, 1)
    assert 'antrean_security_lost{office="test"} 1.0' in hub.as_staff("Dewi").get("/metrics").text
