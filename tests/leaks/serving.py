"""A server of our own configuration, and people who speak HTTP by hand."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

#: So long an answer may take before a test gives up; none waits for it.
PATIENCE = 60


class Served:
    """A server that runs, and what it says."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.port, self.said = process, port, []
        self.news = threading.Condition()
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def _listen(self) -> None:
        for line in self.process.stderr:
            with self.news:
                self.said.append(line)
                self.news.notify_all()
        with self.news:
            self.said.append("")
            self.news.notify_all()

    def says(self, words: str, times: int = 1) -> None:
        """Once it has said so."""
        with self.news:
            told = lambda: sum(words in line for line in self.said)  # noqa: E731
            assert self.news.wait_for(lambda: told() >= times or "" in self.said, PATIENCE), self.said
            assert told() >= times, self.said

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextmanager
def served(application: str, *more: str) -> Iterator[Served]:
    """gunicorn with our configuration, in one process with two threads."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "EXCHANGE_DEMO": ""}
    command = [sys.executable, "-m", "gunicorn", application, "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--workers", "1", "--threads", "2", "--log-level", "info", *more],
        cwd=settings.ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    server = Served(process, port)
    try:
        server.says("Booting worker")
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)
        server.listening.join()
        process.stderr.close()


def request(path: str, body: bytes = b"", length: int | None = None, *more: str) -> bytes:
    """A request as bytes; `length` is what it says of its body."""
    length = len(body) if length is None else length
    lines = [f"{'POST' if length else 'GET'} {path} HTTP/1.1", "Host: x", *more]
    lines += [f"Content-Length: {length}"] * bool(length)
    return "\r\n".join([*lines, "", ""]).encode() + body


def answer(client: socket.socket) -> tuple[int, bytes]:
    """The status and the body of one answer; (0, b"") when the other side hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(1)  # another answer may follow
        if not piece:
            return 0, data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]):
        body += client.recv(int(length[1]) - len(body))
    return status, body


def told(client: socket.socket) -> dict:
    """What the room of one house told."""
    status, body = answer(client)
    assert status == 200, body
    return json.loads(body)
