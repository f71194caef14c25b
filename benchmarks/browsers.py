"""People at browsers, on the last evening of a call: who writes and who sends, over real connections, in real time.

They do what static/js/save.js does: a save ten seconds after the first letter while somebody types on, one and a half
seconds after the last; one at a time; and after a failed one again fifteen seconds later, with what stands there then.
"""

import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from benchmarks.deeds import Form
from tests.crowd.words import Writer

PAUSE, LONGEST, AGAIN, PATIENCE = 1.5, 10.0, 15.0, 30.0
#: Forty words a minute.
WORD = 1.5
#: The pages on which people write, and how much fits into a field there.
SECTIONS = {"motivation": 4000, "goals": 300, "initiative": 2000}
OWN = re.compile(r"motivation|proactive_\w+|school_use|goal-\d+-(?:students_notice|able_to|others_see)")
RECEIPT = re.compile(r"VIL\d\d-\w{6}")
#: What people also type, by which text goes wrong when it does.
SIGNS = ("’s ochtends", "€ 5 & meer", "<b>", "naïef", "«echt»", "🚌", "100 %", "e\u0301e\u0301n", "\\n", "العلوي")


@dataclass
class Night:
    """What everybody shares: the address, when it closes, how long each waited, what went wrong."""

    base: str
    slug: str
    cookie: str
    #: On the clock of `time.monotonic`.
    begins: float
    closes: float
    waits: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def waited(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.waits.setdefault(kind, []).append(seconds)

    def went_wrong(self, what: str) -> None:
        with self.lock:
            self.wrong.append(f"{time.monotonic() - self.begins:.0f} s: {what}")


class Person(threading.Thread):
    """Somebody at a browser, signed in; `said` is what must be found of them afterwards, field by field."""

    def __init__(self, night: Night, number: int, session: str, said: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.night, self.number, self.said = night, number, dict(said)
        self.dice = random.Random(f"night {number}")  # noqa: S311 -- a seeded crowd, not a secret
        self.browser = requests.Session()
        self.browser.cookies.set(night.cookie, session)
        self.form: dict[str, str] = {}
        self.url = ""

    def ask(self, kind: str, address: str, data: dict[str, str] | None = None, **more: Any) -> requests.Response | None:
        """Open a page, or send a form; how long it took is noted, and every other status than `fine` is an error."""
        fine = more.pop("fine", 200)
        how = {"headers": {"Referer": self.url, **more.pop("headers", {})}, "timeout": PATIENCE, **more}
        # A script sends its form in parts, a button sends it plainly.
        body = {"files" if "X-Autosave" in how["headers"] else "data": data and {**data}}
        if "files" in body and data:
            body["files"] = {name: (None, value) for name, value in data.items()}
        begun = time.monotonic()
        try:
            answer = self.browser.request("POST" if data else "GET", address, **(body if data else {}), **how)
        except requests.RequestException as problem:
            self.night.went_wrong(f"{kind}: {type(problem).__name__}: {str(problem)[:120]}")
            return None
        self.night.waited(kind, time.monotonic() - begun)
        if answer.status_code != fine:
            self.night.went_wrong(f"{kind}: {answer.status_code}: {' '.join(answer.text.split())[:200]}")
        return answer

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))


