"""What participants report, from the first evening to one year later."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import ACTION, Means, Moment, Rung, Verdict
from exchange.fields import language, moment, paired, person, public_id
from exchange.people.lifecycle import JobRole
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.models import LearningGoal, Participation, Tag

SCALE = [MinValueValidator(1), MaxValueValidator(5)]


class OwnedQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "OwnedQuerySet":
        """The author, and lead and companions of that trip (rule 8); administrators by a view that asks a reason."""
        return self.filter(participation__in=Participation.objects.visible_to(user))


class LevelQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "LevelQuerySet":
        """Whoever may see the goal may see its levels."""
        return self.filter(goal__in=LearningGoal.objects.visible_to(user))

    def to_confirm(self) -> "LevelQuerySet":
        """Proposed by their owner, waiting for a companion."""
        return self.filter(
            moment__in=(Moment.RETURN, Moment.ONE_YEAR), level__isnull=False, confirmed_at=None, handed_back_at=None
        )


class DailyEvaluation(models.Model):
    """One evening of one participant."""

    id = public_id()
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="evenings")
    on = models.DateField(_("day"))
    client_key = models.UUIDField(default=uuid.uuid4)
    language = language()
    mood = models.PositiveSmallIntegerField(_("how are you?"), null=True, blank=True, validators=SCALE)
    need = models.TextField(_("what do you need for tomorrow?"), max_length=600, blank=True)
    need_met_at, need_met_by = moment(), person()
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    late = models.BooleanField(default=False)

    objects = OwnedQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = dict.fromkeys("participation mood language".split(), personal.TRIP) | {
        "need": personal.NEED,
        "need_met_by": personal.HISTORY,
    }

    class Meta:
        ordering = ["participation", "on"]
        verbose_name = _("daily evaluation")
        verbose_name_plural = _("daily evaluations")
        constraints = [
            models.UniqueConstraint(fields=["participation", "on"], name="evaluations_one_evening_a_day"),
            paired("need_met"),
        ]

    def __str__(self) -> str:
        return f"{self.participation} {self.on}"


class Insight(models.Model):
    """What somebody takes from a day, and whether to keep it, adapt it or leave it there."""

    id = public_id()
    evening = models.OneToOneField(DailyEvaluation, models.CASCADE, related_name="insight")
    text = models.TextField(_("what do you take from today?"), max_length=400)
    verdict = models.CharField(_("can you use it at home?"), max_length=6, choices=Verdict.choices, blank=True)
    OWNER = "evening__participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = {"text": personal.TRIP, "verdict": personal.TRIP}

    class Meta:
        verbose_name = _("insight")
        verbose_name_plural = _("insights")

    def __str__(self) -> str:
        return self.text


class GoalLevel(models.Model):
    """Where somebody stands on a goal: −2 to +2, or empty for "I don't know yet". Self-reported until confirmed."""

    goal = models.ForeignKey(LearningGoal, models.PROTECT, related_name="goal_levels")
    confirmed_at, confirmed_by = moment(), person()
    handed_back_at, handed_back_by = moment(), person()
    moment = models.CharField(_("moment"), max_length=10, choices=Moment.choices)
    on = models.DateField(_("day"), null=True, blank=True)
    level = models.SmallIntegerField(
        _("level"), null=True, blank=True, validators=[MinValueValidator(-2), MaxValueValidator(2)]
    )
    outcome = models.TextField(_("the outcome, in your own words"), max_length=600, blank=True)
    language = language()
    scored_at = models.DateTimeField()
    scored_by = person()
    handed_back_note = models.CharField(_("what to look at again"), max_length=300, blank=True)
    objects = LevelQuerySet.as_manager()
    OWNER = "goal__participation__user"
    GOES = {personal.TRIP: Q()}
    EXPLAINED_BY = ("goal",)
    PERSONAL = {
        "level": personal.TRIP,
        "outcome": personal.TRIP,
        "language": personal.TRIP,
        "scored_by": personal.TRIP,
        "handed_back_note": personal.TRIP,
        "handed_back_by": personal.HISTORY,
        "confirmed_by": personal.HISTORY,
    }

    class Meta:
        ordering = ["goal", "scored_at"]
        verbose_name = _("goal level")
        verbose_name_plural = _("goal levels")
        constraints = [
            models.CheckConstraint(
                condition=Q(moment=Moment.DAY, on__isnull=False) | (~Q(moment=Moment.DAY) & Q(on__isnull=True)),
                name="evaluations_level_day_has_date",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(-2, 2)), name="evaluations_level_in_range"
            ),
            models.UniqueConstraint(
                fields=["goal", "on"], condition=Q(moment=Moment.DAY), name="evaluations_level_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["goal", "moment"], condition=~Q(moment=Moment.DAY), name="evaluations_level_once"
            ),
            paired("confirmed"),
            paired("handed_back"),
        ]
        indexes = [models.Index(fields=["moment", "level"])]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.on or ''}: {self.level}"

    @property
    def state(self) -> str:
        """Confirmed, handed back or as its owner scored it."""
        if self.confirmed_at:
            return "confirmed"
        return "handed_back" if self.handed_back_at else "proposed"

    @property
    def meaning(self) -> str:
        """The owner's words for this level; nothing where the goal was not sharpened."""
        words: dict[int | None, str] = dict(self.goal.levels)
        return words.get(self.level, "") if self.goal.sharpened else ""


