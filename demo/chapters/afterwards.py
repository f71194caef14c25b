"""Coming home, the year at the own school, and what came of it."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from applications.endorsing.actions import ask_schools, look_back
from applications.models import Endorsement, Occasion
from demo import words
from demo.chapters.base import Chapter, Storyline
from evaluations.afterwards.actions_presentations import give_slots, mark_held, prepare_presentation
from evaluations.afterwards.actions_return import TripAnswers, answer_return, set_consent
from evaluations.afterwards.actions_year import YearAnswers, answer_follow_up, recall
from evaluations.certificates.actions import issue_all
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.goals.levels import confirm_level
from evaluations.impact.actions import give_voice, place_voice, publish_edition, write_findings
from evaluations.models import Action, GoalLevel, OneWord
from evaluations.plans.actions import Plan, Told, add_action, report_action
from exchange import clock
from exchange.trips.actions.travellers import tick_attendance
from exchange.trips.actions.trip import change_trip, close_trip
from exchange.trips.models import (
    Participation,
    Trip,
)


class Afterwards(Chapter):
    """Coming home, the year at the own school, and what came of it."""

    def _schools_answer(self) -> None:
        """Two of three contacts say at once that they are still the one to ask."""
        asked = Endorsement.objects.filter(application__trip=self.trip, occasion=Occasion.RETURN, status="asked")
        for n, one in enumerate(asked.order_by("manager_name", "submission__printed_name")):
            if n % 3 == 2:
                continue
            said = {"contact_name": one.manager_name, "contact_email": one.manager_email}
            said |= {
                "signer_name": one.manager_name,
                "conditions": "De middag staat in de agenda." if n % 4 == 0 else "",
            }
            look_back(endorsement=one, generation=one.generation, values=said)

    def coming_home(self) -> Storyline:
        trip = self.trip
        home = self.departs + self.spec.days - 1
        meeting = (trip.return_meeting_on - self.today).days
        yield self.day(home + 3, 9)
        issue_all(trip=trip, kind=CertificateKind.ATTENDANCE, by=self.by)
        ask_schools(trip=trip, occasion=Occasion.RETURN, by=self.by)
        self._schools_answer()
        change_trip(trip=trip, changes={"cost_actual": Decimal(self.spec.cost) * Decimal("1.04")}, by=self.by)
        for n, who in enumerate(self.travellers()):
            yield self.day(home + 8 + n % 9, 19, n % 60)
            title = words.pick(words.TALKS, n, who.user.language)
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
            if n % 10 != 9 or self._has_a_word_to_take_back(who):
                yield self.day(meeting, 18, n)
                self._returned(who, n)
        yield self.day(meeting + 2, 10)
        self._confirm("return")

    def _has_a_word_to_take_back(self, who: Participation) -> bool:
        """`alumnus@` has, wherever that name stands in the list."""
        return bool(who.user_id == self.alliance.accounts["alumnus"].pk)

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
            level = (0, 1, 0, -1, 1, 0, 2)[(n + place) % 7] if goal.sharpened_at else None
            scores[goal.pk] = (level, self.outcome(goal, level))
        answers = TripAnswers(
            grade=(8, 9, 8, 7, 9)[n % 5],
            support=(4, 3, 5, 4, 2)[n % 5],
            opportunity=(4, 4, 3, 5, 2)[n % 5],
            learned=words.pick(words.LEARNED, n, who.user.language),
        )
        word = words.WORDS[n % len(words.WORDS)]
        answer_return(
            participation=who,
            answers=answers,
            scores=scores,
            word=word,
            consent=n % 8 != 7 or self._has_a_word_to_take_back(who),
            language=who.user.language,
            by=who.user,
        )

    def _confirm(self, moment: str) -> None:
        waiting = GoalLevel.objects.to_confirm().filter(goal__participation__trip=self.trip, moment=moment)
        for n, level in enumerate(waiting.select_related("goal__participation__trip", "goal__participation__user")):
            if n % 9 != 8:
                confirm_level(level=level, scored_at=level.scored_at, by=self.alliance[self.companion])

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
        yield self.day(day + 11, 20)
        said = OneWord.objects.filter(participation__trip=trip, moment="return", consent=True)
        word = said.select_related("participation__user").order_by("participation__printed_name")[0]
        set_consent(word=word, consent=False, by=word.participation.user)

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
            recall=words.pick(words.RECALLS, n, who.user.language),
            consent=n % 9 != 8,
            public=n % 9 != 8 and n % 4 != 3,
            language=who.user.language,
            by=who.user,
        )
        scores = {}
        for place, goal in enumerate(who.goals.all()):
            level = (1, 0, 1, -1, 2, 0)[(n + place) % 6] if goal.sharpened_at else None
            scores[goal.pk] = (level, self.outcome(goal, level))
        answers = YearAnswers(
            scores=scores,
            support=(4, 2, 4, 5, 3)[n % 5],
            opportunity=(4, 4, 2, 5)[n % 4],
            students=words.pick(words.STUDENTS, n, who.user.language) if n % 3 else "",
        )
        answer_follow_up(participation=who, answers=answers, language=who.user.language, by=who.user)

    def _voices(self) -> None:
        """Some say a sentence to whoever comes next; the lead places the first three."""
        said = zip(self.travellers()[::4], words.VOICES, strict=False)
        for n, (who, texts) in enumerate(said):
            language = who.user.language
            text = texts[0] if language == "nl" else texts[1]
            voice = give_voice(participation=who, text=text, language=language, by=who.user)
            if n < 3:
                place_voice(voice=voice, text=text, placed=True, by=self.by)

    def _close(self, trip: Trip) -> None:
        findings = [
            ("Een jaar later gebruikt het merendeel het gesprek nog.", "A year later most still use the conversation."),
            (
                "Op de meeste scholen hoort de beveiliging nu bij het team.",
                "At most schools security is now part of the team.",
            ),
            ("Wie uren kreeg, deed wat beloofd was.", "Those who got hours did what they promised."),
        ]
        change_trip(trip=trip, changes={"team_hours_actual": 288}, by=self.by)
        write_findings(trip=trip, texts=findings, by=self.by)
        publish_edition(
            trip=trip,
            title_nl="Een jaar later doen ze het nog.",
            title_en="A year later they still do it.",
            public=True,
            by=self.by,
        )
        self._voices()
        close_trip(trip=trip, by=self.by)
