"""The return: levels and outcomes, a grade, the one word."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from evaluations.afterwards.permissions import can_consent, can_show
from evaluations.goals.scoring import Scores, score_goals
from evaluations.lifecycle import Moment
from evaluations.models import OneWord, ReturnEvaluation, folded
from evaluations.permissions import can_return, can_say
from exchange import clock, wings
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import Participation
from exchange.verdicts import require


@dataclass(frozen=True)
class TripAnswers:
    """What somebody says about the trip itself; empty support or opportunity is "I don't know"."""

    grade: int
    support: int | None = None
    opportunity: int | None = None
    learned: str = ""


@transaction.atomic
def write_word(
    *, participation: Participation, moment: Moment, word: str, consent: bool, public: bool, language: str, by: User
) -> OneWord | None:
    """Keep the one word; an empty one takes an earlier one back, and so does another one."""
    require(can_say(by, participation, moment, clock.now()))
    rows = OneWord.objects.filter(participation=participation, moment=moment)
    known = rows.first()
    same = bool(known and folded(known.word) == folded(word))
    if not (same and consent):
        take_out(rows)
    if not word:
        rows.delete()
        return None
    if known and same:
        language = known.language  # the one it is counted in
    agreed = {"consent": consent, "public": consent and public}
    values = {"word": word, "language": language, "written_at": clock.now()} | agreed
    row, _created = OneWord.objects.update_or_create(participation=participation, moment=moment, defaults=values)
    return row


@transaction.atomic
def set_consent(*, word: OneWord, consent: bool, by: User) -> OneWord:
    """The author decides, at any time, whether the word may stand in a report; what was published follows."""
    require(can_consent(by, word))
    # About nobody's trip: its team does not read in history whose word left an edition.
    record(about=by, verb="word.consent" if consent else "word.withdraw", by=by)
    if not consent:
        take_out(OneWord.objects.filter(pk=word.pk))
    word.consent, word.public = consent, consent and word.public
    word.save(update_fields=["consent", "public"])
    return word


@transaction.atomic
def set_public(*, word: OneWord, public: bool, by: User) -> OneWord:
    """The author decides, at any time, whether a word of the report may stand on the public page as well."""
    require(can_show(by, word) if public else can_consent(by, word))
    record(about=by, verb="word.show" if public else "word.hide", by=by)
    word.public = public
    word.save(update_fields=["public"])
    return word


def take_out(rows: QuerySet[OneWord]) -> None:
    """Take these words out of what was published, before they change."""
    for each in wings.each(lambda wing: wing.taken_back):
        each(rows)


@transaction.atomic
def answer_return(
    *,
    participation: Participation,
    answers: TripAnswers,
    scores: Scores,
    word: str = "",
    consent: bool = False,
    public: bool = False,
    language: str = "nl",
    by: User,
) -> ReturnEvaluation:
    """Everything of the return page in one go."""
    require(can_return(by, participation, clock.now()))
    values = {
        "grade": answers.grade,
        "support": answers.support,
        "opportunity": answers.opportunity,
        "learned": answers.learned,
        "language": language,
        "answered_at": clock.now(),
    }
    score_goals(participation=participation, moment=Moment.RETURN, scores=scores, language=language, by=by)
    write_word(
        participation=participation,
        moment=Moment.RETURN,
        word=word,
        consent=consent,
        public=public,
        language=language,
        by=by,
    )
    row, created = ReturnEvaluation.objects.update_or_create(participation=participation, defaults=values)
    record(about=row, verb="return.answer" if created else "return.change", by=by, trip=participation.trip_id)
    return row
