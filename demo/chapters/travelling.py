"""Meetings, sharpened goals, and the evenings abroad."""

import uuid
from typing import Any

from applications.models import Application
from applications.selection.answering import give_back
from applications.selection.placing import offer_place
from demo import words
from demo.chapters.base import CALLED_UP, Chapter, Storyline
from evaluations.evenings.actions import Answers, answer_evening, meet_need
from evaluations.goals.actions import sharpen
from evaluations.models import DailyEvaluation
from exchange.trips.actions.travellers import reply_to_meeting, set_phone, tick_attendance
from exchange.trips.models import (
    Participation,
    Trip,
)


class Travelling(Chapter):
    """Meetings, sharpened goals, and the evenings abroad."""

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
            if offset < 0:
                yield from self._late_place()
        for number, who in enumerate(self.travellers()):
            yield self.day(departs - 16 + number % 12, 20, number % 60)
            self._sharpen(who, number)

    def _late_place(self) -> Storyline:
        """Yesterday evening somebody gave the place back, and it is held for a reserve of the same school."""
        for name, slug in CALLED_UP:
            if slug != self.spec.slug:
                continue
            reserve = self.alliance[name]
            leaver = min(self.travellers(), key=lambda who, school=reserve.institution_id: who.institution_id != school)
            yield self.day(-1, 19)
            give_back(participation=leaver, reason="Ik begin volgende maand bij een andere school.", by=leaver.user)
            yield self.day(-1, 20)
            offer_place(application=Application.objects.get(trip=self.trip, user=reserve), by=self.by)

    def _sharpen(self, who: Participation, number: int) -> None:
        goals = list(who.goals.all())
        # In the trip in preparation, and now and then elsewhere, a goal is left for later.
        left = number % 6 == 5 and self.departs < 0
        for place, goal in enumerate(goals):
            if left and place == len(goals) - 1 and len(goals) > 1:
                continue
            levels = self.known(goal)[0]
            start = -2 if (number + place) % 3 == 2 else -1
            sharpen(
                goal=goal, text=goal.proposed_text, levels=levels, baseline=start, weight=1 + place % 2, by=who.user
            )

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
        answers = Answers(
            mood=(4, 5, 3, 4, 2)[(n + number) % 5],
            need=words.NEEDS[n % len(words.NEEDS)] if (n + number) % 5 == 2 else "",
            insight=words.pick(words.INSIGHTS, n * 2 + number * 3, who.user.language),
            verdict=("keep", "adapt", "adapt", "drop")[(n + number) % 4],
            levels=levels,
        )
        key = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        answer_evening(
            participation=who, on=on, answers=answers, client_key=key, language=who.user.language, by=who.user
        )


def trip_needs(trip: Trip, on: Any) -> list[Any]:
    """Evenings of a day with an open need."""
    evenings = DailyEvaluation.objects.filter(participation__trip=trip, on=on, need_met_at=None).exclude(need="")
    return list(evenings.select_related("participation__trip"))
