"""The press: a process of its own that draws PDFs, so that no text can take the site's time or memory.

One press for each process of the site, started with the first document and kept. A page that takes longer than
`SECONDS` or more than `MEMORY` ends the press, not the site; the next document gets a new one.
"""

import atexit
import multiprocessing
import resource
import signal
import threading
from multiprocessing.connection import Connection
from typing import Any

SECONDS = 40
#: Of address space, in bytes; a report of thirty pages takes a quarter of it.
MEMORY = 2 * 1024**3


class Spoiled(ValueError):
    """The document took more time or memory than a document may."""


class Press:
    """Documents go in one after the other; each comes out drawn, or as the error that drawing it raised."""

    def __init__(self, draw: Any, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.draw, self.seconds, self.memory = draw, seconds, memory
        self._turn = threading.Lock()
        self._process: Any = None
        self._line: Any = None

    def __call__(self, markup: str) -> bytes:
        """The document drawn by `draw`. Raises what `draw` raised, or Spoiled."""
        with self._turn:
            self._start()
            try:
                self._line.send(markup)
                drawn = self._line.recv() if self._line.poll(self.seconds) else TimeoutError()
            except (EOFError, OSError):
                # The system ends a process that asks for what is not there.
                drawn = MemoryError()
            if isinstance(drawn, MemoryError | TimeoutError):
                self.stop()
        if isinstance(drawn, TimeoutError):
            raise Spoiled(f"The document took longer than {self.seconds} seconds.")
        if isinstance(drawn, MemoryError):
            raise Spoiled("The document took more memory than there is for it.")
        if isinstance(drawn, Exception):
            raise drawn
        return drawn

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        # A fork would copy the threads' locks and the database connections; a spawned process starts clean.
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self.draw, self.memory), daemon=True)
        self._process.start()
        theirs.close()
        # Registered after the start, so it runs before Python asks its children to end and waits for them.
        atexit.register(self.stop)

    def stop(self) -> None:
        """End the press; the next document starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._line.close()
        self._process = None


def _work(line: Connection, draw: Any, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # Whoever stops the house may tell all its processes: the document in hand is finished, the site ends its press.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        try:
            markup = line.recv()
        except EOFError:
            # The site is gone, and so is the work.
            return
        try:
            drawn = draw(markup)
        except Exception as error:
            drawn = error
        line.send(drawn)
