"""`bin/venv` makes the same environment in five years: newer releases of everything exist, and pip is another one.

The index of these tests stands in for that future. It holds every package of the development lock as an empty wheel
that asks for what the real one asks for, and a newer release of each. The lock is the project's own, with their hashes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from django.conf import settings
from packaging.utils import canonicalize_name

from tests.setup import whole_lock

pytestmark = pytest.mark.once

PIPS = Path(__file__).with_name("pips.txt")
KEPT = settings.ROOT / "var" / "pips"
LOCKS = ("requirements.lock", "requirements-dev.lock")
NEWER = "9999.0"
#: What Python 3.11.0 brought; later Pythons can't run it, and what they bring is tried too.
OLDEST = ["22.3"] if sys.version_info < (3, 12) else []


def wheel(index: Path, name: str, version: str, asks: list[str]) -> str:
    """Lay an empty package into the index; the SHA-256 of its file."""
    known = name.replace("-", "_")
    path, folder = index / f"{known}-{version}-py3-none-any.whl", f"{known}-{version}.dist-info"
    about = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *asks]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{folder}/METADATA", "\n".join(about) + "\n")
        archive.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{folder}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def future(tmp_path_factory):
    """A folder with `bin/venv` and the locks, and the index beside it."""
    place = tmp_path_factory.mktemp("future")
    index = place / "index"
    index.mkdir()
    hashes = {}
    for pin in whole_lock.here("requirements-dev.lock"):
        real = distribution(pin.name)
        asks = [f"{key}: {value}" for key, value in real.metadata.items() if key in ("Requires-Dist", "Provides-Extra")]
        hashes[canonicalize_name(pin.name)] = wheel(index, pin.name, real.version, asks)
        wheel(index, pin.name, NEWER, [])
    for lock in LOCKS:
        (place / lock).write_text("".join(map(rehashed(hashes), (settings.ROOT / lock).read_text().splitlines(True))))
    (place / "bin").mkdir()
    shutil.copy(settings.ROOT / "bin" / "venv", place / "bin")
    return place


def rehashed(hashes: dict[str, str]):
    """Lines of a lock with the hash of the empty package instead of those of the real files."""

    def line(text: str) -> str:
        if text.startswith("    --hash="):
            return ""
        if "==" not in text:
            return text
        pin = text.rstrip().removesuffix("\\")
        return f"{pin}--hash=sha256:{hashes.get(canonicalize_name(pin.split('==')[0]), '0' * 64)}\n"

    return line


@pytest.fixture(scope="module")
def pips():
    """The folder with the installers of pips.txt, fetched once."""
    wanted = [line for line in PIPS.read_text().splitlines() if line.startswith("pip==")]
    if not all(any(KEPT.glob(f"pip-{line.split()[0][5:]}-*.whl")) for line in wanted):
        for line in wanted:
            alone = KEPT / f"{hashlib.sha256(line.encode()).hexdigest()[:16]}.txt"
            alone.parent.mkdir(parents=True, exist_ok=True)
            alone.write_text(line + "\n")
            fetch = [sys.executable, *"-m pip download -qq --no-deps --require-hashes".split()]
            subprocess.run([*fetch, f"--dest={KEPT}", f"--requirement={alone}"], check=True)
    return KEPT


def install(place: Path, kind: str) -> subprocess.CompletedProcess:
    """`bin/venv` in that folder, which sees the index and nothing else."""
    sealed = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "VIRTUAL_"))}
    sealed |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place / "index"), "PIP_CONFIG_FILE": os.devnull}
    sealed |= {"PYTHON": sys.executable}
    return subprocess.run([place / "bin" / "venv", kind], env=sealed, capture_output=True, text=True, check=False)


def with_pip(place: Path, version: str, pips: Path) -> None:
    """An environment in which that pip waits, as a Python of another day would have made it."""
    shutil.rmtree(place / ".venv", ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", place / ".venv"], check=True)
    python = place / ".venv" / "bin" / "python"
    swap = [python, *"-m pip install -qq --disable-pip-version-check --no-index".split()]
    subprocess.run([*swap, f"--find-links={pips}", f"pip=={version}"], check=True)


def has(place: Path) -> dict[str, str]:
    """What is installed there, by name."""
    lines = subprocess.run(
        [place / ".venv/bin/python", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
        capture_output=True, text=True, check=True, env=os.environ | {"PIP_CONFIG_FILE": os.devnull},
    ).stdout.split()  # fmt: skip
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


@pytest.mark.parametrize("version", [*OLDEST, "26.3"])
def test_the_lock_is_what_gets_installed(future, pips, version):
    with_pip(future, version, pips)
    done = install(future, "dev")
    assert done.returncode == 0, done.stderr
    pins = whole_lock.here("requirements-dev.lock")
    wanted = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}
    found = has(future)
    assert found["pip"] == version
    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found) - set(wanted) <= {"pip", "setuptools"}


def test_the_pip_of_this_python_does_it_too(future):
    shutil.rmtree(future / ".venv", ignore_errors=True)
    assert install(future, "dev").returncode == 0


@pytest.mark.skipif(not OLDEST, reason="the pip that stumbles does not run on this Python")
def test_without_no_deps_the_future_breaks_it(future, pips):
    """What the other tests guard: a pip that resolves anew meets the newer release and stops."""
    text = (future / "bin" / "venv").read_text()
    assert "--no-deps " in text
    (future / "bin" / "venv").write_text(text.replace("--no-deps ", ""))
    try:
        with_pip(future, "22.3", pips)
        done = install(future, "dev")
    finally:
        (future / "bin" / "venv").write_text(text)
    assert done.returncode != 0
    # It names the first library that another one asks for with an extra; which one that is, changes with the lock.
    assert "must have their versions pinned with ==" in done.stderr


def test_a_lock_with_a_gap_is_refused(future):
    """`--no-deps` would install it without a word; `pip check` speaks."""
    text = (future / "requirements.lock").read_text()
    (future / "requirements.lock").write_text("".join(row for row in text.splitlines(True) if "sqlparse==" not in row))
    try:
        shutil.rmtree(future / ".venv", ignore_errors=True)
        done = install(future, "run")
    finally:
        (future / "requirements.lock").write_text(text)
    assert done.returncode != 0
    assert "sqlparse" in done.stderr
    assert "make lock" in done.stderr


def test_what_was_left_half_done_is_mended(future):
    """What an earlier lock left behind and does not fit any more; then a making that broke off before pip was there."""
    shutil.rmtree(future / ".venv", ignore_errors=True)
    assert install(future, "run").returncode == 0
    wheel(future / "index", "leftover", "1.0", ["Requires-Dist: sqlparse>=9999"])
    python = future / ".venv" / "bin" / "python"
    by_hand = [python, *"-m pip install -qq --no-deps --no-index leftover".split(), f"--find-links={future / 'index'}"]
    subprocess.run(by_hand, check=True)
    stamp = future / ".venv" / "lock.stamp"
    stamp.write_text("run another lock\n")
    done = install(future, "run")
    assert (done.returncode, "starting over" in done.stdout) == (0, True), done.stderr
    assert "leftover" not in has(future)
    pip = next((future / ".venv").glob("lib/python*/site-packages/pip"))
    shutil.rmtree(pip)
    assert install(future, "run").returncode == 0
    assert pip.is_dir()


def test_an_install_that_fails_is_not_taken_for_done(future):
    """The lock goes back to what the stamp says; what was half changed is looked at all the same."""
    text = (future / "requirements.lock").read_text()
    assert install(future, "run").returncode == 0
    (future / "requirements.lock").write_text(text.replace("sqlparse==", "sqlparse==9998."))
    assert install(future, "run").returncode != 0
    (future / "requirements.lock").write_text(text)
    assert not (future / ".venv" / "lock.stamp").exists()
    assert install(future, "run").returncode == 0
