"""One year on: first what somebody still knows, unseen, then what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.afterwards.actions_return import write_word
from evaluations.goals.scoring import Scores, score_goals
from evaluations.lifecycle import Moment
from evaluations.models import Action, FollowUp
from evaluations.permissions import can_follow_up
from evaluations.plans.actions import Told, report_action
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import Participation
from exchange.verdicts import CONFLICT, Refused, no, require

RECALLED = _("You already wrote down what you remember. It stands, because you have seen your old answers since.")
RECALL_FIRST = _("First write down what you remember; only then are your old answers shown.")


@dataclass(frozen=True)
class YearAnswers:
    """What somebody says one year on; empty support or opportunity is "I don't know"."""

    scores: Scores = field(default_factory=dict)
    told: Mapping[Action, Told] = field(default_factory=dict)
    support: int | None = None
    opportunity: int | None = None
    students: str = ""
    moved: bool = False


@transaction.atomic
def recall(
    *,
    participation: Participation,
    word: str,
    recall: str,
    consent: bool = False,
    public: bool = False,
    language: str = "nl",
    by: User,
) -> FollowUp:
    """The word and the recall, before anything old is shown; they stand from then on. The same again is harmless."""
    require(can_follow_up(by, participation, clock.now()))
    # No lock: a row is only ever made here, so on two devices the second to make it waits for the first.
    row, _created = FollowUp.objects.get_or_create(participation=participation)
    known = participation.words.filter(moment=Moment.ONE_YEAR).first()
    if row.recalled_at:
        if row.recall == recall and (known.word if known else "") == word:
            return row
        raise Refused(no(RECALLED, CONFLICT))
    row.recall, row.recalled_at, row.language = recall, clock.now(), language
    row.save(update_fields=["recall", "recalled_at", "language"])
    write_word(
        participation=participation,
        moment=Moment.ONE_YEAR,
        word=word,
        consent=consent,
        public=public,
        language=language,
        by=by,
    )
    record(about=row, verb="follow_up.recall", by=by, trip=participation.trip_id)
    return row


@transaction.atomic
def answer_follow_up(*, participation: Participation, answers: YearAnswers, language: str = "nl", by: User) -> FollowUp:
    """What became of goals and actions, after the recall."""
    require(can_follow_up(by, participation, clock.now()))
    row = FollowUp.objects.select_for_update().filter(participation=participation, recalled_at__isnull=False).first()
    if row is None:
        raise Refused(no(RECALL_FIRST, CONFLICT))
    score_goals(participation=participation, moment=Moment.ONE_YEAR, scores=answers.scores, language=language, by=by)
    for action, told in answers.told.items():
        report_action(action=action, told=told, by=by)
    verb = "follow_up.change" if row.answered_at else "follow_up.answer"
    row.support, row.opportunity = answers.support, answers.opportunity
    row.students, row.moved, row.answered_at = answers.students, answers.moved, clock.now()
    row.save(update_fields=["support", "opportunity", "students", "moved", "answered_at"])
    record(about=row, verb=verb, by=by, trip=participation.trip_id)
    return row
