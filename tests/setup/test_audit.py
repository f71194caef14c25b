"""`bin/audit` says what it knows and what it doesn't: its tools are stand-ins here, that say what they are told to."""

import json
import runpy
import shutil
import zipfile
from types import SimpleNamespace

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

LOCK = 'tea==1.4.0 \\\n    --hash=sha256:00\nmilk-jug==2.0 \\\n    --hash=sha256:00\nice==1 ; sys_platform == "win32"\n'
PROJECT = """
[tool.exchange.audit]
licences = ["MIT", "BSD License"]
[tool.exchange.audit.looked-at]
milk-jug = ["Dairy-1.0"]
"""
BILL = {
    "components": [
        {"name": "Tea", "version": "1.4.0", "licenses": [{"license": {"id": "MIT"}}]},
        {
            "name": "milk_jug",
            "version": "2.0",
            "licenses": [
                {"license": {"name": "License :: OSI Approved :: BSD License"}},
                {"expression": "Dairy-1.0"},
            ],
        },
    ]
}
CLEAN = [{"name": "tea", "version": "1.4.0", "vulns": []}, {"name": "milk-jug", "version": "2.0", "vulns": []}]
SKIPPED = {"skip_reason": "Dependency not found on PyPI and could not be audited"}
LEAK = {"id": "PYSEC-1", "fix_versions": ["1.4.1"], "aliases": [], "description": "It leaks.\nMore."}


@pytest.fixture
def audit(tmp_path, monkeypatch, capsys):
    """`bin/audit` in a folder of its own, with what the bill names and what pip-audit answers."""
    shutil.copytree(settings.ROOT / "bin", tmp_path / "bin")
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "requirements-audit.lock").write_text("")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    stamp = runpy.run_path(str(tmp_path / "bin" / "audit"))["stamp"]
    tools = tmp_path / "var" / "audit" / "tools"
    (tools / "bin").mkdir(parents=True)
    (tools / "lock.stamp").write_text(stamp("requirements-audit.lock"))
    (tools.parent / "house").mkdir()
    (tools.parent / "house" / "lock.stamp").write_text(stamp("requirements.lock"))

    def does(name, text):
        (tools / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / "bin" / name).chmod(0o755)

    def run(bill=BILL, answers=CLEAN, said=None, advisories=None):
        (tmp_path / "bill").write_text(json.dumps(bill))
        (tmp_path / "said").write_text(said or json.dumps({"dependencies": answers}))
        does("cyclonedx-py", f"cp {tmp_path}/bill {tmp_path}/var/audit/exchange.cdx.json")
        does("pip-audit", f"cat {tmp_path}/said")  # ends well, also when it was told nothing at all
        monkeypatch.setenv("ADVISORIES", str(advisories or ""))
        code = runpy.run_path(str(tmp_path / "bin" / "audit"))["main"]()
        told = capsys.readouterr()
        return code, told.out.partition("== verdict\n")[2].splitlines(), told.out + told.err

    return SimpleNamespace(run=run, does=does, place=tmp_path)


def test_all_is_well(audit):
    code, verdict, told = audit.run()
    assert (code, verdict) == (0, [
        "bill of materials: 2 packages, all of requirements.lock, in var/audit/exchange.cdx.json",
        "licences: all are fine",
        "no vulnerability is known in any of the 2 packages",
    ])  # fmt: skip
    assert "MIT (1)\n    Tea 1.4.0\n" in told


def test_a_vulnerable_package(audit):
    code, verdict, told = audit.run(answers=[CLEAN[1], CLEAN[0] | {"vulns": [LEAK]}])
    assert (code, verdict[2:]) == (1, ["vulnerable: tea 1.4.0. Run: make renew"])
    assert "tea 1.4.0: PYSEC-1, mended in 1.4.1. It leaks.\n" in told


@pytest.mark.parametrize("answers", [[{"name": name, **SKIPPED} for name in ("tea", "milk-jug")], []])
def test_who_could_ask_nobody_does_not_say_that_all_is_well(audit, answers):
    code, verdict, _ = audit.run(answers=answers)
    assert code == 4
    assert verdict[2:] == ["not checked: 2 of 2. No advisories could be had; ADVISORIES=folder brings them"]


def test_a_tool_that_breaks_checked_nothing(audit):
    code, verdict, _ = audit.run(said="ERROR: no connection")
    assert (code, verdict[2][:19]) == (4, "not checked: 2 of 2")


def test_some_were_not_checked(audit):
    code, verdict, _ = audit.run(answers=[CLEAN[0], {"name": "milk-jug", **SKIPPED}])
    assert (code, verdict[2:]) == (4, ["not checked: 1 of 2: milk-jug"])
    code, verdict, _ = audit.run(answers=[CLEAN[0] | {"vulns": [LEAK]}, {"name": "milk-jug", **SKIPPED}])
    assert (code, verdict[2:]) == (1, ["vulnerable: tea 1.4.0. Run: make renew", "not checked: 1 of 2: milk-jug"])


