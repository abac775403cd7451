"""A duration is read the same wherever it stands: rounded once, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask_babel import force_locale

from antrean.web.text.durations import MINUTE, SECOND, duration_minutes, duration_short, duration_words
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

SAID = [
    (0, "0 detik", "0 seconds", "0.00"),
    (-5 * MINUTE, "0 detik", "0 seconds", "0.00"),
    (SECOND, "1 detik", "1 second", "0.00"),
    (90 * SECOND, "90 detik", "90 seconds", "0.02"),
    (119 * SECOND + 499_999, "119 detik", "119 seconds", "0.02"),
    (119 * SECOND + 500_000, "2 menit", "2 minutes", "0.02"),
    (4 * MINUTE + 29 * SECOND, "4 menit", "4 minutes", "0.04"),
    (4 * MINUTE + 30 * SECOND, "5 menit", "5 minutes", "0.05"),
    (59 * MINUTE + 30 * SECOND, "1 jam", "1 hour", "1.00"),
    (65 * MINUTE, "1 jam 5 menit", "1 h 5 min", "1.05"),
    (26 * 60 * MINUTE, "26 jam", "26 hours", "26.00"),
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("office"), small_plan(), SetClock())
    yield running
    running.stop()


@pytest.mark.parametrize(("duration", "indonesian", "english", "short"), SAID)
def test_a_duration_is_said_in_words_and_in_hours_and_minutes(
    hub: OfficeHub, duration: int, indonesian: str, english: str, short: str
) -> None:
    with hub.app.test_request_context("/"):
        with force_locale("id"):
            assert duration_words(duration) == indonesian
        with force_locale("en"):
            assert duration_words(duration) == english
    assert (duration_short(duration, "id"), duration_short(duration, "en")) == (short, short.replace(".", ":"))


@pytest.mark.parametrize(
    ("duration", "said"), [(-MINUTE, "0 mnt"), (29 * SECOND, "0 mnt"), (90 * MINUTE + 30 * SECOND, "91 mnt")]
)
def test_beside_minutes_that_are_counted_on_a_duration_is_minutes_alone(
    hub: OfficeHub, duration: int, said: str
) -> None:
    with hub.app.test_request_context("/"), force_locale("id"):
        assert duration_minutes(duration) == said
