"""The list of colleagues that a school keeps in a spreadsheet: what each row of it comes to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from applications.models import Application, Invitation, Submission
from applications.people.brought import BLANK, EMAIL, JOB_ROLE, LABELS, LANGUAGE, NAME, SCHOOL, Entry
from exchange.folding import squeezed
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution
from exchange.trips.models import Trip

#: What schools call it too.
ROLES_TOO = {
    JobRole.TEACHER: "leraar lerares leerkracht docente",
    JobRole.MANAGER: "leidinggevende teamleider teammanager teamlead",
    JobRole.CARETAKER: "concierge janitor",
    JobRole.SECURITY_OFFICER: "beveiliger beveiliging",
    JobRole.FRONT_DESK: "receptionist receptie balie baliemedewerker",
    JobRole.POLICY_OFFICER: "beleidsadviseur",
    JobRole.EXECUTIVE_BOARD: "bestuurder bestuurslid",
    JobRole.OTHER: "overig",
}
#: Nobody has a name as long as this.
LONGEST_NAME = 120
LANGUAGES = {"nl": "nl nederlands dutch", "en": "en eng engels english"}
KIND_OF_SCHOOL = re.compile(r"^(?:roc|aoc|mbo)\b\s*", re.IGNORECASE)
NAMED = re.compile(r"[^@<>]*<([^@<>\s]+@[^@<>\s]+)>")
ADDRESSES = re.compile(r"[^\s;,/<>|]+@[^\s;,/<>|]+")
#: What stands in a cell that is not of a name.
YES_NO = frozenset("ja nee yes no waar onwaar true false".split())
MONTH = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch)?|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?"
    r"|aug(?:ustus|ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = re.compile(
    r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?"
    rf"|\d{{1,2}}[-/. ]{MONTH}(?:[-/. ]\d{{2,4}})?|{MONTH}[-/. ]\d{{1,4}}",
    re.IGNORECASE,
)


class Fate(models.TextChoices):
    """What an import does with a row."""

    NEW = "new", gettext_lazy("new")
    INVITED = "invited", gettext_lazy("invited already")
    STARTED = "started", gettext_lazy("is writing already")
    SENT = "sent", gettext_lazy("has applied already")
    TWICE = "twice", gettext_lazy("stands in the list twice")
    WRONG = "wrong", gettext_lazy("not right yet")


FATE_SHAPES = {
    Fate.NEW: "now", Fate.INVITED: "off", Fate.STARTED: "off", Fate.SENT: "off", Fate.TWICE: "off", Fate.WRONG: "err",
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """A row with what becomes of it, and what is wrong in it by column."""

    number: int
    name: str
    email: str
    school: Institution | None = None
    job_role: str = ""
    language: str = "nl"
    fate: Fate = Fate.NEW
    problems: list[tuple[str | Promise, str | Promise]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        return FATE_SHAPES[self.fate]

    @property
    def role(self) -> str:
        return str(JobRole(self.job_role).label) if self.job_role else self.said.get(JOB_ROLE, "")

    @property
    def school_name(self) -> str:
        return self.school.short_name if self.school else self.said.get(SCHOOL, "")


# --- what each entry comes to ---------------------------------------------------------------------


class Schools:
    """The schools by every name they go by, and by mail domain."""

    def __init__(self) -> None:
        self.all = list(Institution.objects.prefetch_related("former_names", "domains"))
        self.by_name: dict[str, Institution] = {}
        for shorten in (True, False):
            # What a school is called now goes before what it was called, a whole name before a part of one.
            for school in reversed(self.all):
                names = (*(one.name for one in school.former_names.all()), school.short_name, school.name)
                self.by_name |= {squeezed(KIND_OF_SCHOOL.sub("", name) if shorten else name): school for name in names}
        self.by_domain = {one.domain.lower(): school for school in self.all for one in school.domains.all()}

    def of(self, email: str) -> Institution | None:
        return self.by_domain.get(email.rpartition("@")[2])

    @property
    def known(self) -> str:
        return ", ".join(school.short_name for school in self.all if school.member)


@cache
def _roles() -> dict[str, str]:
    """Every word for a job role, in both languages."""
    found = {squeezed(role.value): role.value for role in JobRole}
    for language in ("nl", "en"):
        with override(language):
            found |= {squeezed(str(role.label)): role.value for role in JobRole}
    return found | {squeezed(word): role.value for role, words in ROLES_TOO.items() for word in words.split()}


def checked(given: Iterable[Entry], *, trip: Trip, school: Institution | None = None) -> list[Line]:
    """Each entry with what an import would do. With `school` the list is that of a coordinator: own people only."""
    given = list(given)
    schools = Schools()
    known = Known(trip, {address(entry) for entry in given}, school)
    seen: dict[str, Line] = {}
    found = []
    for entry in given:
        line = _line(entry, schools, school)
        before = seen.setdefault(line.email, line)
        line.fate = _fate(line, before, known)
        found.append(line)
    return found


def _fate(line: Line, before: Line, known: "Known") -> Fate:
    """A formula and a strange address come first, then what we know already, then what is wrong in a new row."""
    if any(label == LABELS[EMAIL] for label, _sentence in line.problems):
        return Fate.WRONG
    if before is not line:
        if (line.name, line.school_name, line.role) != (before.name, before.school_name, before.role):
            sentence = _("The same address stands in row %(number)s with other details.") % {"number": before.number}
            line.problems = [(LABELS[EMAIL], sentence)]
            return Fate.WRONG
        line.problems = []
        return Fate.TWICE
    if (fate := known.fate(line.email)) and not line.said.get("elsewhere"):
        line.problems = []
        return fate
    return Fate.WRONG if line.problems else Fate.NEW


def address(entry: Entry) -> str:
    """The address of a cell, also when a name stands before it: Jan <jan@school.nl>."""
    text = entry.values[EMAIL].lower().removeprefix("mailto:")
    named = NAMED.fullmatch(text)
    return named[1] if named else text


def _line(entry: Entry, schools: Schools, own: Institution | None) -> Line:
    """What a row says in our words, with everything that is wrong in it."""
    said = {name: "" if value in BLANK else value for name, value in entry.values.items()}
    line = Line(entry.number, said[NAME], address(entry), said=said)
    for name in entry.formulas:
        line.problems.append((LABELS.get(name, LABELS[NAME]), _("This is a formula. Paste the value itself.")))
    _check_person(line, entry.parts)
    _check_school(line, schools, own)
    role = _roles().get(squeezed(said[JOB_ROLE]), "") if said[JOB_ROLE] else ""
    if said[JOB_ROLE] and not role:
        facts = {"said": said[JOB_ROLE][:60], "known": ", ".join(str(one.label) for one in JobRole)}
        line.problems.append(
            (
                LABELS[JOB_ROLE],
                _("“%(said)s” is not a job role we know. Choose from: %(known)s.") % facts,
            )
        )
    line.job_role = role
    spoken = squeezed(said[LANGUAGE])
    line.language = next((code for code, words in LANGUAGES.items() if spoken in words.split()), "nl")
    if spoken and not any(spoken in words.split() for words in LANGUAGES.values()):
        line.problems.append(
            (
                LABELS[LANGUAGE],
                _("“%(said)s” is not a language we mail in. Write “nl” or “en”.") % {"said": said[LANGUAGE][:60]},
            )
        )
    return line


def _check_person(line: Line, parts: tuple[tuple[str, str], ...]) -> None:
    for name, text in parts or ((NAME, line.name),):
        if fault := no_name(text):
            line.problems.append((LABELS[name], fault))
    if not line.name:
        line.problems.append((LABELS[NAME], _("The name is missing.")))
    elif len(line.name) > LONGEST_NAME:
        line.problems.append((LABELS[NAME], _("This is too long for a name.")))
    if fault := no_address(line.email):
        line.problems.append((LABELS[EMAIL], fault))


def no_name(text: str) -> str:
    """Why what stands in a cell is not somebody's name, and how to mend it; empty when it can be one."""
    meant = ungarbled(text)
    for found, sentence in (
        (
            text[:1] == "#" and text[1:2].isalpha(),
            _("“%(said)s” is an error of a formula. Write the name itself."),
        ),
        ("@" in text, _("“%(said)s” is an e-mail address. Write the name here.")),
        (text.strip().casefold() in YES_NO, _("“%(said)s” is an answer, not a name. Write the name here.")),
        (DAY.fullmatch(text), _("“%(said)s” is a date, not a name. Write the name here.")),
        (
            text and not any(char.isalpha() for char in text),
            _("“%(said)s” is a number or a sign, not a name. Write the name here."),
        ),
        ("\ufffd" in text or "?" in text, _("A letter got lost in “%(said)s”. Write the name anew.")),
        (meant != text, _("“%(said)s” lost its letters: is it “%(meant)s”? Write the name anew.")),
    ):
        if found:
            return sentence % {"said": text[:60], "meant": meant[:60]}
    return ""


