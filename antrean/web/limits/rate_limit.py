"""Rate limits for attempts, and the largest size of a request. A bounded number of counts is kept in memory."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from antrean.queueing.errors import QueueError

MAX_BODY = 64 * 1024  # bytes of a request, uploads left out
MOST_KEYS = 5000  # invented names or addresses push out the oldest counts and take no more memory


class TooMany(QueueError):
    """Tried too often; `retry_after` seconds from now it may be tried again."""

    status = 429

    def __init__(self, seconds: float = 1.0, code: str = "rate_limited") -> None:
        super().__init__(code)
        self.retry_after = max(1, math.ceil(seconds))


class RateLimiter:
    """Counts attempts for each key; refuses more than `most` within `seconds`. Forgets old keys by itself.

    An attempt counts from its beginning, so that guesses sent all at once are no way around the limit.
    """

    def __init__(
        self, monotonic: Callable[[], float], most: int = 5, seconds: float = 60.0, most_keys: int = MOST_KEYS
    ) -> None:
        self._monotonic = monotonic
        self._most = most
        self._seconds = seconds
        self._most_keys = most_keys
        self._lock = Lock()
        self._begun: OrderedDict[str, list[float]] = OrderedDict()  # the key tried last stands last

    def begin(self, key: str) -> None:
        """Count one attempt, or refuse it when this key has failed too often lately."""
        now = self._monotonic()
        with self._lock:
            while self._begun and now - next(iter(self._begun.values()))[-1] >= self._seconds:
                self._begun.popitem(last=False)
            recent = [at for at in self._begun.get(key, ()) if now - at < self._seconds]
            if len(recent) >= self._most:
                raise TooMany(seconds=recent[0] + self._seconds - now)
            self._begun[key] = [*recent, now]
            self._begun.move_to_end(key)
            if len(self._begun) > self._most_keys:
                self._begun.popitem(last=False)

    def take_back(self, key: str) -> None:
        """Uncount the last attempt after a success."""
        with self._lock:
            times = self._begun.get(key, [])[:-1]
            if times:
                self._begun[key] = times
            else:
                self._begun.pop(key, None)


class SlowDown:
    """Failures under one key from any client: after `free` of them each further one has to wait twice as long.

    The wait begins with `first` seconds and never grows over `longest`; a key that nobody tried for `forget` seconds is
    forgotten. Attempts count from their beginning.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        free: int = 10,
        first: float = 2.0,
        longest: float = 300.0,
        forget: float = 3600.0,
        most_keys: int = MOST_KEYS,
    ) -> None:
        self._monotonic = monotonic
        self._free = free
        self._first = first
        self._longest = longest
        self._forget = forget
        self._most_keys = most_keys
        self._lock = Lock()
        self._tried: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def begin(self, key: str) -> None:
        """Count one attempt, or refuse it when it comes too soon after so many failures."""
        now = self._monotonic()
        with self._lock:
            while self._tried and now - next(iter(self._tried.values()))[1] >= self._forget:
                self._tried.popitem(last=False)
            failures, last = self._tried.get(key, (0, 0.0))
            if failures >= self._free:
                wait = min(self._longest, self._first * 2 ** min(failures - self._free, 30))
                if now - last < wait:
                    raise TooMany(seconds=last + wait - now)
            self._tried[key] = (failures + 1, now)
            self._tried.move_to_end(key)
            if len(self._tried) > self._most_keys:
                self._tried.popitem(last=False)

    def take_back(self, key: str) -> None:
        """Uncount the last attempt, which neither failed nor succeeded."""
        with self._lock:
            failures, last = self._tried.get(key, (0, 0.0))
            if failures > 1:
                self._tried[key] = (failures - 1, last)
            else:
                self._tried.pop(key, None)

    def clear(self, key: str) -> None:
        """Forget the failures: the right answer was given."""
        with self._lock:
            self._tried.pop(key, None)


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the network of 64 bits, which one household has to itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
