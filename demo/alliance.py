"""The seven invented schools, the accounts and the crowd of the demonstration."""

import os
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress

from demo import words
from exchange import clock
from exchange.people.actions import confirm_membership, give_role
from exchange.people.lifecycle import JobRole, Role
from exchange.people.models import Institution, MailDomain, RoleAssignment, User
from exchange.trips.models import SchoolHoliday

PASSWORD = os.environ.get("DEMO_PASSWORD", "studiereis")

SCHOOLS = (
    ("roc Duinrand", "Duinrand", "roc", "Den Haag"),
    ("roc Maasbrink", "Maasbrink", "roc", "Dordrecht"),
    ("roc Heidepoort", "Heidepoort", "roc", "Apeldoorn"),
    ("roc Noorderhaven", "Noorderhaven", "roc", "Delfzijl"),
    ("roc Merwestad", "Merwestad", "roc", "Gorinchem"),
    ("roc Vechtstroom", "Vechtstroom", "roc", "Utrecht"),
    ("aoc Groenlinde", "Groenlinde", "aoc", "Boskoop"),
)

#: Account, name, job role, number of the school (−1: none), language.
ACCOUNTS = (
    ("admin", "Ada Ruiter", JobRole.POLICY_OFFICER, 0, "nl"),
    ("admin2", "Bas Oosterling", JobRole.POLICY_OFFICER, 5, "nl"),
    ("lead", "Hanneke Boer", JobRole.MANAGER, 0, "nl"),
    ("lead2", "Tjeerd Wagenaar", JobRole.POLICY_OFFICER, 3, "nl"),
    ("reviewer", "Rik Santen", JobRole.TEACHER, 1, "nl"),
    ("reviewer2", "Nynke Dikstra", JobRole.CARE_COACH, 4, "nl"),
    ("companion", "Carla Meeuwis", JobRole.CARE_COACH, 2, "nl"),
    ("companion2", "Oscar Veenman", JobRole.INSTRUCTOR, 6, "nl"),
    ("coordinator", "Coby van Ommen", JobRole.POLICY_OFFICER, 0, "nl"),
    ("coordinator2", "Joram Peelen", JobRole.POLICY_OFFICER, 6, "nl"),
    ("partner", "Petra Vroom", JobRole.EXECUTIVE_BOARD, 1, "nl"),
    ("partner2", "Dirk Hessels", JobRole.EXECUTIVE_BOARD, 2, "nl"),
    ("funder", "Fiona Clarke", JobRole.OTHER, -1, "en"),
    ("funder2", "Sven Aalto", JobRole.OTHER, -1, "en"),
    ("applicant", "Aysel Kramer", JobRole.CARETAKER, 1, "nl"),
    ("applicant2", "Ben Whitaker", JobRole.TEACHER, 5, "en"),
    ("participant", "Samira Idrissi", JobRole.CARE_COACH, 1, "nl"),
    ("participant2", "Daan Wiersinga", JobRole.INSTRUCTOR, 6, "nl"),
    ("alumnus", "Marit van Doornik", JobRole.TEACHER, 2, "nl"),
    ("alumnus2", "Joris Elzenga", JobRole.SECURITY_OFFICER, 3, "nl"),
)


@dataclass
class Alliance:
    """Schools in order, accounts by name, and everybody else as they are needed."""

    dice: random.Random
    schools: list[Institution] = field(default_factory=list)
    accounts: dict[str, User] = field(default_factory=dict)
    crowd: list[User] = field(default_factory=list)

    def __getitem__(self, name: str) -> User:
        """An account, with its roles and teams read afresh."""
        return User.objects.select_related("institution").get(pk=self.accounts[name].pk)

    def people(self, count: int, *, skip: set[Any]) -> list[User]:
        """So many people of the crowd, spread over the schools, newcomers when the crowd is too small."""
        free = [person for person in self.crowd if person.pk not in skip]
        # A third applied before: people come back.
        chosen = self.dice.sample(free, min(len(free), count // 3))
        while len(chosen) < count:
            chosen.append(self.newcomer(self.schools[len(chosen) % 7]))
        return chosen

    def newcomer(self, school: Institution) -> User:
        """Somebody new at a school."""
        taken = {person.name for person in self.crowd}
        while (name := f"{self.dice.choice(words.FIRST)} {self.dice.choice(words.LAST)}") in taken:
            pass
        role = self.dice.choices(list(words.ROLES), weights=list(words.ROLES.values()))[0]
        address = f"p{len(self.crowd) + 1:03d}@{school.domains.first().domain}"
        person = account(address, name, role, school, "en" if self.dice.random() < 0.08 else "nl", None)
        self.crowd.append(person)
        return person


def account(email: str, name: str, role: str, school: Institution | None, language: str, password: str | None) -> User:
    """Somebody with a verified address."""
    person = User.objects.create_user(
        email, password, name=name, job_role=role, institution=school, language=language, phone=""
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def found(dice: random.Random) -> Alliance:
    """Schools, accounts and alliance roles, on the day the alliance starts to use Exchange."""
    alliance = Alliance(dice)
    for name, short, kind, place in SCHOOLS:
        school = Institution.objects.create(
            name=name, short_name=short, kind=kind, place=place, joined_on=clock.today() - timedelta(days=900)
        )
        MailDomain.objects.create(institution=school, domain=f"{short.lower()}.example")
        alliance.schools.append(school)
    for key, name, role, school, language in ACCOUNTS:
        at = alliance.schools[school] if school >= 0 else None
        alliance.accounts[key] = account(f"{key}@exchange.example", name, role, at, language, PASSWORD)
    # Somebody must be the first administrator; everything after that is given by somebody.
    admin = alliance.accounts["admin"]
    RoleAssignment.objects.create(user=admin, role=Role.ADMINISTRATOR, given_at=clock.now(), given_by=admin)
    _roles(alliance)
    _holidays()
    return alliance


def _holidays() -> None:
    """The schools close around the turn of the year and in summer, as invented as they are."""
    for year in range(clock.today().year, clock.today().year + 5):
        SchoolHoliday.objects.bulk_create(
            [
                SchoolHoliday(
                    name_nl="Kerstvakantie",
                    name_en="Christmas holiday",
                    starts_on=date(year, 12, 20),
                    ends_on=date(year + 1, 1, 3),
                ),
                SchoolHoliday(
                    name_nl="Zomervakantie",
                    name_en="Summer holiday",
                    starts_on=date(year, 7, 18),
                    ends_on=date(year, 8, 30),
                ),
            ]
        )


def _roles(alliance: Alliance) -> None:
    admin = alliance["admin"]
    give_role(user=alliance["admin2"], role=Role.ADMINISTRATOR, by=admin)
    for key, school in (("coordinator", 0), ("coordinator2", 6), ("partner", 1), ("partner2", 2)):
        role = Role.COORDINATOR if key.startswith("c") else Role.PARTNER
        give_role(user=alliance[key], role=role, institution=alliance.schools[school], by=admin)
    for key in ("funder", "funder2"):
        give_role(user=alliance[key], role=Role.PARTNER, by=admin)
    for person in User.objects.filter(email__endswith="@exchange.example").exclude(institution=None):
        confirm_membership(person=person, institution=person.institution, by=alliance["admin"])