def ungarbled(text: str) -> str:
    """A text that was written in UTF-8 and read as Windows, as it was; any other as it is."""
    try:
        return text if text.isascii() else text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def no_address(text: str) -> str:
    """Why what stands in a cell is not one e-mail address, and how to mend it; empty when it is."""
    several = list(dict.fromkeys(ADDRESSES.findall(text)))
    if not text:
        return _("There is no e-mail address. Write it here, or take the row out.")
    if len(several) > 1:
        facts = {"n": len(several), "said": ", ".join(several[:4])}
        return _("There are %(n)s addresses in this cell: %(said)s. Keep one, or give each person a row.") % facts
    try:
        validate_email(text)
        if not text.isascii() or len(text) > 254:
            raise ValidationError("")
    except ValidationError:
        return _("“%(said)s” is not an e-mail address. It looks like name@school.nl.") % {"said": text[:60]}
    return ""


def _check_school(line: Line, schools: Schools, own: Institution | None) -> None:
    """The school named must be known, fit the address, and be the own one where only that is asked."""
    named = schools.by_name.get(squeezed(line.said[SCHOOL])) if line.said[SCHOOL] else None
    by_address = schools.of(line.email)
    problem = ""
    if line.said[SCHOOL] and not named:
        facts = {"said": line.said[SCHOOL][:60], "known": schools.known}
        problem = _("“%(said)s” is not a school we know. Known are: %(known)s.") % facts
    if own and (named or own) != own:
        problem = _("You invite people of %(school)s only.") % {"school": own.name}
    elif by_address and (named or own or by_address) != by_address:
        problem = _("This address belongs to %(school)s.") % {"school": by_address.name}
    if own and problem:
        line.said["elsewhere"] = "yes"
    if problem:
        line.problems.append((LABELS[SCHOOL], problem))
    line.school = named or own or by_address


