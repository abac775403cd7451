"""How gunicorn serves the hub: one worker whose async mode is one setting. The only place that starts eventlet."""

import ctypes
import gc
import os
import resource
import signal
from typing import Any

from antrean.config import load_config
from antrean.hub.start.start_error import check_port, starting
from antrean.server.worked_out_once import keep_addresses, keep_date, keep_responses, keep_settings

with starting():
    _config = load_config()
os.umask(0o077)  # what the hub writes is for its own user
if not _config.message_queue:
    # A hub by itself asks no name server, and a resolver of its own is an eighth of its memory.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

bind = f"{_config.host}:{_config.port}"
workers = 1
worker_class = (
    "antrean.server.eventlet_worker.HubWorker"
    if _config.async_mode == "eventlet"
    else "antrean.server.threading_worker.HubThreadWorker"
)
threads = 1 if _config.async_mode == "eventlet" else 512
# WebSockets count as connections, and connections as files: phones must never use up the places of kiosks and operators
# (antrean/web/limits/connection_limit.py), and the hub must never run out of files while it takes a connection in.
_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
worker_connections = 20_000 if _files == resource.RLIM_INFINITY else min(20_000, max(_files - 256, _files // 2))
backlog = 2048
# Of each header; antrean/server/eventlet_worker.py counts all of it before gunicorn looks.
limit_request_line = 8000
limit_request_fields = 64
limit_request_field_size = 8000
keepalive = 75
timeout = 60
graceful_timeout = 3
control_socket_disable = True
loglevel = _config.log_level
accesslog = None


PR_SET_PDEATHSIG = 1


def on_starting(server: Any) -> None:
    """Say in a sentence that somebody else has the port; a hub that replaces itself brings its own socket along."""
    if not {"GUNICORN_FD", "LISTEN_FDS"} & set(os.environ):
        with starting():
            check_port(_config.host, _config.port)


def post_fork(server: Any, worker: Any) -> None:
    """End with the master, however it ends, and raise the open-file limit to what the system allows."""
    # A worker without its master would keep the port for minutes. What was told is durable, so it may end at once.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server.pid:
        os.kill(os.getpid(), signal.SIGKILL)  # the master ended before it was asked to tell
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # It would walk a long day again and again while the day is built; wsgi.py has it walk once, before that.
    gc.disable()


def worker_exit(server: Any, worker: Any) -> None:
    """Note that the hub has ended in order; after any other end the next one looks at every line of its database."""
    if worker.booted:  # a start that failed is no end: what went on before it still counts
        from antrean.storage.database.running import ended  # the worker has it; the master does without

        ended(_config.data)


def post_worker_init(worker: Any) -> None:
    """Keep what stays the same for every request, and the collector from walking what lives as long as the hub."""
    keep_date()
    keep_settings(worker.cfg)
    keep_addresses()
    keep_responses(worker.cfg)
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)
