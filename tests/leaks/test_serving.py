"""Bodies that stop half-way stop nobody else; what cannot be taken is refused with a sentence."""

import runpy
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import ExitStack

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn

from exchange import serving
from tests.leaks.serving import answer, request, served, told

pytestmark = pytest.mark.once
ECHO = "tests.leaks.echo"
MANY = 40


@pytest.fixture(scope="module")
def house():
    with served(ECHO) as server:
        yield server


def test_whoever_stops_half_way_stops_nobody_else(house):
    with ExitStack() as stack:
        stalled = [stack.enter_context(house.connect()) for _ in range(MANY)]
        for number, client in enumerate(stalled):
            # Some stop in their text, some in their headers, some before they say a word or after an empty line.
            kinds = (
                request("/stalled", b"x" * 50, 100),
                b"POST /stalled HTTP/1.1\r\nHost: ",
                b"",
                b"\r\n",
                b"\r\n\r\n",
            )
            client.sendall(kinds[number % len(kinds)])
        with house.connect() as other:
            other.sendall(request("/asked"))
            first = told(other)
            assert first["entered"] == ["/asked"]
            other.sendall(request("/written", b"y" * 70_000))
            assert told(other)["read"] == 70_000
        # Whoever goes on after all is served like anybody else.
        stalled[0].sendall(b"x" * 50)
        assert told(stalled[0]) == {
            "entered": ["/asked", "/written", "/stalled"], "before": ["/asked", "/written"], "read": 100
        }  # fmt: skip


def test_without_waiting_outside_they_stop_everybody():
    """The control: with gunicorn's own worker two people hold two threads, and a third waits until they are done."""
    with served(ECHO, "--worker-class", "gthread") as server, ExitStack() as stack:
        stalled = [stack.enter_context(server.connect()) for _ in range(2)]
        for client in stalled:
            client.sendall(request("/stalled", b"x", 2))
        server.says("entered /stalled", 2)
        other = stack.enter_context(server.connect())
        other.sendall(request("/asked"))
        stalled[0].sendall(b"x")
        assert told(stalled[0])["read"] == 2
        assert told(other)["before"] == ["/stalled"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request("/x", b"", 0, "Transfer-Encoding: chunked") + b"5\r\nhello", 411),
        (request("/x", b"", 8_000_001), 413),
        (request("/x", b"", 5, "Content-Length: 6"), 400),
        (request("/x", b"", 0, "Content-Length: five"), 400),
        (request("/x", b"", 0, "Content-Length: 5, 5"), 400),
        (b"GET / HTTP/1.1\r\nCookie: " + b"x" * 110_000, 431),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(house, sent, status):
    with house.connect() as client:
        client.sendall(sent)
        got, page = answer(client)
        assert got == status
        for words in serving.REFUSALS[status][1:]:
            assert words.encode() in page
        client.sendall(b"x" * 1000)  # what still comes is thrown away
        assert client.recv(10) == b""


def test_the_answer_arrives_while_too_much_is_still_sent(house):
    with house.connect() as client:
        client.sendall(request("/x", b"x" * 3_000_000, 9_000_000))
        assert answer(client)[0] == 413


def test_one_after_another_on_one_connection(house):
    with house.connect() as client:
        client.sendall(request("/a") + request("/b", b"bb") + request("/c", b"cc", 3))
        assert [told(client)["read"], told(client)["read"]] == [0, 2]
        client.sendall(b"c" + request("/d"))
        assert [told(client)["read"], told(client)["read"]] == [3, 0]


def test_piece_by_piece(house):
    with house.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("/slow", b"\r\n\r\nabc", 7):
            client.sendall(bytes([byte]))
        assert told(client)["read"] == 7


def test_who_asks_first_is_told_to_go_on(house):
    with house.connect() as client:
        client.sendall(request("/asks", b"", 4, "Expect: 100-continue"))
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"body")
        status, _ = answer(client)
        assert status in (100, 200)  # gunicorn says it once more, which is allowed


class Clock:
    def __init__(self):
        self.now = time.monotonic()

    def monotonic(self):
        return self.now


