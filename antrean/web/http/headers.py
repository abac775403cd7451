"""The headers that every response carries. Workers load this module without the application."""

from __future__ import annotations

HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
# Pages hold no inline script; styles come from our own files, with a few style attributes. The hub's own address is
# named for sockets because older browsers take 'self' for http only.
PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self' ws://{host} wss://{host}; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
PLAIN_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
# What completes a response that says nothing of its own, except that pages have a policy of theirs.
EVERY = (*HEADERS, ("Cache-Control", "no-store"), ("Content-Security-Policy", PLAIN_POLICY))


def bare_answer(status: int, reason: str) -> bytes:
    """Return the whole answer to what never became a request, with the headers that every response carries."""
    headers = [
        *EVERY,
        ("Connection", "close"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(reason) + 1)),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n{reason}\n".encode()
