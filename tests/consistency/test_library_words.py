"""What Django and allauth say to people is said in our words, in both languages: `locale/libraries` holds them."""

import ast
import inspect
import re
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path

import allauth
import django
import polib
import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation

from exchange import clock

OURS = Path(settings.ROOT, "locale", "libraries")
DJANGO, ALLAUTH = (Path(inspect.getfile(one)).parent for one in (django, allauth))
#: The modules that speak to people: forms, their validators, passwords and sign-in.
SPEAKING = [
    *sorted((DJANGO / "forms").glob("*.py")),
    *(DJANGO / one for one in ("core/validators.py", "db/models/base.py", "db/models/constraints.py")),
    DJANGO / "contrib/auth/password_validation.py",
    *(path for app in ("account", "mfa", "socialaccount") for path in sorted((ALLAUTH / app).rglob("*.py"))),
]
#: What is said nowhere here, by the reason.
NOT_SAID = {
    "the administration, which is exempt": r"\b(account/admin|apps|models)\.py$",
    "account names and phone numbers sign nobody in": r"(?i)\b(user ?names?|phones?)\b",
    "a passkey is a second step and no sign-in by itself": r"(?i)\bpasswordless\b",
    "its button stands on a page that is ours": r"(?i)\buse a security key\b",
    "words of the browser's own file field and lists of forms, which no page has": (
        r"^(No|Clear|Currently|Unknown|Delete|Order|:\?\.!|:|IPv[46].*|Enter a valid %\(protocol\)s address\.)$"
    ),
    "asked in one field only": r"\(optional\)|Email \(again\)|same email each time|^Email address confirmation$",
    "the button of a page that is ours": r"^Login$",
    "entirely numeric passwords are long enough to be allowed": r"entirely numeric",
    "our own adapter says it": r"^Your account has no (password set up|verified email address)\.$",
}
CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "ngettext": 0, "ngettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1}
#: How a formal letter speaks, or a machine.
NOT_OUR_VOICE = re.compile(r"(?i)\b(u|uw|uzelf|dient|gelieve|ongeldige?|voer|waarde|invalid|ensure|valid)\b")


def catalogue(lang):
    return {entry.msgid: entry for entry in polib.pofile(str(OURS / lang / "LC_MESSAGES" / "django.po"))}


def texts(entry):
    return [*entry.msgstr_plural.values()] or [entry.msgstr]


def said():
    """Every text of these modules, with the module that says it."""
    found = {}
    for path in SPEAKING:
        if {"tests", "migrations", "providers", "management"} & set(path.parts):
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            at = CALLS.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
            if at is not None and len(call.args) > at and isinstance(call.args[at], ast.Constant):
                found.setdefault(call.args[at].value, str(path))
    return found


def house():
    own = polib.pofile(str(Path(settings.ROOT, "locale", "nl", "LC_MESSAGES", "django.po")))
    return {entry.msgid for entry in own}


def test_every_text_that_libraries_say_is_ours_or_is_said_nowhere():
    excused = [re.compile(reason) for reason in NOT_SAID.values()]
    found = said()
    assert "This field is required." in found
    assert "Incorrect code." in found
    known = set(catalogue("nl")) | house()
    missing = [
        f"{Path(path).name}: {text!r}"
        for text, path in found.items()
        if text not in known and not any(one.search(text) or one.search(path) for one in excused)
    ]
    assert missing == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_our_words_answer_what_the_libraries_of_today_say(lang):
    """A release that words a text anew would bring the old voice back without a sound."""
    theirs = set()
    for folder in (DJANGO / "conf", DJANGO / "contrib" / "auth", ALLAUTH):
        for path in folder.rglob("LC_MESSAGES/django.po") if folder != ALLAUTH else []:
            theirs |= {entry.msgid for entry in polib.pofile(str(path))} if path.parent.parent.name == "en" else set()
    theirs |= set(said())
    assert [text for text in catalogue(lang) if text not in theirs] == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_our_words_are_whole_and_keep_what_is_filled_in(lang):
    for entry in catalogue(lang).values():
        assert all(texts(entry)), entry.msgid
        asked = set(re.findall(r"%\(\w+\)[sdr]|%[sd]|\{\w+\}", entry.msgid + entry.msgid_plural))
        for text in texts(entry):
            assert set(re.findall(r"%\(\w+\)[sdr]|%[sd]|\{\w+\}", text)) <= asked, text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_they_speak_as_the_house_does(lang):
    formal = [text for entry in catalogue(lang).values() for text in texts(entry) if NOT_OUR_VOICE.search(text)]
    assert formal == []
    assert set(catalogue("nl")) == set(catalogue("en"))


def test_no_dutch_of_the_house_is_formal():
    own = polib.pofile(str(Path(settings.ROOT, "locale", "nl", "LC_MESSAGES", "django.po")))
    formal = re.compile(r"(?i)\b(u|uw|uzelf|gelieve|dient u)\b")
    assert [text for entry in own for text in texts(entry) if formal.search(text)] == []


@pytest.mark.parametrize(
    ("lang", "field", "typed", "answer"),
    [
        ("nl", forms.CharField(), "", "Vul dit nog in."),
        ("en", forms.CharField(), "", "Please fill this in."),
        ("nl", forms.IntegerField(), "twaalf", "Schrijf een heel getal in cijfers, bijvoorbeeld 12."),
        ("nl", forms.IntegerField(max_value=40), "41", "Dit is te veel: hooguit 40."),
        ("en", forms.IntegerField(min_value=1), "0", "This is too little: 1 at least."),
        ("nl", forms.CharField(max_length=3), "lang", "Dit is te lang: hooguit 3 tekens, er staan er 4."),
        ("nl", forms.EmailField(), "joke@", "Dit is geen volledig e-mailadres. Schrijf het als naam@school.nl."),
        ("en", forms.ChoiceField(choices=[("a", "A")]), "b", "“b” is not among the choices (any more)."),
    ],
)
def test_a_form_says_how_to_mend_it(lang, field, typed, answer):
    with translation.override(lang):
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        assert str(refused.value.messages[0]).startswith(answer)


@pytest.mark.parametrize(
    ("lang", "field", "typed", "read"),
    [
        ("nl", forms.DateField(), "24-3-2027", date(2027, 3, 24)),
        ("en", forms.DateField(), "24/3/2027", date(2027, 3, 24)),
        ("en", forms.DateField(), "3/4/2027", date(2027, 4, 3)),
        ("nl", forms.TimeField(), "14:30", time(14, 30)),
        ("en", forms.TimeField(), "14:30", time(14, 30)),
        ("nl", forms.DateTimeField(), "24-3-2027 14:30", datetime(2027, 3, 24, 14, 30, tzinfo=clock.HOME)),
        ("en", forms.DateTimeField(), "24/3/2027 14:30", datetime(2027, 3, 24, 14, 30, tzinfo=clock.HOME)),
        ("nl", forms.FloatField(localize=True), "7,5", 7.5),
        ("en", forms.FloatField(localize=True), "7.5", 7.5),
    ],
)
def test_what_a_sentence_gives_as_an_example_is_read_so(lang, field, typed, read):
    with translation.override(lang):
        found = field.clean(typed)
    assert found == read


def test_a_password_is_answered_in_the_language_of_the_page():
    """Django's Dutch has no text for the newest wording of a short password."""
    validator = import_module("django.contrib.auth.password_validation").MinimumLengthValidator(10)
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        validator.validate("kort")
    assert refused.value.messages == ["Dit wachtwoord is te kort: neem minstens 10 tekens."]
