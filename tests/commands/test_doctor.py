"""A missing system library becomes one sentence with the package to install."""

import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exchange.management.commands.doctor import Command

FOUND = """
class pango:
    pango_version = staticmethod(lambda: {version})
harfbuzz_subset = {subset!r}
"""
MISSING = """
print("a page of troubleshooting")
raise OSError("cannot load library 'libpango-1.0-0': no such file")
"""


@pytest.fixture
def doctor(monkeypatch, tmp_path):
    """The doctor, on a machine where opening the system libraries goes as `text` says."""

    def visit(text, platform="linux"):
        (tmp_path / "ffi.py").write_text(text)
        monkeypatch.setattr(Command, "bindings", lambda self: str(tmp_path / "ffi.py"))
        monkeypatch.setattr(sys, "platform", platform)
        err = StringIO()
        call_command("doctor", stderr=err)
        return err.getvalue()

    return visit


def libraries(version=15012, subset="loaded"):
    return FOUND.format(version=version, subset=subset)


def test_this_machine_can_make_pdfs(capsys):
    call_command("doctor")
    assert capsys.readouterr().out == ""


def test_nothing_is_said_when_all_is_there(doctor):
    assert doctor(libraries()) == ""


@pytest.mark.parametrize(
    ("platform", "line"),
    [("linux", "apt-get install --no-install-recommends libharfbuzz-subset0"), ("darwin", "brew install harfbuzz")],
)
def test_a_missing_subsetter_is_slow_but_no_reason_to_stop(doctor, platform, line):
    assert doctor(libraries(subset=None), platform).endswith(f"without libharfbuzz-subset: {line}\n")


def test_an_old_pango_stops(doctor):
    with pytest.raises(CommandError, match=r"Pango 1\.44 or newer"):
        doctor(libraries(version=14200))


def test_a_missing_pango_stops_with_its_package(doctor, capsys):
    with pytest.raises(CommandError) as told:
        doctor(MISSING)
    assert str(told.value) == (
        "PDFs need the system library libpango-1.0-0, which is missing: "
        "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )
    assert capsys.readouterr().out == ""


def test_a_missing_weasyprint_is_told_too(monkeypatch):
    monkeypatch.setattr("exchange.management.commands.doctor.find_spec", lambda name: None)
    with pytest.raises(CommandError, match="WeasyPrint is not installed"):
        call_command("doctor")
