"""The end of a certificate is read from whoever answers at the address, whoever signed it."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from antrean.commands.doctor.checks import _certificate
from antrean.config import Config
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.processes.certificate import CertificateUnknown, ends_at
from antrean.hub.watches.certificate import EACH, FIRST_AFTER, CertificateWatch
from tests.conftest import CI, Stopwatch
from tests.fakes.hub_process import STEPPED_BACK_SECONDS, free_port

ROOT = Path(__file__).parents[3]
Serve = Callable[[int], str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve TLS with a certificate that ends so many days from now; gives the address."""
    if shutil.which("openssl") is None:
        assert not CI, "openssl is missing"
        pytest.skip("openssl is missing")
    listening: list[socket.socket] = []

    def serving(days: int) -> str:
        key, cert = tmp_path / "key.pem", tmp_path / f"{days}.pem"
        now = datetime.now(UTC)
        first, last = (
            moment.strftime("%y%m%d%H%M%SZ") for moment in (now - timedelta(days=400), now + timedelta(days=days))
        )
        authority = tmp_path / "ca.cnf"
        (tmp_path / "index").touch()
        (tmp_path / "serial").write_text("01")
        authority.write_text(
            f"[ca]\ndefault_ca=own\n[own]\ndatabase={tmp_path}/index\nserial={tmp_path}/serial\nnew_certs_dir={tmp_path}\n"
            "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n"
        )
        steps = (
            f"req -new -newkey rsa:2048 -nodes -keyout {key} -out {tmp_path}/asked.pem -subj /CN=localhost",
            f"ca -batch -config {authority} -selfsign -keyfile {key} -in {tmp_path}/asked.pem -out {cert} -notext "
            f"-startdate {first} -enddate {last}",
        )
        for step in steps:
            subprocess.run(["openssl", *step.split()], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def answer() -> None:
            while True:
                try:
                    line, _ = server.accept()
                    with context.wrap_socket(line, server_side=True) as secure:
                        secure.recv(1)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        return f"https://localhost:{server.getsockname()[1]}"

    yield serving
    for server in listening:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_the_end_is_read_although_nobody_known_signed_it(serve: Serve) -> None:
    found = ends_at(serve(90))
    assert found is not None
    assert abs(found - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=10)


def test_one_that_has_ended_is_told_from_one_that_nobody_shows(serve: Serve) -> None:
    assert ends_at(serve(-1)) is None
    with pytest.raises(CertificateUnknown):
        ends_at(f"https://localhost:{free_port()}")


@pytest.mark.parametrize(("days", "verdict"), [(90, "ok"), (59, "warning"), (-1, "wrong")])
def test_the_doctor_says_how_it_stands(serve: Serve, days: int, verdict: str) -> None:
    finding = _certificate(serve(days), datetime.now(UTC).date())
    assert finding.verdict == verdict
    assert bool(finding.advice) == (verdict != "ok")


def running(watch: CertificateWatch) -> bool:
    return watch._process.running


def test_the_hub_looks_once_a_day_and_without_https_not_at_all(serve: Serve) -> None:
    monotonic = Stopwatch()
    watch = CertificateWatch(serve(30), ThreadingMode(), monotonic, ROOT)
    plain = CertificateWatch(Config().public_url, ThreadingMode(), monotonic, ROOT)
    for one in (watch, plain):
        one.look()
        assert not running(one)
    monotonic.seconds += FIRST_AFTER
    for one in (watch, plain):
        one.look()
    assert not running(plain)
    assert running(watch)
    until = time.monotonic() + STEPPED_BACK_SECONDS
    while running(watch) and time.monotonic() < until:
        watch.look()
        time.sleep(0.05)
    assert watch.until is not None
    assert abs((watch.until - datetime.now(UTC).date()).days - 30) <= 1
    monotonic.seconds += EACH - FIRST_AFTER - 1
    watch.look()
    assert not running(watch)
    monotonic.seconds += FIRST_AFTER + 1
    watch.look()
    assert running(watch)
    watch.stop()
