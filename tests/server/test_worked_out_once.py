"""What gunicorn works out for each response comes out the same when it is worked out once."""

from __future__ import annotations

from gunicorn import util
from gunicorn.config import Config

from antrean.server.worked_out_once import HttpDate, keep_settings


def test_a_response_has_the_date_of_its_second_whenever_the_clock_is_set() -> None:
    now = 1_800_000_000.4
    date = HttpDate(util.http_date, lambda: now)
    assert date() == "Fri, 15 Jan 2027 08:00:00 GMT"
    now += 0.5
    assert date() == "Fri, 15 Jan 2027 08:00:00 GMT"
    now += 0.2
    assert date() == "Fri, 15 Jan 2027 08:00:01 GMT"
    now -= 3600  # the clock is set back
    assert date() == "Fri, 15 Jan 2027 07:00:01 GMT"
    assert date(0.0) == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_a_date_is_formatted_once_in_a_second() -> None:
    formatted: list[float] = []
    date = HttpDate(lambda second: f"{formatted.append(second)}", lambda: 1_800_000_000.4)
    for _ in range(100):
        date()
    assert formatted == [1_800_000_000]


def test_every_setting_of_the_server_is_what_it_was() -> None:
    settings = Config()
    settings.set("workers", 3)
    settings.set("bind", "127.0.0.1:8000")
    before = {name: getattr(settings, name) for name in settings.settings}
    keep_settings(settings)
    assert {name: getattr(settings, name) for name in settings.settings} == before
    assert (settings.workers, bool(settings.is_ssl), settings.address) == (3, False, [("127.0.0.1", 8000)])
