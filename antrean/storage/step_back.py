"""A process of its own for work that may wait: everybody else goes first, and it ends with the hub."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import time
from contextlib import suppress
from threading import Thread

NICE = 15
NICE_WHILE_WAITED_FOR = 5  # somebody looks at the screen until it is done: on a full machine 15 would be for ever
IOPRIO_SET, IOPRIO_IDLE = {"x86_64": 251, "aarch64": 30, "armv7l": 314, "armv6l": 314}, 3 << 13
LOOK_SECONDS = 0.5  # between two looks whether the hub is still there


def step_back(cpu_seconds: int, memory: int | None = None, nice: int = NICE) -> None:
    """Let everybody else go first, on the processor and on the disk, and end with the hub.

    This process gets so many seconds of the processor and so many bytes of memory, and leaves no picture of itself.
    `nice` is how far it steps back on the processor.
    """
    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with suppress(OSError, AttributeError, KeyError):
        ctypes.CDLL(None).syscall(IOPRIO_SET[os.uname().machine], 1, 0, IOPRIO_IDLE)
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent has ended.

    The system could do so (PR_SET_PDEATHSIG), but by a parent it means the thread that began this process, and that may
    have been a request's.
    """
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
