"""The return: levels and outcomes, a grade, the one word, a presentation."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.actions.levels import propose_level
from evaluations.lifecycle import Moment
from evaluations.models import OneWord, Presentation, ReturnEvaluation
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation, Trip
from exchange.verdicts import CONFLICT, Refused, no

#: A goal's level and its outcome in words.
Scores = Mapping[uuid.UUID, tuple[int | None, str]]


@dataclass(frozen=True)
class TripAnswers:
    """What somebody says about the trip itself; empty support or opportunity is "I don't know"."""

    grade: int
    support: int | None = None
    opportunity: int | None = None
    learned: str = ""


@transaction.atomic
def score_goals(*, participation: Participation, moment: Moment, scores: Scores, language: str, by: User) -> None:
    """Keep level and outcome of each goal; a goal about which nothing is said gets no row."""
    goals = {goal.pk: goal for goal in LearningGoal.objects.filter(participation=participation)}
    known = set(_scored(participation, moment))
    for pk, (level, outcome) in scores.items():
        if level is not None or outcome or pk in known or goals[pk].sharpened:
            propose_level(goal=goals[pk], moment=moment, level=level, outcome=outcome, language=language, by=by)


def _scored(participation: Participation, moment: Moment) -> list[uuid.UUID]:
    goals = LearningGoal.objects.filter(participation=participation, goal_levels__moment=moment)
    return list(goals.values_list("pk", flat=True))


@transaction.atomic
def write_word(
    *, participation: Participation, moment: Moment, word: str, consent: bool, language: str, by: User
) -> OneWord | None:
    """Keep the one word; an empty one takes an earlier one back."""
    if not word:
        OneWord.objects.filter(participation=participation, moment=moment).delete()
        return None
    values = {"word": word, "consent": consent, "language": language, "written_at": clock.now()}
    row, _created = OneWord.objects.update_or_create(participation=participation, moment=moment, defaults=values)
    return row


@transaction.atomic
def set_consent(*, word: OneWord, consent: bool, by: User) -> OneWord:
    """The author decides, at any time, whether the word may stand in a report."""
    word.consent = consent
    word.save(update_fields=["consent"])
    verb = "word.consent" if consent else "word.withdraw"
    record(about=word, verb=verb, by=by, trip=word.participation.trip_id)
    return word


@transaction.atomic
def answer_return(
    *,
    participation: Participation,
    answers: TripAnswers,
    scores: Scores,
    word: str = "",
    consent: bool = False,
    language: str = "nl",
    by: User,
) -> ReturnEvaluation:
    """Everything of the return page in one go."""
    values = {
        "grade": answers.grade,
        "support": answers.support,
        "opportunity": answers.opportunity,
        "learned": answers.learned,
        "language": language,
        "answered_at": clock.now(),
    }
    score_goals(participation=participation, moment=Moment.RETURN, scores=scores, language=language, by=by)
    write_word(participation=participation, moment=Moment.RETURN, word=word, consent=consent, language=language, by=by)
    row, created = ReturnEvaluation.objects.update_or_create(participation=participation, defaults=values)
    record(about=row, verb="return.answer" if created else "return.change", by=by, trip=participation.trip_id)
    return row


@transaction.atomic
def prepare_presentation(
    *, participation: Participation, title: str, text: str = "", link: str = "", language: str = "nl", by: User
) -> Presentation:
    """What the participant will show; a slot that was given stays."""
    values = {"title": title, "text": text, "link": link, "language": language, "changed_at": clock.now()}
    row, _created = Presentation.objects.update_or_create(participation=participation, defaults=values)
    record(about=row, verb="presentation.prepare", by=by, trip=participation.trip_id)
    return row


@transaction.atomic
def give_slots(*, trip: Trip, slots: Mapping[Participation, datetime | None], by: User) -> list[Presentation]:
    """Give each participant a moment at the return meeting."""
    now = clock.now()
    rows = []
    for participation, starts_at in slots.items():
        new = {"changed_at": now, "language": participation.user.language, "starts_at": starts_at}
        row, _created = Presentation.objects.update_or_create(
            participation=participation, defaults={"starts_at": starts_at}, create_defaults=new
        )
        rows.append(row)
    record(about=trip, verb="presentation.slots", by=by, facts={"slots": sum(1 for at in slots.values() if at)})
    return rows


@transaction.atomic
def mark_held(*, participation: Participation, held: bool = True, by: User) -> Presentation:
    """A presentation was given; or that mark was a mistake."""
    now = clock.now()
    values = {"changed_at": now, "language": participation.user.language}
    row, _created = Presentation.objects.get_or_create(participation=participation, defaults=values)
    marks = {"held_at": now, "held_by": by} if held else {"held_at": None, "held_by": None}
    if not Presentation.objects.filter(pk=row.pk, held_at__isnull=held).update(**marks):
        raise Refused(no(_("Somebody was faster: this was already noted."), CONFLICT))
    row.held_at, row.held_by = marks["held_at"], marks["held_by"]
    record(about=row, verb="presentation.held" if held else "presentation.not_held", by=by, trip=participation.trip_id)
    return row
