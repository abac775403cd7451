"""A follower's phone reduced to its socket: joins over a WebSocket, takes frames apart, answers pings."""

from __future__ import annotations

import json
import socket
import struct
from collections import deque
from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
MASK = b"\x21\x43\x65\x87"


def connect(
    address: tuple[str, int],
    path: str,
    source: str = "",
    receive_buffer: int = 0,
    headers: str = "",
    timeout: float = 60.0,
) -> socket.socket:
    """Return a socket whose WebSocket handshake is done; refuses (ConnectionError) any answer but 101.

    `headers` are further header lines, each with its line end.
    """
    line = socket.socket()
    if receive_buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.settimeout(timeout)
    if source:
        line.bind((source, 0))
    line.connect(address)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host = f"{address[0]}:{address[1]}"
    line.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        # As every browser offers; the hub must decline, or each frame would be packed anew for each phone.
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = line.recv(1)
        if not piece:
            raise ConnectionError(f"the hub closed the connection: {answer!r}")
        answer += piece
    if b" 101 " not in answer.split(b"\r\n")[0]:
        line.close()
        raise ConnectionError(answer.split(b"\r\n")[0].decode())
    return line


def follow(address: tuple[str, int], token: str, **options: object) -> Follower:
    """Return a follower that has joined the room of a ticket. Refuses like the hub.

    Its first view and the word that it is connected have been read, in whichever order they came: what is read next
    came after them.
    """
    found = Follower(connect(address, "/socket.io/?EIO=4&transport=websocket", **options))  # type: ignore[arg-type]
    found.send("40/mobile_ticket," + json.dumps({"token": token}))
    awaited = {"40/mobile_ticket,", '42/mobile_ticket,["view"'}
    for packet in found.packets():
        if packet.startswith("44"):
            found.line.close()
            raise ConnectionRefusedError(packet)
        awaited -= {start for start in awaited if packet.startswith(start)}
        if not awaited:
            return found
    raise ConnectionError("the hub closed the connection")


def masked(opcode: int, payload: bytes) -> bytes:
    """Return a client's frame of less than 126 bytes."""
    body = bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))
    return struct.pack("!BB", 0x80 | opcode, 0x80 | len(payload)) + MASK + body


def split(data: bytes | bytearray) -> tuple[list[tuple[int, bytes]], int]:
    """Return the complete frames (opcode, payload) that data begins with, and their length. Refuses a torn stream."""
    frames, at = [], 0
    while len(data) - at >= 2:
        first, size, start = data[at], data[at + 1], at + 2
        if first & 0xF0 != 0x80 or first & 0xF not in (TEXT, CLOSE, PING, PONG) or size > 127:
            raise ValueError(f"torn stream: {data[at : at + 20]!r}")
        if size == 126:
            if len(data) < start + 2:
                break
            size, start = struct.unpack_from("!H", data, start)[0], start + 2
        elif size == 127:
            if len(data) < start + 8:
                break
            size, start = struct.unpack_from("!Q", data, start)[0], start + 8
        if len(data) < start + size:
            break
        frames.append((first & 0xF, bytes(data[start : start + size])))
        at = start + size
    return frames, at


class Follower:
    """One joined socket. Reads only when it is asked to, so that it can also stop reading."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.rest = bytearray()
        self.frames: deque[tuple[int, bytes]] = deque()

    def send(self, packet: str) -> None:
        """Send one Engine.IO packet of at most 125 bytes."""
        self.line.sendall(masked(TEXT, packet.encode()))

    def packets(self) -> Iterator[str]:
        """Give Engine.IO packets as they come, pings answered and left out, until the hub closes the connection.

        Whoever stops asking loses nothing: the next to ask gets the packets that came along with the last one.
        """
        while True:
            while self.frames:
                opcode, payload = self.frames.popleft()
                if opcode == CLOSE:
                    return
                if payload == b"2":
                    self.send("3")
                else:
                    yield payload.decode()
            try:
                data = self.line.recv(1 << 16)
            except ConnectionResetError:
                return
            if not data:
                return
            self.rest += data
            frames, length = split(self.rest)
            del self.rest[:length]
            self.frames.extend(frames)

    def events(self, name: str) -> Iterator[dict[str, object]]:
        """Yield the data of each event of this name."""
        for packet in self.packets():
            if packet.startswith("42"):
                event = json.loads(packet[packet.index("[") :])
                if event[0] == name:
                    yield event[1]
