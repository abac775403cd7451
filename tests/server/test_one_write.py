"""How a response goes out: its header never makes a packet of its own where a body follows."""

from __future__ import annotations

from antrean.server.one_write import OneWrite


class Line:
    """A socket that keeps what is sent, call by call."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        """Keep a piece."""
        self.sent.append(data)

    def sendfile(self, file: str) -> int:
        """Keep what stands for a file."""
        self.sent.append(file.encode())
        return len(file)


def test_a_short_response_is_sent_in_one_piece() -> None:
    line = Line()
    response = OneWrite(line)
    response.sendall(b"header ")
    response.sendall(b"body")
    response.flush()
    assert line.sent == [b"header body"]


def test_a_long_response_goes_on_piece_by_piece() -> None:
    line = Line()
    response = OneWrite(line)
    for piece in (b"header ", b"one", b"two", b"three"):
        response.sendall(piece)
    response.flush()
    assert line.sent == [b"header one", b"two", b"three"]


def test_a_response_without_a_body_is_sent_all_the_same() -> None:
    line = Line()
    response = OneWrite(line)
    response.sendall(b"header")
    assert not line.sent
    response.flush()
    assert line.sent == [b"header"]


def test_a_file_comes_after_its_header() -> None:
    line = Line()
    response = OneWrite(line)
    response.sendall(b"header")
    assert response.sendfile("file") == 4
    response.flush()
    assert line.sent == [b"header", b"file"]
