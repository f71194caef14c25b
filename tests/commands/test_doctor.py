"""A missing system library becomes one sentence with the package to install."""

import builtins
import sys
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command


def doctor(monkeypatch, ffi, platform="linux"):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setitem(sys.modules, "weasyprint.text", SimpleNamespace(ffi=ffi))
    err = StringIO()
    call_command("doctor", stderr=err)
    return err.getvalue()


def libraries(version=15012, subset="loaded"):
    return SimpleNamespace(pango=SimpleNamespace(pango_version=lambda: version), harfbuzz_subset=subset)


def test_nothing_is_said_when_all_is_there(monkeypatch):
    assert doctor(monkeypatch, libraries()) == ""


@pytest.mark.parametrize(
    ("platform", "line"),
    [("linux", "apt-get install --no-install-recommends libharfbuzz-subset0"), ("darwin", "brew install harfbuzz")],
)
def test_a_missing_subsetter_is_slow_but_no_reason_to_stop(monkeypatch, platform, line):
    assert doctor(monkeypatch, libraries(subset=None), platform).endswith(f"without libharfbuzz-subset: {line}\n")


def test_an_old_pango_stops(monkeypatch):
    with pytest.raises(CommandError, match=r"Pango 1\.44 or newer"):
        doctor(monkeypatch, libraries(version=14200))


def test_a_missing_pango_stops_with_its_package(monkeypatch, capsys):
    real = builtins.__import__

    def without_pango(name, *args, **kwargs):
        if name == "weasyprint.text":
            sys.stdout.write("a page of troubleshooting")
            raise OSError("cannot load library 'libpango-1.0-0': no such file")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(CommandError) as told:
        call_command("doctor")
    assert str(told.value) == (
        "PDFs need the system library libpango-1.0-0, which is missing: "
        "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )
    assert capsys.readouterr().out == ""