class ReturnEvaluation(models.Model):
    """What somebody says at the return meeting about the trip itself and the support at home."""

    participation = models.OneToOneField(Participation, models.PROTECT, related_name="return_evaluation")
    grade = models.PositiveSmallIntegerField(
        _("which grade do you give the trip?"), validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    support = models.PositiveSmallIntegerField(
        _("my manager helps me to use it"), null=True, blank=True, validators=SCALE
    )
    opportunity = models.PositiveSmallIntegerField(
        _("I get the chance to use it"), null=True, blank=True, validators=SCALE
    )
    learned = models.TextField(_("what did you learn that you did not expect?"), max_length=600, blank=True)
    language = language()
    answered_at = models.DateTimeField()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = dict.fromkeys("participation grade support opportunity learned language".split(), personal.TRIP)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("return evaluation")
        verbose_name_plural = _("return evaluations")

    def __str__(self) -> str:
        return str(self.participation)


class Presentation(models.Model):
    """What somebody presents at the return meeting."""

    id = public_id()
    participation = models.OneToOneField(Participation, models.PROTECT, related_name="presentation")
    title = models.CharField(_("title"), max_length=120, blank=True)  # the lead may give a slot before there is one
    text = models.TextField(_("in a few sentences"), max_length=2000, blank=True)
    link = models.URLField(_("link to your slides"), blank=True)
    language = language()
    starts_at = moment(verbose_name=_("slot"))
    held_at, held_by = moment(), person()
    changed_at = models.DateTimeField()
    objects = OwnedQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = dict.fromkeys("participation title text link language".split(), personal.TRIP) | {
        "held_by": personal.HISTORY
    }

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        constraints = [paired("held")]

    def __str__(self) -> str:
        return self.title


class Action(models.Model):
    """A dated step of somebody's spread-and-use plan, and what became of it."""

    id = public_id()
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="actions")
    title = models.CharField(_("what will you do?"), max_length=160)
    text = models.TextField(_("how, in a few words"), max_length=1000, blank=True)
    language = language()
    due_on = models.DateField(_("when"))
    audience = models.JSONField(_("for whom"), default=list, blank=True)  # JobRole values
    means = models.CharField(_("by which means"), max_length=14, choices=Means.choices, default=Means.TEAM_MEETING)
    partner = models.CharField(_("together with"), max_length=160, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="actions")
    goal = models.ForeignKey(LearningGoal, models.SET_NULL, null=True, blank=True, related_name="actions")
    status = models.CharField(_("status"), max_length=8, choices=ACTION.choices(), default="planned")
    rung = models.PositiveSmallIntegerField(_("how deep is it anchored?"), choices=Rung.choices, default=Rung.IDEA)
    evidence = models.TextField(_("what shows it, in your own words"), max_length=1000, blank=True)
    evidence_link = models.URLField(_("link to what shows it"), blank=True)
    created_at = models.DateTimeField()
    reported_at = moment()
    objects = OwnedQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = dict.fromkeys(
        "participation title text language audience means partner status rung evidence evidence_link".split(),
        personal.TRIP,
    )

    class Meta:
        ordering = ["due_on", "created_at"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")

    def __str__(self) -> str:
        return self.title


class Reach(models.Model):
    """How many colleagues of one staff type an action reached, as its owner says."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="reach")
    job_role = models.CharField(_("staff type"), max_length=30, choices=JobRole.choices)
    people = models.PositiveIntegerField(_("people"), validators=[MaxValueValidator(100_000)])
    OWNER = "action__participation__user"
    GOES = {personal.TRIP: Q()}
    EXPLAINED_BY = ("action",)
    PERSONAL = {"people": personal.TRIP}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "job_role"], name="evaluations_reach_once")]

    def __str__(self) -> str:
        return f"{self.get_job_role_display()}: {self.people}"


class FollowUp(models.Model):
    """What somebody answers one year on. The recall is written before the old answers are shown."""

    participation = models.OneToOneField(Participation, models.PROTECT, related_name="follow_up")
    recall = models.TextField(_("what do you still remember and use?"), max_length=2000, blank=True)
    recalled_at = moment()
    support = models.PositiveSmallIntegerField(
        _("my manager helped me to use it"), null=True, blank=True, validators=SCALE
    )
    opportunity = models.PositiveSmallIntegerField(
        _("I got the chance to use it"), null=True, blank=True, validators=SCALE
    )
    students = models.TextField(_("what do students notice?"), max_length=1000, blank=True)
    moved = models.BooleanField(_("I changed job or school"), default=False)
    language = language()
    answered_at = moment()
    objects = OwnedQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = dict.fromkeys("participation recall support opportunity students moved language".split(), personal.TRIP)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")

    def __str__(self) -> str:
        return str(self.participation)


def folded(word: str) -> str:
    """A word as it is counted: whoever writes it with a capital says the same."""
    return word.strip().casefold()


class OneWord(models.Model):
    """The trip in one word (up to 40 characters), asked at return and again, unseen, after a year."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="words")
    moment = models.CharField(max_length=10, choices=[m for m in Moment.choices if m[0] in ("return", "one_year")])
    word = models.CharField(_("the trip in one word"), max_length=40)
    language = language()
    consent = models.BooleanField(_("this word may stand in the report, without my name"), default=False)
    public = models.BooleanField(_("and on the public page of the trip"), default=False)
    written_at = models.DateTimeField()
    objects = OwnedQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = {"participation": personal.TRIP, "word": personal.TRIP, "language": personal.TRIP}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "moment"], name="evaluations_word_once"),
            # What stands in public is a part of what stands in the report, so that taking it back reaches both.
            models.CheckConstraint(condition=Q(public=False) | Q(consent=True), name="evaluations_word_public"),
        ]
        verbose_name = _("one word")
        verbose_name_plural = _("one words")

    def __str__(self) -> str:
        return self.word
