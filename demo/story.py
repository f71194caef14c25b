"""The story of the alliance, told in the order of time through the actions that the pages use.

Every trip is a generator: it yields the moment at which it goes on, and acts. `tell` always wakes the earliest one,
with the clock at that moment, and delivers the mail that followed. What lies in the future stays untold.
"""

import heapq
import random
import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from applications.actions.answering import confirm_place, decline
from applications.actions.assessing import Given, finish_assessment, save_assessment
from applications.actions.assigning import assign_all
from applications.actions.deciding import propose
from applications.actions.drafting import Part, save_part, submit, withdraw
from applications.actions.endorsing import endorse, refuse
from applications.actions.placing import offer_place
from applications.actions.publishing import cancel_trip, publish_selection
from applications.actions.rubricate import make_rubric
from applications.lifecycle import BACKED
from applications.models import Anchor, Application, Criterion, Endorsement, Offer
from demo import words
from demo.alliance import Alliance, found
from demo.trips import AUDIENCE, COSTS, DAYS, NEED, TAGS, THEMES, TRIPS, Spec
from evaluations.actions.evenings import Answers, answer_evening, meet_need
from evaluations.actions.following import YearAnswers, answer_follow_up, recall
from evaluations.actions.goals import sharpen
from evaluations.actions.levels import confirm_level
from evaluations.actions.planning import Plan, Told, add_action, report_action
from evaluations.actions.returning import TripAnswers, answer_return, give_slots, mark_held, prepare_presentation
from evaluations.certificates.actions import issue_all
from evaluations.certificates.lifecycle import Kind as CertificateKind
from evaluations.impact.actions import publish_edition, write_findings
from evaluations.models import Action, DailyEvaluation, GoalLevel
from exchange import clock
from exchange.outbox.delivery import deliver
from exchange.people.models import User
from exchange.trips.actions.meetings import save_meeting
from exchange.trips.actions.programme import add_host, note_visit, save_item
from exchange.trips.actions.travellers import reply_to_meeting, set_phone, tick_attendance
from exchange.trips.actions.trip import announce, change_trip, close_trip, create_trip, give_team_role
from exchange.trips.models import (
    Dimension,
    Framework,
    HostOrganisation,
    Meeting,
    MeetingKind,
    Participation,
    PreVisit,
    ProgrammeItem,
    Tag,
    Theme,
    Trip,
)

SEED = 2027
Storyline = Iterator[datetime]
#: A third of the accounts is in several trips; these are placed by hand: account → trips to apply for.
PLACED = {
    "participant": ("welkom-manchester",),
    "participant2": ("werkplek-aarhus",),
    "alumnus": ("herstel-belfast",),
    "alumnus2": ("wijk-birmingham",),
    "applicant": ("digitaal-tallinn", "safeguarding-2"),
    "applicant2": ("safeguarding-2", "digitaal-tallinn"),
}
#: Who keeps a draft instead of sending it.
DRAFTS = {("applicant", "safeguarding-2"), ("applicant2", "digitaal-tallinn")}


def tell(until: datetime) -> Alliance:
    """Tell everything up to `until`. The same seed on the same day tells the same story."""
    dice = random.Random(SEED)
    with clock.at(until - timedelta(days=1000)):
        alliance = found(dice)
        themes()
    lines: list[tuple[datetime, int, Storyline]] = []
    for number, spec in enumerate(TRIPS):
        line = TripStory(spec, alliance, until, random.Random(f"{SEED}-{spec.slug}")).tell()
        heapq.heappush(lines, (next(line), number, line))
    while lines and lines[0][0] <= until:
        moment, number, line = heapq.heappop(lines)
        with clock.at(moment):
            following = next(line, None)
            deliver()
        if following is not None:
            heapq.heappush(lines, (max(following, moment + timedelta(seconds=1)), number, line))
    return alliance


def themes() -> None:
    """The themes beside Safeguarding, each with a small framework."""
    for slug, (nl, en) in THEMES.items():
        theme, _ = Theme.objects.get_or_create(slug=slug, defaults={"title_nl": nl, "title_en": en})
        framework = Framework.objects.create(theme=theme, source="Exchange")
        for order, (key, name_nl, name_en, tags) in enumerate(TAGS):
            dimension = Dimension.objects.create(
                framework=framework, key=key, name_nl=name_nl, name_en=name_en, order=order
            )
            Tag.objects.bulk_create(
                Tag(dimension=dimension, key=tag, name_nl=nl_, name_en=en_, order=n)
                for n, (tag, nl_, en_) in enumerate(tags)
            )


