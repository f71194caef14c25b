"""The call: everybody writes, sends and is endorsed, each at their own moment."""

from datetime import datetime, timedelta
from typing import Any

from applications.content import goals_of
from applications.endorsing.actions import endorse, refuse
from applications.models import Application, Endorsement
from applications.people.actions import fingerprint, invite
from applications.people.brought import read
from applications.people.lists import checked
from applications.writing.actions import Part, save_part, submit, withdraw
from demo import words
from demo.chapters.base import DRAFTS, PLACED, UNANSWERED, Chapter, Storyline
from exchange.documents.reading import read_text
from exchange.people.models import Institution, User
from exchange.trips.actions.trip import announce
from exchange.trips.models import (
    Tag,
    Trip,
)

#: Colleagues whom the lead would like to apply, and a coordinator; with headings as people keep them.
LIST = """Naam;E-mail;School;Functie;Taal
Wessel Terpstra;w.terpstra@noorderhaven.example;Noorderhaven;beveiliger;nl
Naima Achterberg;n.achterberg@merwestad.example;roc Merwestad;zorgcoach;nl
Gwen Ashdown;g.ashdown@vechtstroom.example;Vechtstroom;teacher;en
Harm Loosdrecht;h.loosdrecht@groenlinde.example;Groenlinde;conciërge;nl
"""
OWN_LIST = """Medewerker,E-mailadres,Rol
Tineke Zandbergen,t.zandbergen@duinrand.example,docent
Ravi Moelens,r.moelens@duinrand.example,teamleider
Fenna Buitenhuis,f.buitenhuis@duinrand.example,baliemedewerker
"""


#: How people heard of a trip, one after the other.
WAYS = ("colleague", "school", "colleague", "manager", "site")


def answers(number: int) -> bool:
    """Whether somebody's manager answers: one in eleven does not."""
    return number % 11 != 10


