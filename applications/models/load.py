"""How much one reviewer reads of one trip."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.privacy import declared as personal
from exchange.trips.models import Trip


class Load(models.Model):
    """The assessments of one reviewer of applications that stand, counted. Derived, as lines are."""

    id = models.BigAutoField(primary_key=True)
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="loads")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    to_read = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)
    OWNER, SHOWN, SHOWN_WHERE = "reviewer", (), models.Q(pk=None)
    DERIVED = True
    PERSONAL = {"reviewer": personal.HISTORY}

    class Meta:
        ordering = ["trip", "reviewer"]
        verbose_name = _("load of a reviewer")
        verbose_name_plural = _("loads of reviewers")
        constraints = [models.UniqueConstraint(fields=["trip", "reviewer"], name="applications_load_once")]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.to_read} + {self.finished}"

    @property
    def assigned(self) -> int:
        return self.to_read + self.finished
