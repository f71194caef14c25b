"""The Dutch keeps in step with the texts of the house, and what has no good Dutch is found."""

import gettext
import runpy

import polib
import pytest
from django.conf import settings


@pytest.fixture
def messages(tmp_path):
    """`bin/messages` on an empty house."""
    tool = runpy.run_path(str(settings.ROOT / "bin" / "messages"))
    tool["update"].__globals__.update(ROOT=tmp_path, CATALOGUE=tmp_path / "locale/nl/LC_MESSAGES/django.po")
    tool["catalogue"] = tmp_path / "locale/nl/LC_MESSAGES/django.po"
    return tool


def write(messages, *entries):
    messages["catalogue"].parent.mkdir(parents=True, exist_ok=True)
    book = polib.POFile()
    book.metadata = messages["HEADER"]
    book.extend(entries)
    book.save(str(messages["catalogue"]))


def test_new_texts_join_without_dutch_and_gone_ones_leave(messages, capsys):
    write(messages, entry("Trip", "Reis"), entry("Gone", "Weg"))
    texts = [entry("Trip"), entry("Goal")]
    messages["update"](texts)
    assert {e.msgid: e.msgstr for e in polib.pofile(str(messages["catalogue"]))} == {"Goal": "", "Trip": "Reis"}
    assert messages["report"](texts) == 1
    assert capsys.readouterr().out == "no Dutch: 'Goal'\n2 texts, 1 without good Dutch\n"


def test_a_second_run_changes_nothing(messages):
    messages["update"]([entry("Trip"), entry("Goal")])
    before = messages["catalogue"].read_bytes(), messages["catalogue"].stat().st_mtime_ns
    messages["update"]([entry("Goal"), entry("Trip")])
    assert (messages["catalogue"].read_bytes(), messages["catalogue"].stat().st_mtime_ns) == before


def test_a_text_that_got_a_plural_asks_for_dutch_again(messages):
    write(messages, entry("%(n)s day", "%(n)s dag"))
    assert messages["report"]([entry("%(n)s day", ("", ""), "%(n)s days")]) == 1


def test_it_is_built_with_plurals(messages):
    write(messages, entry("Trip", "Reis"), entry("%(n)s place", ("%(n)s plaats", "%(n)s plaatsen"), "%(n)s places"))
    messages["compiled"]()
    with messages["catalogue"].with_suffix(".mo").open("rb") as built:
        dutch = gettext.GNUTranslations(built)
    assert dutch.gettext("Trip") == "Reis"
    assert [dutch.ngettext("%(n)s place", "%(n)s places", number) for number in (1, 2)] == [
        "%(n)s plaats",
        "%(n)s plaatsen",
    ]


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
    ],
)
def test_bad_dutch_is_found(source, dutch, expected):
    fault = runpy.run_path(str(settings.ROOT / "bin" / "messages"))["fault"]
    assert fault(source, dutch) == expected


def test_a_text_that_the_extractor_cannot_see_is_named(messages, tmp_path, capsys):
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange" / "words.py").write_text(
        'a = f"{_(\'Hidden.\')} and"\nb = _(name)\nc = ngettext("one", many, 2)\nd = _("Seen.") + f"{a}"\n'
    )
    assert messages["report"]([]) == 1
    out = capsys.readouterr().out
    assert [line.split(": ")[1] for line in out.splitlines()[:-1]] == [f"exchange/words.py:{n}" for n in (1, 2, 3)]


def test_the_house_hides_no_text_from_the_extractor():
    assert runpy.run_path(str(settings.ROOT / "bin" / "messages"))["unseen"]() == []
