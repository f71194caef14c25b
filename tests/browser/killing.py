"""A browser with a profile of its own in a folder, and its sudden death."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.browser.conftest import ARGUMENTS


def started(chromium: Any, folder: Path) -> Any:
    """The browser on this profile: what a page kept on the device is in the folder."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    context = chromium.browser_type.launch_persistent_context(
        str(folder), executable_path=program, args=ARGUMENTS, locale="nl-NL", reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    return context


def kill(context: Any, folder: Path) -> None:
    """SIGKILL to every process of that browser, and its locks taken away as a restarted machine would."""
    from playwright.sync_api import Error

    for pid in processes_with(str(folder)):
        os.kill(pid, signal.SIGKILL)
    with suppress(Error):
        context.close()
    for lock in folder.glob("Singleton*"):
        lock.unlink()


def processes_with(words: str) -> list[int]:
    """The processes whose command line holds these words."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if words in line:
                found.append(int(folder.name))
    return found