class Known:
    """What we know of these addresses: who is invited, who is writing, who has applied.

    A coordinator learns that of the own people only; of anybody else the list would be a way to ask.
    """

    def __init__(self, trip: Trip, addresses: set[str], school: Institution | None) -> None:
        self.invited = set(Invitation.objects.filter(trip=trip, email__in=addresses).values_list("email", flat=True))
        last = Submission.objects.filter(application=models.OuterRef("pk")).order_by("-number")
        rows = (
            Application.objects.filter(
                trip=trip, user__emailaddress__email__in=addresses, user__emailaddress__verified=True
            )
            .annotate(sent_from=models.Subquery(last.values("institution")[:1], output_field=models.UUIDField()))
            .values_list(
                "user__emailaddress__email",
                "status",
                "sent_from",
                "user__institution",
                "user__membership_by_domain",
                "user__membership_confirmed_at",
            )
        )
        self.status: dict[str, str] = {}
        for email, status, sent_from, institution, by_domain, confirmed_at in rows:
            theirs = sent_from or (institution if by_domain or confirmed_at else None)
            if school is None or theirs == school.pk:
                self.status[email] = status

    def fate(self, email: str) -> Fate | None:
        """What is known; None when the address is new to this trip."""
        if status := self.status.get(email):
            return Fate.STARTED if status == "draft" else Fate.SENT
        return Fate.INVITED if email in self.invited else None


def counts(lines: Iterable[Line]) -> dict[Fate, int]:
    """How many rows come to what."""
    found = dict.fromkeys(Fate, 0)
    for line in lines:
        found[line.fate] += 1
    return found
