"""How gunicorn serves the house: a request waits until all of it is there, and logs say nothing they shouldn't.

A thread costs memory and a connection to the database, so there are few. Whoever sends half a form and stops would
hold one for as long as they like; eight such people would hold the house. Here one loop takes in what arrives, for all
connections at once, and a thread gets a request that is whole. It can't wait for more: there is no more to be read.
"""

import re
import selectors
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn import glogging, http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from exchange.logs import Discreet

#: Seconds that a request may take, and may be silent for.
PATIENCE, SILENCE = 120.0, 20.0
#: Seconds in which whoever was refused may read why.
LINGER = 5.0
#: Bytes of the largest form with its file, several times over; of all headers; of everything that arrives at once.
LARGEST, HEAD, TOGETHER = 8_000_000, 100_000, 64_000_000
PIECE = 65_536

END = b"\r\n\r\n"
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
SAYS_LENGTH = re.compile(rb"^content-length\b", re.IGNORECASE | re.MULTILINE)
IN_CHUNKS = re.compile(rb"^transfer-encoding\b", re.IGNORECASE | re.MULTILINE)
ASKS_FIRST = re.compile(rb"^expect:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)

#: Why a request is not taken, by status: its reason, and what a person reads.
REFUSALS = {
    400: ("Bad Request", "Dit begrijpen we niet.", "We don't understand this."),
    408: ("Request Timeout", "Het duurde te lang voor alles er was. Probeer het nog eens.",
          "It took too long to arrive. Please try again."),
    411: ("Length Required", "Er ontbreekt hoe lang het is.", "How long it is, is missing."),
    413: ("Content Too Large", "Dit is te groot. Ga terug, kort het in en probeer het nog eens.",
          "This is too large. Go back, shorten it and try again."),
    431: ("Request Header Fields Too Large", "Je browser stuurt te veel mee. Wis de cookies van deze site.",
          "Your browser sends too much along. Clear the cookies of this site."),
    503: ("Service Unavailable", "Het is nu te druk. Probeer het over een minuut nog eens.",
          "It is too busy now. Please try again in a minute."),
}  # fmt: skip


@dataclass(eq=False)
class Arriving:
    """A request that is on its way."""

    conn: Any
    until: float
    heard: float
    data: bytearray = field(default_factory=bytearray)
    #: How many bytes it will have; None until its headers are there.
    length: int | None = None
    refused: bool = False

    def add(self, piece: bytes) -> int:
        """Take in a piece. The status with which it is refused, or 0."""
        start = max(0, len(self.data) - len(END) + 1)
        self.data += piece
        if self.length is not None:
            return 0
        end = self.data.find(END, start)
        if end < 0 or end > HEAD:
            return 431 if len(self.data) > HEAD else 0
        head = bytes(self.data[: end + len(END)])
        if IN_CHUNKS.search(head):
            return 411  # Django would read none of it
        said = LENGTH.findall(head)
        if len(said) != len(SAYS_LENGTH.findall(head)) or len(said) > 1:
            return 400
        body = int(said[0]) if said else 0
        self.length = len(head) + body
        if body > LARGEST:
            return 413
        if ASKS_FIRST.search(head) and not self.whole:
            say(self.conn, b"HTTP/1.1 100 Continue\r\n\r\n")
        return 0

    @property
    def whole(self) -> bool:
        return self.length is not None and len(self.data) >= self.length


class Whole(SocketUnreader):
    """Reads what has arrived, and never waits for more."""

    def chunk(self, size_hint: int | None = None) -> bytes:
        return b""


class Worker(ThreadWorker):
    """gunicorn's worker with threads, which get requests that are whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[TConn, Arriving] = {}
        self.swept = 0.0
        # Connections that are kept unused leave half of the places to those on which something comes.
        self.max_keepalived = self.worker_connections // 2
        # What gunicorn decrypts or unwraps itself can't be read here; a proxy in front does either.
        self.plain = not self.cfg.is_ssl and self.cfg.protocol == "http" and self.cfg.proxy_protocol == "off"

    def enqueue_req(self, conn: TConn) -> None:
        """A request begins, on a new connection or on one that is kept."""
        if not self.plain:
            super().enqueue_req(conn)
            return
        now = time.monotonic()
        arriving = self.arriving[conn] = Arriving(conn, now + PATIENCE, now)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.more, arriving))
        self.make_room()
        if conn.parser and (early := conn.parser.unreader.take_buffered()):
            self.take(arriving, early)

    def more(self, arriving: Arriving, sock: socket.socket) -> None:
        """A piece of a request, or its end before it was whole."""
        if self.arriving.get(arriving.conn) is not arriving:
            return  # it made room for another one at this very turn
        try:
            piece = sock.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        if not piece:
            self.drop(arriving)
        elif not arriving.refused:
            self.take(arriving, piece)

    def take(self, arriving: Arriving, piece: bytes) -> None:
        """Add a piece; what is whole goes to a thread."""
        arriving.heard = time.monotonic()
        if status := arriving.add(piece):
            self.refuse(arriving, status)
        elif arriving.whole:
            self.hand_over(arriving)
        elif sum(len(one.data) for one in self.arriving.values()) > TOGETHER:
            self.refuse(max(self.arriving.values(), key=lambda one: len(one.data)), 503)

    def hand_over(self, arriving: Arriving) -> None:
        """A thread reads it from memory."""
        conn = arriving.conn
        self.leave(arriving)
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = Whole(conn.sock)
        conn.parser.unreader.unread(bytes(arriving.data))
        conn.data_ready = True
        super().enqueue_req(conn)

    def refuse(self, arriving: Arriving, status: int) -> None:
        """Say why not; what still comes is read and thrown away, or the answer would not arrive."""
        reason, *sentences = REFUSALS[status]
        text = "".join(f'<p lang="{code}">{said}</p>' for code, said in zip(("nl", "en"), sentences, strict=True))
        page = f'<!DOCTYPE html><html lang="nl"><meta charset="utf-8"><title>{reason}</title>{text}</html>'.encode()
        told = {"Content-Type": "text/html; charset=utf-8", "Content-Length": len(page), "Connection": "close"}
        told |= {"Cache-Control": "no-store"} | ({"Retry-After": 60} if status == 503 else {})
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        say(arriving.conn, f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode() + page)
        arriving.refused, arriving.data = True, bytearray()
        arriving.heard = time.monotonic()
        arriving.until = min(arriving.until, arriving.heard + LINGER)

    def make_room(self) -> None:
        """Before the last place is taken whoever was silent longest goes, so that others get in."""
        if self.nr_conns >= self.worker_connections:
            self.drop(min(self.arriving.values(), key=lambda one: one.heard))

    def murder_pending(self) -> None:
        """What gunicorn calls at every turn: whoever takes too long is told so."""
        super().murder_pending()
        now = time.monotonic()
        if now < self.swept + 1:
            return
        self.swept = now
        for arriving in list(self.arriving.values()):
            if not self.alive and not arriving.data:
                self.drop(arriving)  # browsers connect before they need it; who stops does not wait for them
                continue
            if arriving.until > now and arriving.heard + SILENCE > now:
                continue
            if arriving.refused or not arriving.data:
                self.drop(arriving)
            else:
                self.refuse(arriving, 408)

    def leave(self, arriving: Arriving) -> None:
        """It arrives no more."""
        del self.arriving[arriving.conn]
        self.poller.unregister(arriving.conn.sock)

    def drop(self, arriving: Arriving) -> None:
        """Nobody waits for an answer."""
        self.leave(arriving)
        self.nr_conns -= 1
        arriving.conn.close()


def say(conn: Any, answer: bytes) -> None:
    """Send a short answer without waiting; whoever left does not get it."""
    try:
        conn.sock.send(answer)
        if not answer.startswith(b"HTTP/1.1 1"):
            conn.sock.shutdown(socket.SHUT_WR)
    except OSError:
        return


class Log(glogging.Logger):
    """gunicorn's logs, for errors and for access: wherever they go, what lets somebody in does not."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(Discreet())