class Writes(Person):
    """Writes on, section after section, until just before it closes."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.writer = Writer(self.number + 5_000_000, "nl")
        length = self.night.closes - self.night.begins
        self.comes = self.night.begins + self.dice.uniform(0, length / 10)
        # Half of them write until the last seconds.
        early = self.dice.uniform(0, length / 2) if self.dice.random() < 0.5 else 0
        self.stops = self.night.closes - self.dice.uniform(5, 20) - early

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.stops

    def run(self) -> None:
        self.sleep(self.comes - time.monotonic())
        sections = list(SECTIONS)
        place = self.number % len(sections)
        self.open(sections[place])
        while self.form and not self.over:
            for name in [name for name in self.form if OWN.fullmatch(name)]:
                if not self.over:
                    self.write(name, SECTIONS[sections[place]])
            if not self.over:
                place = (place + 1) % len(sections)
                self.turn(sections[place])

    def open(self, section: str) -> None:
        self.url = f"{self.night.base}/trips/{self.night.slug}/apply/{section}/"
        self.read(self.ask("opening a page", self.url))

    def read(self, page: requests.Response | None) -> None:
        """What stands in the form of a page."""
        reader = Form("version")
        reader.feed(page.text if page is not None else "")
        self.form = reader.found

    def turn(self, section: str) -> None:
        """Press “next”, which saves and opens a page; then go where this person goes on."""
        page = self.ask("pressing “next”", self.url, self.form | {"do": "next"})
        if page is None or not page.ok:
            self.save()
        if page is not None and page.url.endswith(f"/{section}/"):
            self.url = page.url
            self.read(page)
        else:
            self.open(section)

    # --- typing -----------------------------------------------------------------------------------

    def write(self, name: str, fits: int) -> None:
        """One to four sentences in a field, behind what stands there when it fits; with looking up between them."""
        for _sentence in range(1 if fits < 1000 else self.dice.randint(1, 4)):
            words = self.writer.text(6, 20).rstrip(".").split()
            words.insert(self.dice.randrange(len(words)), self.dice.choice(SIGNS))
            before = self.form[name].strip()
            room = len(before) + len(" ".join(words)) + 4 < fits
            before = before + self.dice.choice([" ", "\r\n\r\n"]) if room and before else ""
            while len(" ".join(words)) + 2 > fits:
                words.pop()
            self.type(name, before, words)
            self.sleep(min(self.dice.expovariate(1 / 15), self.stops - time.monotonic()))
            if self.over:
                return

    def type(self, name: str, before: str, words: list[str]) -> None:
        """Type a sentence; what was typed until now is saved every ten seconds, and at the pause after it."""
        begun = time.monotonic()
        ends = min(begun + WORD * len(words), self.stops)
        while True:
            left = ends - time.monotonic()
            self.sleep(min(LONGEST, left) if left > 0 else 0)
            ended = time.monotonic() >= ends
            if ended:
                self.sleep(PAUSE)
            typed = words[: max(1, int((min(time.monotonic(), ends) - begun) / WORD + 1e-6))]
            self.form[name] = before + " ".join(typed) + ("." if ended else "")
            self.said[name] = self.form[name]
            self.save()
            if ended:
                return

    def save(self) -> None:
        """As the page saves by itself; again until it is saved, or until nobody can any more."""
        while time.monotonic() < self.night.closes + 2 * PATIENCE:
            answer = self.ask(
                "saving", self.url, self.form, headers={"X-Autosave": "1"}, allow_redirects=False
            )  # fmt: skip
            if answer is not None and answer.status_code < 500:
                break
            self.sleep(AGAIN)
        if answer is None:
            return
        if answer.ok:
            told = answer.json()
            self.form |= {"version": str(told["version"]), "base": told["base"]}
            self.form |= {f"goal-{place}-id": one for place, one in enumerate(told.get("ids", []))}
        elif answer.status_code == 409:
            self.see_both()

    def see_both(self) -> None:
        """What “See both” does; then keep what was typed here."""
        page = self.ask("seeing both", self.url, self.form | {"do": "stay"}, fine=409)
        typed = {name: text for name, text in self.form.items() if OWN.fullmatch(name)}
        self.read(page)
        self.form |= typed
        self.ask("keeping one’s own", self.url, self.form | {"do": "stay"})
        self.read(self.ask("opening a page", self.url))


class Sends(Person):
    """Reads it all once more and sends; one in five presses twice."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.receipts: list[str] = []
        # Ever more as it gets later, the last of them some seconds before it closes.
        length = self.night.closes - self.night.begins
        self.comes = self.night.begins + self.dice.triangular(0, length - 20, length - 20)

    def run(self) -> None:
        self.sleep(self.comes - time.monotonic())
        self.url = f"{self.night.base}/trips/{self.night.slug}/apply/review/"
        page = self.ask("reading it all", self.url)
        found = page is not None and re.search(r'action="([^"]+/send/)">(.*?)</form>', page.text, re.DOTALL)
        if not found:
            self.night.went_wrong(f"sending: no button for {self.number}")
            return
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[2]))
        self.sleep(self.dice.uniform(3, 12))
        presses = [
            threading.Thread(target=self.press, args=(found[1], hidden)) for _ in range(2 - (self.number % 5 > 0))
        ]
        for press in presses:
            press.start()
        for press in presses:
            press.join()

    def press(self, action: str, hidden: dict[str, str]) -> None:
        page = self.ask("sending", self.night.base + action, hidden)
        number = RECEIPT.search(page.text) if page is not None else None
        if number:
            self.receipts.append(number[0])