class TripStory:
    """One trip, from the first plan to wherever it stands today."""

    def __init__(self, spec: Spec, alliance: Alliance, now: datetime, dice: random.Random) -> None:
        self.spec, self.alliance, self.now, self.dice = spec, alliance, now, dice
        self.today = now.astimezone(clock.HOME).date()
        self.reviewers = ["reviewer", "reviewer2"] if spec.lead == "lead" else ["reviewer2", "reviewer"]
        # Study trips leave on a Tuesday; the one that is travelling left yesterday, whatever day that was.
        weekday = (self.today + timedelta(spec.departs)).weekday()
        self.departs = spec.departs + (0 if spec.departs == -1 else (1 - weekday) % 7)
        self.companion = "companion" if spec.lead == "lead" else "companion2"

    def day(self, offset: int, hour: int = 12, minute: int = 0) -> datetime:
        """A moment on the Dutch clock, so many days from today."""
        return datetime.combine(self.today + timedelta(offset), time(hour, minute), tzinfo=clock.HOME)

    @property
    def by(self) -> User:
        return self.alliance[self.spec.lead]

    @property
    def trip(self) -> Trip:
        return Trip.objects.select_related("theme", "framework").get(slug=self.spec.slug)

    def tell(self) -> Storyline:
        """The whole cycle, in order."""
        yield from self.plan()
        if self.spec.ends == "planning":
            return
        yield from self.call()
        if self.spec.ends == "cancelled":
            yield self.day(self.spec.closes + 12, 16)
            cancel_trip(
                trip=self.trip, reason="De gastschool verhuist in die week en kan ons niet ontvangen.", by=self.by
            )
            return
        yield from self.selection()
        yield from self.preparation()
        yield from self.travelling()
        yield from self.coming_home()
        yield from self.year()

    # --- planning and call ------------------------------------------------------------------------

    def plan(self) -> Storyline:
        spec = self.spec
        yield self.day(min(spec.opens - 40, -8), 10)
        trip = create_trip(trip=self._facts(), by=self.by)
        complete = spec.ends != "planning"
        for name in (*spec.hosts, *spec.unvisited):
            host = HostOrganisation.objects.filter(name=name).first() or HostOrganisation(
                name=name,
                place=spec.city,
                country=spec.country[1],
                good_at_nl="Korte lijnen met de buurt.",
                good_at_en="Short lines with the neighbourhood.",
            )
            row = add_host(trip=trip, host=host, by=self.by)
            if name in spec.hosts and complete:
                visited = clock.today() - timedelta(days=20)
                note_visit(
                    visit=PreVisit(host=row.host, visited_on=visited, visited_by=self.by, go=True),
                    trip=trip,
                    by=self.by,
                )
        for role, names in (("reviewer", self.reviewers), ("companion", [self.companion])):
            for name in names:
                give_team_role(trip=trip, user=self.alliance[name], role=role, by=self.by)
        member = trip.team.get(user=self.alliance[self.companion], role="companion")
        set_phone(holder=member, phone="+31 6 5550 0134", by=self.alliance[self.companion])
        if complete:
            self._programme(trip)
            self._meetings(trip)
            make_rubric(trip=trip, by=self.by)

    def _facts(self) -> Trip:
        spec = self.spec
        names = (
            ("question", spec.question),
            ("need", NEED),
            ("audience", AUDIENCE),
            ("costs", COSTS),
            ("country", spec.country),
        )
        texts = {f"{name}_{lang}": text for name, pair in names for lang, text in zip(("nl", "en"), pair, strict=True)}
        departs = self.today + timedelta(self.departs)
        returns = departs + timedelta(spec.days - 1)
        return Trip(
            slug=spec.slug,
            theme=Theme.objects.get(slug=spec.theme),
            title_nl=spec.title[0],
            title_en=spec.title[1],
            code=spec.code,
            city=spec.city,
            time_zone=spec.zone,
            opens_at=self.day(spec.opens, 9),
            closes_at=self.day(spec.closes, 17),
            endorse_by_at=self.day(spec.closes + 7, 17),
            departs_on=departs,
            returns_on=returns,
            return_meeting_on=returns + timedelta(35),
            follow_up_on=returns + timedelta(365),
            places=spec.places,
            max_per_school=spec.most,
            cost_planned=Decimal(spec.cost),
            team_hours_planned=260,
            **texts,
        )

    def _programme(self, trip: Trip) -> None:
        hosts = [row.host for row in trip.trip_hosts.select_related("host")]
        for number, on in enumerate(trip.days):
            for kind, start, end, hours, nl, en in DAYS[number % len(DAYS)]:
                host = hosts[number % len(hosts)] if kind == "visit" and hosts else None
                item = ProgrammeItem(
                    trip=trip,
                    on=on,
                    starts=time(start),
                    ends=time(end),
                    kind=kind,
                    title_nl=nl,
                    title_en=en,
                    host=host,
                    hours=Decimal(hours),
                    place=host.name if host else "",
                )
                save_item(item=item, by=self.by)

    def _meetings(self, trip: Trip) -> None:
        plans = [
            (
                MeetingKind.PREPARATION,
                self.departs - 40,
                "Kennismaken en leerdoelen",
                "Getting to know each other",
            ),
            (MeetingKind.PREPARATION, self.departs - 19, "Leerdoelen aanscherpen", "Sharpening learning goals"),
            (MeetingKind.RETURN, (trip.return_meeting_on - self.today).days, "Presentaties", "Presentations"),
            (
                MeetingKind.FOLLOW_UP,
                (trip.follow_up_on - self.today).days,
                "Wat is ervan geworden?",
                "What became of it?",
            ),
        ]
        for kind, offset, nl, en in plans:
            starts = self.day(offset, 14)
            facts = {
                "kind": kind,
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=3),
                "place": "roc Vechtstroom, Utrecht",
                "agenda_nl": nl,
                "agenda_en": en,
            }
            save_meeting(meeting=Meeting(trip=trip, kind=kind), changes=facts, by=self.by)

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
        """The open call: so far as it is today, with a draft or two."""
        yield from self._apply(self._applicants(), self.spec.opens, min(self.spec.closes, 0))

    def _apply(self, people: list[tuple[str, User]], first: int, last: int) -> Storyline:
        events: list[tuple[datetime, int, str, Any]] = []
        for number, (name, person) in enumerate(people):
            day = self.dice.randint(first + 1, max(first + 2, last - 1))
            moment = self.day(day, self.dice.randint(8, 16), self.dice.randint(0, 59))
            keeps = (name, self.spec.slug) in DRAFTS or (not name and number % 13 == 12)
            events.append((moment, number, "draft" if keeps else "apply", person))
            if not keeps:
                answered = moment + timedelta(days=self.dice.randint(1, 8), hours=self.dice.randint(0, 6))
                # The story of a trip goes on the morning after the call closes.
                answered = min(answered, self.day(self.spec.closes, 18) + timedelta(minutes=number))
                events.append((answered, number, "endorse", person))
                if number % 17 == 16:
                    events.append((moment + timedelta(hours=20), number, "withdraw", person))
        for moment, number, what, person in sorted(events, key=lambda event: event[:2]):
            if what == "withdraw" and moment >= self.trip.closes_at:
                continue
            yield moment
            self._act(what, User.objects.get(pk=person.pk), number)

    def _act(self, what: str, person: User, number: int) -> None:
        trip = self.trip
        if what in ("draft", "apply"):
            application = self._write(trip, person, number, whole=what == "apply")
            if what == "apply":
                submit(application=application, by=person)
            return
        application = Application.objects.select_related("trip", "user").get(trip=trip, user=person)
        if what == "withdraw":
            withdraw(application=application, by=person)
        elif application.status == "submitted":
            self._manager(application, number)

    def _write(self, trip: Trip, person: User, number: int, *, whole: bool) -> Application:
        """Fill the form section by section, as a person would."""
        pick, english = self.dice, person.language == "en"
        goals = self._goals(trip, number, pick.choice((1, 2, 2, 3)))
        school = person.institution
        parts = [
            Part("about", {"language": person.language, "heard_from": pick.choice(("een collega", ""))}),
            Part("motivation", {"motivation": words.MOTIVATIONS[9 if english else number % len(words.MOTIVATIONS)]}),
            Part("goals", goals=goals),
            Part(
                "initiative",
                {
                    "proactive_past": words.PAST[5 if english else number % len(words.PAST)],
                    "proactive_plan": words.PLANS[4 if english else number % len(words.PLANS)],
                    "school_use": words.SCHOOL_USE[3 if english else number % len(words.SCHOOL_USE)],
                },
            ),
            Part(
                "manager",
                {
                    "manager_name": f"{pick.choice(words.FIRST)} {pick.choice(words.LAST)}",
                    "manager_email": f"leiding{number % 5 + 1}@{school.domains.first().domain}",
                    "committed": True,
                },
            ),
        ]
        application = None
        for part in parts if whole else parts[:3]:
            application = save_part(trip=trip, part=part, by=person, version=application.version if application else 0)
        return application

    def _goals(self, trip: Trip, number: int, count: int) -> list[dict[str, Any]]:
        tags = list(Tag.objects.filter(dimension__framework=trip.framework).values_list("pk", flat=True))
        chosen = [words.GOALS[(number * 3 + n) % len(words.GOALS)] for n in range(count)]
        return [
            {"students_notice": notice, "able_to": able, "others_see": see, "tags": self.dice.sample(tags, 2)}
            for notice, able, see, _levels, _outcome in chosen
        ]

    def _manager(self, application: Application, number: int) -> None:
        """Most managers answer; one in eleven does not, one in nineteen refuses."""
        asked = Endorsement.objects.current().filter(application=application, status="asked").first()
        if asked is None or number % 11 == 10:
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
            "school_use": "Het team maakt er in het najaar een middag voor vrij.",
            "conditions": "Als de toetsweek niet verschuift." if number % 8 == 7 else "",
        }
        endorse(endorsement=asked, generation=asked.generation, values=values)

    # --- selection --------------------------------------------------------------------------------

    def selection(self) -> Storyline:
        spec = self.spec
        yield self.day(spec.closes + 1, 9)
        assign_all(trip=self.trip, by=self.by)
        yield from self._assess()
        # Far enough after the managers' deadline, and well before departure.
        yield self.day(spec.closes + 16, 15)
        self._decide()
        yield self.day(spec.closes + 17, 10)
        publish_selection(trip=self.trip, by=self.by)
        yield from self._answers()

    def _assess(self) -> Storyline:
        criteria = list(Criterion.objects.filter(trip=self.trip))
        for name in self.reviewers:
            waiting = list(self.alliance[name].assessments.filter(application__trip=self.trip, status="assigned"))
            for number, assessment in enumerate(waiting):
                yield self.day(self.spec.closes + 2 + number // 3, 19, number % 3 * 15)
                quality = int(assessment.application.pk.hex[:2], 16) / 255
                given = {
                    criterion.pk: Given(
                        max(1, min(5, round(1.6 + 3 * quality + self.dice.uniform(-0.9, 0.9)))),
                        self.dice.choice(words.REASONS),
                    )
                    for criterion in criteria
                }
                assessment.refresh_from_db()
                if self.spec.slug == "digitaal-tallinn" and number % 4 == 3:
                    some = dict(list(given.items())[:2])
                    save_assessment(assessment=assessment, given=some, by=self.alliance[name])
                    continue
                finish_assessment(assessment=assessment, given=given, by=self.alliance[name])

    def _decide(self) -> None:
        """By mean score, within places and school maximum; those placed by hand get a place."""
        trip, taken = self.trip, {}
        placed = {self.alliance.accounts[name].pk for name in PLACED}
        ready = Application.objects.filter(trip=trip).submitted().with_sent().select_related("user")
        ordered = sorted(ready, key=lambda a: (a.user_id not in placed, -(a.score_mean or 0), a.pk))
        places = reserves = 0
        for application in ordered:
            school = application.sent_school_id
            fits = places < trip.places and taken.get(school, 0) < trip.max_per_school and application.backing in BACKED
            if fits:
                kind, places = "select", places + 1
                taken[school] = taken.get(school, 0) + 1
            else:
                kind = "reserve" if reserves < 5 and application.backing in BACKED else "not_selected"
                reserves += kind == "reserve"
            level = 5 if kind == "select" else 3
            phrases = list(Anchor.objects.filter(criterion__trip=trip, level=level))[:2]
            propose(application=application, kind=kind, phrases=phrases, by=self.by)

    def _answers(self) -> Storyline:
        """Offers are answered within days; two are declined, and reserves fill in."""
        offers = list(
            Offer.objects.filter(application__trip=self.trip, status="open").select_related("application__user")
        )
        placed = {self.alliance.accounts[name].pk for name in PLACED}
        start = self.spec.closes + 17
        for number, offer in enumerate(offers):
            yield self.day(start + 1 + number % 4, 11 + number % 7, number % 60)
            person = User.objects.get(pk=offer.application.user_id)
            if number in (3, 9) and person.pk not in placed:
                decline(offer=offer, reason="Die week verhuizen we, dat gaat niet samen.", by=person)
            else:
                confirm_place(offer=offer, by=person)
        yield self.day(start + 8, 10)
        made = self._fill()
        for number, offer in enumerate(made):
            yield self.day(start + 9 + number, 13)
            confirm_place(offer=offer, by=User.objects.get(pk=offer.application.user_id))

    def _fill(self) -> list[Offer]:
        """Free places to reserves whose school still has room."""
        trip = self.trip
        made = []
        reserves = (
            Application.objects.filter(trip=trip, decision__kind="reserve")
            .submitted()
            .with_sent()
            .order_by("-score_mean")
        )
        for application in reserves:
            there = Participation.objects.filter(trip=trip).active()
            free = trip.places - there.count() - len(made)
            if free > 0 and there.filter(institution=application.sent_school_id).count() < trip.max_per_school:
                made.append(offer_place(application=application, by=self.by))
        return made

    # --- preparation ------------------------------------------------------------------------------

    def travellers(self) -> list[Participation]:
        rows = Participation.objects.filter(trip=self.trip).active().select_related("user", "trip", "institution")
        return list(rows.prefetch_related("goals").order_by("printed_name", "pk"))

    def preparation(self) -> Storyline:
        departs = self.departs
        for meeting in self.trip.meetings.filter(kind="preparation"):
            offset = (meeting.on - self.today).days
            yield self.day(offset - 6, 20)
            for number, who in enumerate(self.travellers()):
                if number % 5 != 4:
                    reply_to_meeting(meeting=meeting, participation=who, coming=number % 9 != 8, by=who.user)
                if number % 2 and not who.phone:
                    set_phone(holder=who, phone=f"+31 6 5550 {number:04d}", by=who.user)
            yield self.day(offset, 17, 30)
            present = {who.pk: number % 7 != 6 for number, who in enumerate(self.travellers())}
            tick_attendance(trip=self.trip, present=present, meeting=meeting, by=self.alliance[self.companion])
        for number, who in enumerate(self.travellers()):
            yield self.day(departs - 16 + number % 12, 20, number % 60)
            self._sharpen(who, number)

    def _sharpen(self, who: Participation, number: int) -> None:
        goals = list(who.goals.all())
        # In the trip in preparation, and now and then elsewhere, a goal is left for later.
        left = number % 6 == 5 and self.departs < 0
        for place, goal in enumerate(goals):
            if left and place == len(goals) - 1 and len(goals) > 1:
                continue
            levels, _outcome = self._known(goal.proposed_text)
            start = -2 if (number + place) % 3 == 2 else -1
            sharpen(
                goal=goal, text=goal.proposed_text, levels=levels, baseline=start, weight=1 + place % 2, by=who.user
            )

    def _known(self, text: str) -> tuple[tuple[str, ...], str]:
        return next((levels, outcome) for _n, able, _s, levels, outcome in words.GOALS if able == text)

    # --- travelling -------------------------------------------------------------------------------

    def travelling(self) -> Storyline:
        trip = self.trip
        for number, on in enumerate(trip.days):
            offset = (on - self.today).days
            yield self.day(offset, 11)
            present = {who.pk: not (number == 3 and n == 4) for n, who in enumerate(self.travellers())}
            tick_attendance(trip=trip, present=present, on=on, by=self.alliance[self.companion])
            for n, who in enumerate(self.travellers()):
                if (n + number) % 7 == 6 or (who.user_id == self.alliance.accounts["participant"].pk and offset == 0):
                    continue
                yield self.day(offset, 21, n * 3 % 60)
                self._evening(who, on, number, n)
            yield self.day(offset, 22, 30)
            for evening in trip_needs(trip, on)[:1]:
                meet_need(evening=evening, by=self.alliance[self.companion])

    def _evening(self, who: Participation, on: Any, number: int, n: int) -> None:
        levels = {g.pk: min(2, -1 + (number + n % 3) // 2) for g in who.goals.all() if g.sharpened_at}
        english = who.user.language == "en"
        answers = Answers(
            mood=(4, 5, 3, 4, 2)[(n + number) % 5],
            need=words.NEEDS[n % len(words.NEEDS)] if (n + number) % 5 == 2 else "",
            insight=words.INSIGHTS[7 if english else (n * 2 + number) % len(words.INSIGHTS)],
            verdict=("keep", "adapt", "adapt", "drop")[(n + number) % 4],
            levels=levels,
        )
        key = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        answer_evening(
            participation=who, on=on, answers=answers, client_key=key, language=who.user.language, by=who.user
        )

    # --- return -----------------------------------------------------------------------------------

    def coming_home(self) -> Storyline:
        trip = self.trip
        home = self.departs + self.spec.days - 1
        meeting = (trip.return_meeting_on - self.today).days
        yield self.day(home + 3, 9)
        issue_all(trip=trip, kind=CertificateKind.ATTENDANCE, by=self.by)
        change_trip(trip=trip, changes={"cost_actual": Decimal(self.spec.cost) * Decimal("1.04")}, by=self.by)
        for n, who in enumerate(self.travellers()):
            yield self.day(home + 8 + n % 9, 19, n % 60)
            title = words.TALKS[n % len(words.TALKS)]
            prepare_presentation(
                participation=who, title=title, text="Drie foto's, één gesprek, één voornemen.", by=who.user
            )
            self._plans(who, n, meeting)
        yield self.day(meeting - 4, 10)
        starts = self.day(meeting, 14)
        slots = {who: starts + timedelta(minutes=8 * n) for n, who in enumerate(self.travellers())}
        give_slots(trip=trip, slots=slots, by=self.by)
        yield self.day(meeting, 17, 30)
        self._return_meeting(trip)
        for n, who in enumerate(self.travellers()):
            if n % 10 != 9:
                yield self.day(meeting, 18, n)
                self._returned(who, n)
        yield self.day(meeting + 2, 10)
        self._confirm("return")

    def _plans(self, who: Participation, n: int, meeting: int) -> None:
        goals = list(who.goals.all())
        for place in range(2 if n % 2 == 0 else 1):
            title, means, audience = words.ACTIONS[(n + place * 3) % len(words.ACTIONS)]
            due = self.today + timedelta(meeting + 30 + 45 * place + n * 3)
            plan = Plan(
                title=title,
                due_on=due,
                text="Eerst klein, met twee collega's. Daarna met het hele team.",
                audience=audience,
                means=means,
                partner="jongerenwerk" if means == "conversation" else "",
                goal=goals[place % len(goals)],
            )
            add_action(participation=who, plan=plan, language=who.user.language, by=who.user)

    def _return_meeting(self, trip: Trip) -> None:
        travellers = self.travellers()
        present = {who.pk: n % 11 != 10 for n, who in enumerate(travellers)}
        meeting = trip.meetings.get(kind="return")
        tick_attendance(trip=trip, present=present, meeting=meeting, by=self.alliance[self.companion])
        for n, who in enumerate(travellers):
            if n % 11 != 10:
                mark_held(participation=who, by=self.alliance[self.companion])

    def _returned(self, who: Participation, n: int) -> None:
        scores = {}
        for place, goal in enumerate(who.goals.all()):
            _levels, outcome = self._known(goal.proposed_text)
            level = (0, 1, 0, -1, 1, 0, 2)[(n + place) % 7] if goal.sharpened_at else None
            scores[goal.pk] = (level, outcome)
        answers = TripAnswers(
            grade=(8, 9, 8, 7, 9)[n % 5],
            support=(4, 3, 5, 4, 2)[n % 5],
            opportunity=(4, 4, 3, 5, 2)[n % 5],
            learned=words.LEARNED[n % len(words.LEARNED)],
        )
        word = words.WORDS[n % len(words.WORDS)]
        answer_return(
            participation=who,
            answers=answers,
            scores=scores,
            word=word,
            consent=n % 8 != 7,
            language=who.user.language,
            by=who.user,
        )

    def _confirm(self, moment: str) -> None:
        waiting = GoalLevel.objects.to_confirm().filter(goal__participation__trip=self.trip, moment=moment)
        for n, level in enumerate(waiting.select_related("goal__participation__trip", "goal__participation__user")):
            if n % 9 != 8:
                confirm_level(level=level, scored_at=level.scored_at, by=self.alliance[self.companion])

    # --- the year after ---------------------------------------------------------------------------

    def year(self) -> Storyline:
        trip = self.trip
        day = (trip.follow_up_on - self.today).days
        first = (trip.return_meeting_on - self.today).days
        yield self.day(first + 20, 10)
        findings = [
            ("Iedereen kwam met een plan thuis.", "Everybody came home with a plan."),
            (
                "Collega's van balie en beveiliging zagen wat docenten misten.",
                "Front desk and security saw what teachers missed.",
            ),
        ]
        write_findings(trip=trip, texts=findings, by=self.by)
        publish_edition(trip=trip, title_nl="Thuis met een plan.", title_en="Home with a plan.", by=self.by)
        yield from self._reports(first)
        for n, who in enumerate(self.travellers()):
            if n % 7 != 6:
                yield self.day(day - 9 + n % 8, 19, n)
                self._one_year(who, n)
        yield self.day(day, 17, 30)
        present = {who.pk: n % 5 != 4 for n, who in enumerate(self.travellers())}
        tick_attendance(
            trip=trip, present=present, meeting=trip.meetings.get(kind="follow_up"), by=self.alliance[self.companion]
        )
        yield self.day(day + 2, 10)
        self._confirm("one_year")
        issue_all(trip=trip, kind=CertificateKind.CYCLE, by=self.by)
        yield self.day(day + 9, 10)
        self._close(trip)

    def _reports(self, first: int) -> Storyline:
        """Actions are reported as they happen; those of `alumnus@` stay open."""
        keeps = self.alliance.accounts["alumnus"].pk
        actions = Action.objects.filter(participation__trip=self.trip).exclude(participation__user=keeps)
        for n, action in enumerate(
            actions.select_related("participation__trip", "participation__user").order_by("due_on", "pk")
        ):
            if n % 6 == 5:
                continue
            yield datetime.combine(action.due_on + timedelta(days=3), time(16, n % 60), tzinfo=clock.HOME)
            action.refresh_from_db()
            self._report(action, n)

    def _report(self, action: Action, n: int) -> None:
        reach = dict.fromkeys(action.audience, 3 + n * 5 % 17)
        if n % 3 == 0:
            reach["security_officer"] = 2 + n % 4
        told = Told(
            status="done" if n % 5 else "changed",
            rung=(3, 2, 4, 3, 2, 5, 1)[n % 7],
            evidence=words.EVIDENCE[3 if n % 7 == 5 else n % 3],
            reach=reach,
        )
        report_action(action=action, told=told, by=action.participation.user)

    def _one_year(self, who: Participation, n: int) -> None:
        recall(
            participation=who,
            word=words.WORDS_LATER[n % len(words.WORDS_LATER)],
            recall=words.RECALLS[n % len(words.RECALLS)],
            consent=n % 9 != 8,
            language=who.user.language,
            by=who.user,
        )
        scores = {}
        for place, goal in enumerate(who.goals.all()):
            _levels, outcome = self._known(goal.proposed_text)
            scores[goal.pk] = ((1, 0, 1, -1, 2, 0)[(n + place) % 6] if goal.sharpened_at else None, outcome)
        answers = YearAnswers(
            scores=scores,
            support=(4, 2, 4, 5, 3)[n % 5],
            opportunity=(4, 4, 2, 5)[n % 4],
            students=words.STUDENTS[n % len(words.STUDENTS)] if n % 3 else "",
        )
        answer_follow_up(participation=who, answers=answers, language=who.user.language, by=who.user)

    def _close(self, trip: Trip) -> None:
        findings = [
            ("Een jaar later gebruikt het merendeel het gesprek nog.", "A year later most still use the conversation."),
            (
                "Op zes scholen hoort de beveiliging nu bij het team.",
                "At six schools security is now part of the team.",
            ),
            ("Wie uren kreeg, deed wat beloofd was.", "Those who got hours did what they promised."),
        ]
        change_trip(trip=trip, changes={"team_hours_actual": 288}, by=self.by)
        write_findings(trip=trip, texts=findings, by=self.by)
        publish_edition(
            trip=trip, title_nl="Een jaar later doen ze het nog.", title_en="A year later they still do it.", by=self.by
        )
        close_trip(trip=trip, by=self.by)


def trip_needs(trip: Trip, on: Any) -> list[Any]:
    """Evenings of a day with an open need."""
    evenings = DailyEvaluation.objects.filter(participation__trip=trip, on=on, need_met_at=None).exclude(need="")
    return list(evenings.select_related("participation__trip"))
