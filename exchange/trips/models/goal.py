"""What a participant wants to be able to do."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.fields import Said, language, moment, paired, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.models.participation import Participation
from exchange.trips.models.theme import Tag

LEVELS = (-2, -1, 0, 1, 2)


class GoalQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "GoalQuerySet":
        """The owner, and lead and companions of the trip; administrators all (with a reason, asked by the view)."""
        return self.filter(participation__in=Participation.objects.visible_to(user))


class LearningGoal(models.Model):
    """What a participant wants to be able to do, with five levels in words once it is sharpened.

    Levels run from −2 (much less than expected) over 0 (expected) to +2 (Kiresuk & Sherman 1968).
    """

    id = public_id()
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(default=1)
    language = language()
    proposed_text = models.CharField(max_length=300)
    students_notice = models.CharField(_("what will students notice?"), max_length=300, blank=True)
    others_see = models.CharField(_("how will others see it?"), max_length=300, blank=True)
    proposed_at = models.DateTimeField()
    text = models.CharField(_("what do you want to be able to do?"), max_length=300, blank=True)
    level_m2 = models.CharField(_("much less than expected"), max_length=200, blank=True)
    level_m1 = models.CharField(_("somewhat less than expected"), max_length=200, blank=True)
    level_0 = models.CharField(_("as expected"), max_length=200, blank=True)
    level_p1 = models.CharField(_("somewhat more than expected"), max_length=200, blank=True)
    level_p2 = models.CharField(_("much more than expected"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    sharpened_at, sharpened_by = moment(), person()
    tags = models.ManyToManyField(Tag, blank=True, related_name="goals")

    objects = GoalQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: models.Q()}
    PERSONAL = dict.fromkeys(
        (
            "participation proposed_text students_notice others_see text "
            "level_m2 level_m1 level_0 level_p1 level_p2 language"
        ).split(),
        personal.TRIP,
    ) | {"sharpened_by": personal.HISTORY}

    class Meta:
        ordering = ["participation", "order"]
        verbose_name = _("learning goal")
        verbose_name_plural = _("learning goals")
        constraints = [paired("sharpened")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> Said:
        """The goal as it stands: sharpened if it was, else as proposed."""
        return Said(self.text or self.proposed_text, self.language)

    @property
    def sharpened(self) -> bool:
        return self.sharpened_at is not None

    @property
    def levels(self) -> list[tuple[int, str]]:
        """The five levels with their words, from −2 to +2."""
        return list(
            zip(LEVELS, (self.level_m2, self.level_m1, self.level_0, self.level_p1, self.level_p2), strict=True)
        )