def with_licence(*licences):
    tea, milk = BILL["components"]
    return {"components": [tea | {"licenses": [{"license": {"id": name}} for name in licences]}, milk]}


def test_a_licence_outside_the_list_is_named(audit):
    code, verdict, _ = audit.run(bill=with_licence("MIT", "Dairy-1.0"))  # looked at for another package only
    assert (code, verdict[1]) == (3, "licences: not among those that are fine for us: Tea (Dairy-1.0)")
    code, verdict, _ = audit.run(bill=with_licence())
    assert (code, verdict[1]) == (3, "licences: not among those that are fine for us: Tea (declares no licence)")
    # Not overruled by what was not checked, and overruled by what is vulnerable.
    assert audit.run(bill=with_licence("AGPL"), answers=[])[0] == 3
    assert audit.run(bill=with_licence("AGPL"), answers=[CLEAN[0] | {"vulns": [LEAK]}, CLEAN[1]])[0] == 1


def test_the_bill_names_all_that_ships_in_its_version(audit):
    code, verdict, told = audit.run(bill={"components": BILL["components"][:1]})
    assert (code, verdict) == (2, [])
    assert "The bill of materials lacks milk-jug 2.0." in told
    tea, milk = BILL["components"]
    code, _, told = audit.run(bill={"components": [tea | {"version": "1.5"}, milk]})
    assert (code, "lacks tea 1.4.0." in told) == (2, True)


def test_another_lock_makes_the_house_anew_exactly_as_it_says(audit):
    audit.does("python", f'echo -n "$*" > {audit.place}/asked')
    (audit.place / "requirements.lock").write_text(LOCK + "# changed\n")
    assert audit.run()[0] == 0
    asked = (audit.place / "asked").read_text()
    assert f"pip --disable-pip-version-check --no-input --python {audit.place}/var/audit/house/bin/python" in asked
    assert asked.endswith(f"install -qq --no-deps --require-hashes -r {audit.place}/requirements.lock")
    (audit.place / "asked").unlink()
    assert audit.run()[0] == 0
    assert not (audit.place / "asked").exists()


# --- advisories that were brought -------------------------------------------------------------------


def advisory(name, versions=(), *events, ecosystem="PyPI", **more):
    said = {"package": {"ecosystem": ecosystem, "name": name}, "versions": list(versions)}
    said["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {"id": "OSV-7", "summary": "It leaks.", "modified": "2026-11-20T00:00:00Z", "affected": [said], **more}


AT = [{"introduced": "0"}, {"fixed": "1.1"}, {"introduced": "1.3"}]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (advisory("Tea", ["1.4.0"]), 1),
        (advisory("tea", ["1.3", "1.5"]), 0),
        (advisory("tea", [], *AT), 1),
        (advisory("tea", [], {"fixed": "1.1"}, {"introduced": "0"}), 0),  # in no order
        (advisory("tea", [], *AT, {"fixed": "1.4.0"}), 0),
        (advisory("tea", [], *AT, {"fixed": "1.10"}), 1),  # as versions go: after 1.4
        (advisory("tea", [], {"introduced": "1.3"}, {"last_affected": "1.4"}), 1),
        (advisory("tea", [], {"introduced": "1.3"}, {"last_affected": "1.3.9"}), 0),
        (advisory("tea", [], {"introduced": "1.5"}), 0),
        (advisory("tea", [], {"introduced": "a while ago"}), 1),  # what can't be read counts
        (advisory("coffee", ["1.4.0"]), 0),
        (advisory("tea", ["1.4.0"], withdrawn="2026-11-21T00:00:00Z"), 4),  # no other is there
        (advisory("tea", ["1.4.0"], ecosystem="npm"), 4),
    ],
)
def test_advisories_that_were_brought(audit, tmp_path, said, code):
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "OSV-7.json").write_text(json.dumps(said))
    found, verdict, told = audit.run(answers=[], advisories=folder)
    assert found == code
    assert ("OSV-7" in told) is (code == 1)
    assert verdict[2].startswith({0: "no vulnerability", 1: "vulnerable: tea 1.4.0.", 4: "not checked: 2 of 2"}[code])


def test_an_archive_of_advisories(audit, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("OSV-7.json", json.dumps(advisory("tea", [], *AT, {"fixed": "1.4.1"})))
    code, _, told = audit.run(answers=[], advisories=tmp_path / "all.zip")
    assert code == 1
    assert "all.zip: 1, the newest of 2026-11-20." in told
    assert "tea 1.4.0: OSV-7, mended in 1.1, 1.4.1. It leaks.\n" in told
    code, verdict, told = audit.run(advisories=tmp_path / "nowhere")
    assert (code, verdict) == (2, [])
    assert "no folder and no archive" in told
