"""What `make test` says at its end is what happened."""

import runpy

import pytest
from django.conf import settings

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><error message="no"/></testcase>
<testcase name="e"><skipped message="no font"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def runner(tmp_path, monkeypatch):
    """`bin/test` whose parts do not really run: each leaves a report and an exit code."""
    tool = runpy.run_path(str(settings.ROOT / "bin" / "test"))
    space = tool["main"].__globals__
    monkeypatch.setattr(tool["subprocess"], "run", lambda *args, **kwargs: None)
    space |= {"REPORTS": tmp_path / "tests", "IN_CI": False, "coverage": lambda: ("coverage", True)}
    space["parts"] = lambda: [tool["Part"]("SQLite", []), tool["Part"]("PostgreSQL", [], cluster=True)]

    def outcome(*results, **changes):
        left = list(results)

        def run(part):
            report, part.code = left.pop(0)
            if report:
                (space["REPORTS"] / f"{part.name}.xml").write_text(report)
            part.missing = "no server" if part.code == tool["NO_SERVER"] else ""
            part.read(space["REPORTS"] / f"{part.name}.xml")

        monkeypatch.setattr(tool["Part"], "run", run)
        space.update(changes)
        return tool["main"]()

    return outcome


GREEN = "<testsuites><testsuite><testcase name='a'/></testsuite></testsuites>"


def last_line(capsys):
    return capsys.readouterr().out.splitlines()[-1]


def test_all_well(runner, capsys):
    assert runner((GREEN, 0), (GREEN, 0)) == 0
    assert last_line(capsys) == "2 passed, 0 failed, 0 skipped"


def test_failures_and_errors_count_and_skips_say_why(runner, capsys):
    assert runner((REPORT, 1), (GREEN, 0)) == 1
    told = capsys.readouterr().out
    assert "skipped: no font" in told
    assert told.splitlines()[-1] == "3 passed, 2 failed, 1 skipped"


def test_a_run_that_broke_off_is_a_failure(runner, capsys):
    assert runner((GREEN, 3), (None, 1)) == 1
    assert last_line(capsys) == "1 passed, 2 failed, 0 skipped"


@pytest.mark.parametrize(("in_ci", "code"), [(False, 0), (True, 1)])
def test_a_part_that_could_not_run_is_named_and_fails_in_ci(runner, capsys, in_ci, code):
    assert runner((GREEN, 0), (None, 69), IN_CI=in_ci) == code
    told = capsys.readouterr().out
    assert "could not run: PostgreSQL" in told
    assert told.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_too_little_coverage_is_a_failure(runner, capsys):
    assert runner((GREEN, 0), (GREEN, 0), coverage=lambda: ("coverage", False)) == 1
    assert last_line(capsys) == "2 passed, 0 failed, 0 skipped"
