"""The list of colleagues that a school keeps in a spreadsheet: which column is which, and what each row comes to."""

import re
import unicodedata
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
from exchange.documents.reading import Grid, Row, Unreadable, columns
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution
from exchange.trips.models import Trip

NAME, EMAIL, SCHOOL, JOB_ROLE, LANGUAGE = FIELDS = ("name", "email", "school", "job_role", "language")
LABELS = {
    NAME: gettext_lazy("Name"),
    EMAIL: gettext_lazy("E-mail"),
    SCHOOL: gettext_lazy("School"),
    JOB_ROLE: gettext_lazy("Job role"),
    LANGUAGE: gettext_lazy("Language"),
}
#: Words of a heading, the most telling first: "naam van de school" is a school.
HEADINGS = {
    EMAIL: "email mail emailadres mailadres emailaddress",
    SCHOOL: "school instelling institution organisatie organisation",
    JOB_ROLE: "functie rol role job jobrole",
    LANGUAGE: "taal voorkeurstaal language",
    "first": "voornaam roepnaam firstname first",
    "infix": "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels infix",
    "last": "achternaam familienaam lastname last surname",
    NAME: "naam name collega colleague medewerker employee",
}
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
LANGUAGES = {"nl": "nl nederlands dutch", "en": "en eng engels english"}
#: Nobody has a name as long as this; more is not kept between two pages.
LONGEST, LONGEST_NAME = 300, 120
KIND_OF_SCHOOL = re.compile(r"^(?:roc|aoc|mbo)\b\s*", re.IGNORECASE)
BLANK = {"-", "–", "—", "?"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of a list says, in its own words."""

    number: int
    values: dict[str, str]
    formulas: tuple[str, ...] = ()


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


# --- from a sheet to entries ----------------------------------------------------------------------


def plainly(text: str) -> str:
    """Letters and digits only, without accents or capitals: how two spellings of one word are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def which(heading: str) -> str:
    """The field a heading stands for; empty when it says nothing to us."""
    words = {plainly(word) for word in re.split(r"[\s/_.,:;()-]+", heading)} | {plainly(heading)}
    return next((name for name, known in HEADINGS.items() if words & set(known.split())), "")


def layout(head: Row) -> dict[str, int]:
    """Which field stands in which column. Raises Unreadable when a list of people has no names or no addresses."""
    found: dict[str, int] = {}
    for place, heading in enumerate(head.cells):
        name = which(heading)
        if not name:
            continue
        exact = {plainly(heading)} & set(HEADINGS[name].split())
        if name in found and plainly(head.cells[found[name]]) in HEADINGS[name].split():
            if exact:
                raise Unreadable(_("Two columns are called “%(name)s”. Keep one of them.") % {"name": heading})
            continue
        found[name] = place
    heads = ", ".join(f"“{cell[:40]}”" for cell in head.cells[:12] if cell)
    if EMAIL not in found:
        raise Unreadable(
            _("There is no column with e-mail addresses. The first row says: %(heads)s.") % {"heads": heads}
        )
    if not {NAME, "last"} & set(found):
        raise Unreadable(_("There is no column with names. The first row says: %(heads)s.") % {"heads": heads})
    return found


def entries(grid: Grid) -> list[Entry]:
    """The rows of a list as they stand in it. Raises Unreadable."""
    places = layout(grid.head)
    width = max(places.values()) + 1
    found = []
    for row in grid.rows:
        cells = columns(row, width)
        said = {name: " ".join(cells[place].split())[:LONGEST] for name, place in places.items()}
        if not said.get(NAME):
            said[NAME] = " ".join(filter(None, (said.get(part, "") for part in ("first", "infix", "last"))))
        formulas = tuple(name for name, place in places.items() if place in row.formulas)
        values = {name: said.get(name, "") for name in FIELDS}
        if any(values.values()):
            found.append(Entry(row.number, values, formulas))
    if not found:
        raise Unreadable(_("There are headings, but nobody below them."))
    return found


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
                self.by_name |= {plainly(KIND_OF_SCHOOL.sub("", name) if shorten else name): school for name in names}
        self.by_domain = {one.domain.lower(): school for school in self.all for one in school.domains.all()}

    def of(self, email: str) -> Institution | None:
        return self.by_domain.get(email.rpartition("@")[2])

    @property
    def known(self) -> str:
        return ", ".join(school.short_name for school in self.all if school.member)


@cache
def _roles() -> dict[str, str]:
    """Every word for a job role, in both languages."""
    found = {plainly(role.value): role.value for role in JobRole}
    for language in ("nl", "en"):
        with override(language):
            found |= {plainly(str(role.label)): role.value for role in JobRole}
    return found | {plainly(word): role.value for role, words in ROLES_TOO.items() for word in words.split()}


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
    return entry.values[EMAIL].lower().removeprefix("mailto:")


def _line(entry: Entry, schools: Schools, own: Institution | None) -> Line:
    """What a row says in our words, with everything that is wrong in it."""
    said = {name: "" if value in BLANK else value for name, value in entry.values.items()}
    line = Line(entry.number, said[NAME], address(entry), said=said)
    for name in entry.formulas:
        line.problems.append((LABELS.get(name, LABELS[NAME]), _("This is a formula. Paste the value itself.")))
    _check_person(line)
    _check_school(line, schools, own)
    role = _roles().get(plainly(said[JOB_ROLE]), "") if said[JOB_ROLE] else ""
    if said[JOB_ROLE] and not role:
        known = ", ".join(str(one.label) for one in JobRole)
        line.problems.append(
            (LABELS[JOB_ROLE], _("Not a job role we know. Choose from: %(known)s.") % {"known": known})
        )
    line.job_role = role
    spoken = plainly(said[LANGUAGE])
    line.language = next((code for code, words in LANGUAGES.items() if spoken in words.split()), "nl")
    if spoken and not any(spoken in words.split() for words in LANGUAGES.values()):
        line.problems.append((LABELS[LANGUAGE], _("Write “nl” or “en”.")))
    return line


def _check_person(line: Line) -> None:
    if not line.name:
        line.problems.append((LABELS[NAME], _("The name is missing.")))
    elif len(line.name) > LONGEST_NAME:
        line.problems.append((LABELS[NAME], _("This is too long for a name.")))
    try:
        validate_email(line.email)
        if not line.email.isascii() or len(line.email) > 254:
            raise ValidationError("")
    except ValidationError:
        line.problems.append((LABELS[EMAIL], _("This is not an e-mail address.")))


def _check_school(line: Line, schools: Schools, own: Institution | None) -> None:
    """The school named must be known, fit the address, and be the own one where only that is asked."""
    named = schools.by_name.get(plainly(line.said[SCHOOL])) if line.said[SCHOOL] else None
    by_address = schools.of(line.email)
    problem = ""
    if line.said[SCHOOL] and not named:
        problem = _("Not a school we know. Known are: %(known)s.") % {"known": schools.known}
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