class Applying(Chapter):
    """The call: everybody writes, sends and is endorsed, each at their own moment."""

    def call(self) -> Storyline:
        """Announce; then everybody writes, sends and is endorsed, each at their own moment."""
        spec = self.spec
        yield self.day(spec.opens - 3, 10)
        announce(trip=self.trip, by=self.by)
        if spec.slug == "safeguarding-2":
            yield from self._call_now()
            return
        yield from self._apply(self._applicants(), spec.opens, spec.closes)

    def _applicants(self) -> list[tuple[str, User]]:
        """(account or nothing, person): those placed by hand, then the crowd."""
        placed = [(name, self.alliance[name]) for name, slugs in PLACED.items() if self.spec.slug in slugs]
        crowd = self.alliance.people(self.spec.applicants - len(placed), skip={p.pk for _, p in placed})
        return placed + [("", person) for person in crowd]

    def _call_now(self) -> Storyline:
        """The open call: so far as it is today, with people invited from lists, and a draft or two."""
        people = self._applicants()
        yield self.day(self.spec.opens, 14)
        # Some who apply later were on the list as well.
        known = "".join(f"{person.name};{person.email};;;nl\n" for _name, person in people[3:9:2])
        self._invite(LIST + known, None, self.by)
        yield self.day(self.spec.opens, 15)
        coordinator = self.alliance["coordinator"]
        self._invite(OWN_LIST, coordinator.institution, coordinator)
        yield from self._apply(people, self.spec.opens, min(self.spec.closes, 0))

    def _invite(self, text: str, school: Institution | None, by: User) -> None:
        """From a list somebody keeps."""
        rows = read(read_text(text)).entries
        seen = fingerprint(checked(rows, trip=self.trip, school=school))
        invite(trip=self.trip, entries=rows, school=school, seen=seen, by=by)

    def _apply(self, people: list[tuple[str, User]], first: int, last: int) -> Storyline:
        events: list[tuple[datetime, int, str, Any]] = []
        for number, (name, person) in enumerate(people):
            day = self.dice.randint(first + 1, max(first + 2, last - 1))
            moment = self.day(day, self.dice.randint(8, 16), self.dice.randint(0, 59))
            keeps = (name, self.spec.slug) in DRAFTS or (not name and number % 13 == 12)
            waits = (name, self.spec.slug) in UNANSWERED
            if waits:
                moment = self.day(first + 1, 16, 40)
            events.append((moment, number, "draft" if keeps else "apply", person))
            if not keeps and not waits:
                answered = moment + timedelta(days=self.dice.randint(1, 8), hours=self.dice.randint(0, 6))
                # The story of a trip goes on the morning after the call closes.
                answered = min(answered, self.day(self.spec.closes, 18) + timedelta(minutes=number))
                events.append((answered, number, "endorse", person))
                if number % 17 == 16:
                    events.append((moment + timedelta(hours=20), number, "withdraw", person))
        if self.spec.slug == "safeguarding-2":
            events.append(self._second_thoughts(events))
        for moment, number, what, person in sorted(events, key=lambda event: event[:2]):
            if what == "withdraw" and moment >= self.trip.closes_at:
                continue
            yield moment
            self._act(what, User.objects.get(pk=person.pk), number)

    def _second_thoughts(self, events: list[tuple[datetime, int, str, Any]]) -> tuple[datetime, int, str, Any]:
        """Whoever was endorsed first changes a learning goal the next day, so that the manager is asked again."""
        endorsed = (event for event in events if event[2] == "endorse" and answers(event[1]))
        moment, number, _what, person = min(endorsed, key=lambda event: event[:2])
        return moment + timedelta(hours=26), number, "revise", person

    def _act(self, what: str, person: User, number: int) -> None:
        trip = self.trip
        if what in ("draft", "apply"):
            # Somebody had it all written, and did not send it.
            application = self._write(trip, person, number, whole=what == "apply" or number == 12)
            if what == "apply":
                submit(application=application, by=person)
            return
        application = Application.objects.select_related("trip", "user").get(trip=trip, user=person)
        if what == "withdraw":
            withdraw(application=application, by=person)
        elif what == "revise":
            part = Part("goals", goals=self._other_goals(application, number))
            submit(application=save_part(trip=trip, part=part, by=person, version=application.version), by=person)
        elif application.status == "submitted":
            self._manager(application, number)

    def _write(self, trip: Trip, person: User, number: int, *, whole: bool) -> Application:
        """Fill the form section by section, as a person would."""
        pick, said = self.dice, person.language
        goals = self._goals(trip, number, pick.choice((1, 2, 2, 3)), said)
        school = person.institution
        parts = [
            Part(
                "about",
                {
                    "language": person.language,
                    "heard_from": pick.choice((WAYS[number % len(WAYS)], "")),
                    "employment": "volunteer" if person.job_role == "volunteer" else "employed",
                    "earlier_trips": "",
                },
            ),
            Part("motivation", {"motivation": words.pick(words.MOTIVATIONS, number, said)}),
            Part("goals", goals=goals),
            Part(
                "initiative",
                {
                    "proactive_past": words.pick(words.PAST, number, said),
                    "proactive_plan": words.pick(words.PLANS, number, said),
                    "school_use": words.pick(words.SCHOOL_USE, number, said),
                },
            ),
            Part(
                "manager",
                {
                    "manager_name": f"{pick.choice(words.FIRST)} {pick.choice(words.LAST)}",
                    "manager_email": f"leiding{number % 5 + 1}@{school.domains.first().domain}",
                    "can_travel": "unsure" if number % 9 == 8 else "yes",
                    "committed": True,
                },
            ),
        ]
        application = None
        for part in parts if whole else parts[:3]:
            application = save_part(trip=trip, part=part, by=person, version=application.version if application else 0)
        return application

    def _goals(self, trip: Trip, number: int, count: int, said: str) -> list[dict[str, Any]]:
        tags = list(Tag.objects.filter(dimension__framework=trip.framework).values_list("pk", flat=True))
        count = 1 if said == "en" else count
        chosen = [words.pick(words.GOALS, number * 3 + n, said) for n in range(count)]
        return [
            {"students_notice": notice, "able_to": able, "others_see": see, "tags": self.dice.sample(tags, 2)}
            for notice, able, see, _levels, _outcome in chosen
        ]

    def _other_goals(self, application: Application, number: int) -> list[dict[str, Any]]:
        """The first goal in other words, the rest as they were."""
        notice, able, see, _levels, _outcome = words.pick(words.GOALS, number * 3 + 4, application.language)
        first, *rest = goals_of(application)
        return [first | {"students_notice": notice, "able_to": able, "others_see": see}, *rest]

    def _manager(self, application: Application, number: int) -> None:
        """Most managers answer; one in eleven does not, one in nineteen refuses."""
        asked = Endorsement.objects.current().filter(application=application, status="asked").first()
        if asked is None or not answers(number):
            return
        if number % 19 == 18:
            refuse(
                endorsement=asked,
                generation=asked.generation,
                signer_name=asked.manager_name,
                reason="In die week is ons team al te klein.",
            )
            return
        values = {
            "signer_name": asked.manager_name,
            "signer_function": "teamleider",
            "cover": "arranged",
            "hours_released": self.dice.choice((24, 32, 40, 56)),
            "cover_by": "het team vangt de lessen op",
            "costs": "Uit het scholingsbudget van het team.",
            "policy": self.dice.choice(("het jaarplan van het team", "het veiligheidsbeleid", "nog niet bepaald")),
            "contact_name": asked.manager_name,
            "contact_email": asked.manager_email,
            "school_use": "Het team maakt er in het najaar een middag voor vrij.",
            "conditions": "Als de toetsweek niet verschuift." if number % 8 == 7 else "",
        }
        endorse(endorsement=asked, generation=asked.generation, values=values)
