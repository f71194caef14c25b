"""The words of the parts land in one catalogue, and what has no good Dutch is found."""

import gettext
import runpy

import polib
import pytest
from django.conf import settings

PLURAL = 'msgid "%(n)s place"\nmsgid_plural "%(n)s places"\nmsgstr[0] "%(n)s plaats"\nmsgstr[1] "%(n)s plaatsen"\n'


@pytest.fixture
def messages(tmp_path):
    """`bin/messages` on an empty house."""
    (tmp_path / "locale" / "parts").mkdir(parents=True)
    tool = runpy.run_path(str(settings.ROOT / "bin" / "messages"))
    tool["merge"].__globals__.update(
        ROOT=tmp_path, PARTS=tmp_path / "locale/parts", CATALOGUE=tmp_path / "locale/nl/LC_MESSAGES/django.po"
    )
    tool["house"] = tmp_path / "locale"
    return tool


def part(messages, name, text):
    (messages["house"] / "parts" / name).write_text(text, encoding="utf-8")


def catalogue(messages):
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(messages["house"] / "nl/LC_MESSAGES/django.po"))}


def test_parts_are_merged_and_built(messages):
    part(messages, "a.po", 'msgid "Trip"\nmsgstr "Reis"\n\n' + PLURAL)
    part(messages, "b.po", 'msgid "Goal"\nmsgstr "Leerdoel"\n')
    messages["merge"]()
    messages["compiled"]()
    with (messages["house"] / "nl/LC_MESSAGES/django.mo").open("rb") as built:
        dutch = gettext.GNUTranslations(built)
    assert [dutch.gettext("Trip"), dutch.gettext("Goal")] == ["Reis", "Leerdoel"]
    assert [dutch.ngettext("%(n)s place", "%(n)s places", number) for number in (1, 2)] == [
        "%(n)s plaats",
        "%(n)s plaatsen",
    ]


def test_what_stood_in_the_catalogue_stays_and_a_second_run_changes_nothing(messages):
    part(messages, "a.po", 'msgid "Trip"\nmsgstr "Reis"\n')
    messages["merge"]()
    part(messages, "a.po", 'msgid "Goal"\nmsgstr "Leerdoel"\n')
    messages["merge"]()
    target = messages["house"] / "nl/LC_MESSAGES/django.po"
    before = target.read_bytes(), target.stat().st_mtime_ns
    messages["merge"]()
    assert (target.read_bytes(), target.stat().st_mtime_ns) == before
    assert catalogue(messages) == {"Goal": "Leerdoel", "Trip": "Reis"}


def test_the_later_part_wins_and_the_conflict_is_told(messages, capsys):
    part(messages, "a.po", 'msgid "Trip"\nmsgstr "Reis"\n')
    part(messages, "b.po", 'msgid "Trip"\nmsgstr "Studiereis"\n\nmsgid "Empty"\nmsgstr ""\n')
    messages["merge"]()
    told = capsys.readouterr()
    assert catalogue(messages) == {"Trip": "Studiereis"}
    assert told.out == "b.po overrules a.po for 'Trip': ('Reis',) -> ('Studiereis',)\n"
    assert told.err == "b.po: no Dutch for 'Empty'\n"


def entry(msgid, msgstr="", plural="", **more):
    forms = {"msgid_plural": plural, "msgstr_plural": dict(enumerate(msgstr))} if plural else {"msgstr": msgstr}
    return polib.POEntry(msgid=msgid, **forms, **more)


@pytest.mark.parametrize(
    ("source", "dutch", "expected"),
    [
        (entry("Trip"), None, "no Dutch"),
        (entry("Trip"), entry("Trip"), "no Dutch"),
        (entry("Trip"), entry("Trip", "Reis", flags=["fuzzy"]), "doubtful (fuzzy)"),
        (entry("Trip"), entry("Trip", "Reis"), None),
        (entry("By %(name)s"), entry("By %(name)s", "Door %(naam)s"), "other placeholders: %(naam)s, %(name)s"),
        (entry("{n} of {all}"), entry("{n} of {all}", "van {all} zijn er {n}"), None),
        (entry("%(n)s day", plural="%(n)s days"), entry("%(n)s day", ("één dag", "%(n)s dagen"), "%(n)s days"), None),
        (entry("%(n)s day", plural="%(n)s days"), entry("%(n)s day", ("%(n)s dag", ""), "%(n)s days"), "no Dutch"),
        (entry("%(n)s day", plural="%(n)s days"), entry("%(n)s day", "dag"), "plural in one language only"),
    ],
)
def test_bad_dutch_is_found(source, dutch, expected):
    fault = runpy.run_path(str(settings.ROOT / "bin" / "translated"))["fault"]
    assert fault(source, dutch) == expected
