"""`bin/renew` raises the pins, runs everything, and knows the way back: what it runs are stand-ins here."""

import runpy
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

PROJECT = """[project]
requires-python = ">=3.11,<3.15"
dependencies = [
  "tea[white]==1.0",   # kept
]
[dependency-groups]
dev = ["left==alone"]
audit = [
  "Milk_Jug==2.0",
]
"""
#: Stands in for uv, which makes a lock: the newest tea is 1.1, held back when it is pinned; the newest jug is 2.1.
UV = """
import re, sys
from pathlib import Path
wanted = Path("pyproject.toml").read_text()
lock = Path(sys.argv[sys.argv.index("--output-file") + 1])
def version(name, newest):
    found = re.search(name + r"(?:\\[white\\])?==([^\\"]+)", wanted)
    return found[1] if found else newest
if "audit" in sys.argv:
    lock.write_text(f"milk-jug=={version('Milk_Jug', '2.1')}\\ntea==0.9\\n")
else:
    water = "3.1" if "--upgrade" in sys.argv else re.search("water==(.*)", lock.read_text())[1]
    lock.write_text(f"tea=={version('tea', NEWEST)}\\nwater=={water}\\n")
"""
OLD = {
    "requirements.lock": "tea==1.0\nwater==3.0\n",
    "requirements-dev.lock": "tea==1.0\nwater==3.0\n",
    "requirements-audit.lock": "milk-jug==2.0\ntea==0.9\n",
}


@pytest.fixture
def renew(tmp_path, monkeypatch, capfd):
    """`bin/renew` in a repository of its own, where each tool notes that it ran and ends with the code it is given."""
    place = tmp_path / "house"
    (place / "bin").mkdir(parents=True)
    (place / ".venv" / "bin").mkdir(parents=True)
    for name in ("renew", "lock"):
        shutil.copy(settings.ROOT / "bin" / name, place / "bin")
    for name, text in (OLD | {"pyproject.toml": PROJECT, ".gitignore": "ran\n.venv\nbin\n"}).items():
        (place / name).write_text(text)

    def git(*command):
        said = ["-c", "user.name=A", "-c", "user.email=a@exchange.example"]
        subprocess.run(["git", "-C", place, *said, *command], check=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "As it was")
    python = place / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nexec "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # without the uv of whoever runs this

    def run(newest="1.1", **codes):
        uv = place / ".venv" / "bin" / "uv"
        uv.write_text(f"#!{sys.executable} -IS\n{UV.replace('NEWEST', repr(newest))}")
        uv.chmod(0o755)
        for name in ("venv", "audit", "test", "check"):
            (place / "bin" / name).write_text(f"#!/bin/sh\necho {name} >> ran\nexit {codes.get(name, 0)}\n")
            (place / "bin" / name).chmod(0o755)
        code = runpy.run_path(str(place / "bin" / "renew"))["main"]()
        told = capfd.readouterr()
        ran = (place / "ran").read_text() if (place / "ran").exists() else ""
        return code, ran.split(), told.out + told.err

    return SimpleNamespace(run=run, git=git, place=place)


BACK = "git checkout pyproject.toml requirements.lock requirements-dev.lock requirements-audit.lock && make venv"
CHANGED = "== renewed\nmilk-jug 2.0 → 2.1\ntea 1.0 → 1.1\nwater 3.0 → 3.1\n"


def test_pins_and_locks_are_raised_and_everything_is_run(renew):
    code, ran, told = renew.run()
    assert (code, ran) == (0, ["venv", "audit", "test", "check"]), told
    text = (renew.place / "pyproject.toml").read_text()
    assert text == PROJECT.replace("==1.0", "==1.1").replace("Jug==2.0", "Jug==2.1")
    assert (renew.place / "requirements.lock").read_text() == "tea==1.1\nwater==3.1\n"
    assert CHANGED in told
    assert BACK not in told


@pytest.mark.parametrize("tool", ["audit", "test", "check"])
def test_what_fails_is_named_with_the_way_back(renew, tool):
    code, ran, told = renew.run(**{tool: 1})
    assert (code, ran) == (1, ["venv", "audit", "test", "check"])
    assert CHANGED in told
    assert told.splitlines()[-1] == f"make {tool} failed. Back to where it was: {BACK}"


def test_what_could_not_be_audited_is_said(renew):
    code, _, told = renew.run(audit=4)
    assert code == 4
    assert "make audit could not check for known vulnerabilities" in told
    assert "The whole suite passes" in told


def test_nothing_newer(renew):
    renew.run()
    subprocess.run(
        ["git", "-C", renew.place, *"-c user.name=A -c user.email=a@b.c commit -qam New".split()], check=True
    )
    (renew.place / "ran").unlink()
    assert renew.run()[:2] == (0, [])


def test_what_is_not_committed_is_not_overwritten(renew):
    (renew.place / "pyproject.toml").write_text(PROJECT + "# mine\n")
    code, ran, told = renew.run()
    assert (code, ran) == (2, [])
    assert "Commit these first" in told
    assert (renew.place / "pyproject.toml").read_text() == PROJECT + "# mine\n"


def test_locks_that_cannot_be_made_leave_the_pins_as_they_were(renew):
    (renew.place / "bin" / "lock").write_text("#!/bin/sh\nexit 1\n")
    code, ran, told = renew.run()
    assert (code, ran) == (2, [])
    assert BACK in told
    assert (renew.place / "pyproject.toml").read_text() == PROJECT


def test_every_pin_of_the_project_is_one_that_it_raises():
    """A pin written in another way would stay behind unseen."""
    tool = SimpleNamespace(**runpy.run_path(str(settings.ROOT / "bin" / "renew")))
    text = (settings.ROOT / "pyproject.toml").read_text()
    assert len(tool.PIN.findall(text)) == text.count("==") > 30