@pytest.fixture
def worker(monkeypatch):
    """A worker of no process, whose clock stands still."""
    config = Config()
    config.set("worker_connections", 5)
    config.set("threads", 2)
    made = serving.Worker(1, 1, [], None, 60, config, Logger(config))
    made.poller = selectors.DefaultSelector()
    made.clock = Clock()
    monkeypatch.setattr(serving, "time", made.clock)
    yield made
    made.poller.close()
    made.tmp.close()


@pytest.fixture
def arrive(worker):
    ends = []

    def connect(sent=b""):
        here, there = socket.socketpair()
        ends.extend((here, there))
        there.settimeout(10)
        worker.nr_conns += 1
        worker.enqueue_req(TConn(worker.cfg, here, ("", 0), None))
        there.sendall(sent)
        worker.wait_for_and_dispatch_events(0)
        return there

    yield connect
    for one in ends:
        one.close()


def test_silence_is_told_and_then_the_door_is_shut(worker, arrive):
    silent, nobody = arrive(b"POST / HTTP/1.1\r\n"), arrive()
    worker.clock.now += serving.SILENCE + 1
    worker.murder_pending()
    assert answer(silent)[0] == 408
    assert nobody.recv(10) == b""
    assert worker.nr_conns == 1
    worker.clock.now += serving.LINGER + 1
    worker.murder_pending()
    assert (worker.nr_conns, worker.arriving) == (0, {})


def test_who_stops_waits_for_what_has_begun_only(worker, arrive):
    begun, nobody = arrive(b"POST / HTTP/1.1\r\n"), arrive()
    worker.alive = False
    worker.murder_pending()
    assert nobody.recv(10) == b""
    assert worker.nr_conns == 1
    begun.sendall(b"\r\n")
    worker.tpool = Pool()
    worker.wait_for_and_dispatch_events(0)
    assert len(worker.tpool.handed_over) == 1


class Pool:
    """Threads that do nothing."""

    def __init__(self):
        self.handed_over = []

    def submit(self, act, conn):
        self.handed_over.append(conn)
        return Future()


def test_a_trickle_is_not_for_ever(worker, arrive):
    slow, passed = arrive(b"POST / HTTP/1.1\r\n"), 0
    while passed < serving.PATIENCE:
        assert worker.arriving
        worker.clock.now += 10
        passed += 10
        slow.sendall(b"x")
        worker.wait_for_and_dispatch_events(0)
        worker.murder_pending()
    assert answer(slow)[0] == 408


def test_whoever_was_silent_longest_makes_room(worker, arrive):
    clients = []
    for _ in range(4):
        clients.append(arrive(b"POST / HTTP/1.1\r\n"))
        worker.clock.now += 1
    assert worker.nr_conns == 4
    clients.append(arrive(b"POST / HTTP/1.1\r\n"))
    assert worker.nr_conns == 4
    assert clients[0].recv(10) == b""


def test_memory_has_an_end(worker, arrive, monkeypatch):
    monkeypatch.setattr(serving, "TOGETHER", 100_000)
    large, small = arrive(request("/x", b"x" * 60_000, 90_000)), arrive(request("/x", b"x" * 30_000, 90_000))
    assert answer(arrive(request("/x", b"x" * 20_000, 90_000)) and large)[0] == 503
    assert sum(len(one.data) for one in worker.arriving.values()) < 60_000
    assert small


def test_a_connection_that_made_room_in_the_same_turn_is_left_alone(worker, arrive):
    client = arrive(b"POST / HTTP/1.1\r\n")
    [arriving] = worker.arriving.values()
    sock = arriving.conn.sock
    worker.drop(arriving)
    worker.more(arriving, sock)
    assert worker.nr_conns == 0
    assert client


def test_connections_that_are_kept_unused_leave_room(worker):
    """A proxy keeps some; who keeps many gets an answer that ends the connection (gunicorn looks at this number)."""
    assert worker.max_keepalived == 2, "of five"


def test_a_proxy_never_sends_on_a_connection_that_was_just_closed():
    """nginx keeps one that it does not use for 60 seconds (keepalive_timeout in its upstream module)."""
    assert runpy.run_path(str(settings.ROOT / "gunicorn.conf.py"))["keepalive"] > 60
