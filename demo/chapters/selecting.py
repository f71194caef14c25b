"""From assessments to confirmed places."""

from collections import Counter
from typing import Any

from applications.assessing.actions import Given, finish_assessment, save_assessment
from applications.assessing.assigning import assign_all
from applications.late.actions import ask_admission, give_late_access
from applications.lifecycle import BACKED
from applications.models import Anchor, Application, Criterion, Offer
from applications.selection.answering import confirm_place, decline
from applications.selection.deciding import propose
from applications.selection.placing import offer_place
from applications.selection.publishing import publish_selection
from demo import words
from demo.chapters.base import CALLED_UP, PLACED, Chapter, Storyline
from exchange.people.models import User
from exchange.trips.models import Participation


class Selecting(Chapter):
    """From assessments to confirmed places."""

    def selection(self) -> Storyline:
        spec = self.spec
        yield self.day(spec.closes + 1, 9)
        assign_all(trip=self.trip, by=self.by)
        if spec.slug == "digitaal-tallinn":
            yield self.day(spec.closes + 1, 18)
            self._after_closing()
        yield from self._assess()
        # Far enough after the managers' deadline, and well before departure.
        yield self.day(spec.closes + 16, 15)
        self._decide()
        yield self.day(spec.closes + 17, 10)
        publish_selection(trip=self.trip, by=self.by)
        yield from self._answers()

    def _after_closing(self) -> None:
        """One whose draft was caught asks to be admitted; another was given time."""
        accounts = {account.pk for account in self.alliance.accounts.values()}
        drafts = Application.objects.filter(trip=self.trip, status="draft").exclude(user__in=accounts)
        asks, gets = drafts.select_related("trip", "user").order_by("created_at")[:2]
        ask_admission(
            application=asks, by=asks.user, request="De trein stond een uur stil en toen was de oproep al gesloten."
        )
        give_late_access(
            trip=self.trip,
            email=gets.user.email,
            until_at=self.day(2, 17),
            reason="Was ziek in de laatste week.",
            by=self.by,
        )

    def _assess(self) -> Storyline:
        criteria = list(Criterion.objects.filter(trip=self.trip))
        for name in self.reviewers:
            waiting = self.alliance[name].assessments.filter(application__trip=self.trip, status="assigned")
            waiting = list(waiting.select_related("application").order_by("application__submitted_at"))
            for number, assessment in enumerate(waiting):
                yield self.day(self.spec.closes + 2 + number // 3, 19, number % 3 * 15)
                # Two readers of one application mostly agree.
                quality = assessment.application.submitted_at.minute / 59
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

    def called_up(self) -> set[Any]:
        """The accounts that stay on this trip's reserve list until a place comes free."""
        return {self.alliance.accounts[name].pk for name, slug in CALLED_UP if slug == self.spec.slug}

    def _decide(self) -> None:
        """By mean score, within places and school maximum; those placed by hand get a place."""
        trip, taken, called_up = self.trip, {}, self.called_up()
        placed = {self.alliance.accounts[name].pk for name in PLACED}
        ready = Application.objects.filter(trip=trip).submitted().with_sent().select_related("user")
        ordered = sorted(ready, key=lambda a: (a.user_id not in placed, -(a.score_mean or 0), a.submitted_at))
        places = reserves = 0
        for application in ordered:
            school = application.sent_school_id
            fits = places < trip.places and taken.get(school, 0) < trip.max_per_school and application.backing in BACKED
            if fits and application.user_id not in called_up:
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
        taken = Counter(Participation.objects.filter(trip=trip).active().values_list("institution", flat=True))
        reserves = Application.objects.filter(trip=trip, decision__kind="reserve").submitted().with_sent()
        made = []
        for application in reserves.exclude(user__in=self.called_up()).order_by("-score_mean", "submitted_at"):
            school = application.sent_school_id
            if taken.total() < trip.places and taken[school] < trip.max_per_school:
                made.append(offer_place(application=application, by=self.by))
                taken[school] += 1
        return made
