"""When schools are closed."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange.fields import Words, one_language
from exchange.privacy import declared as personal


class HolidayQuerySet(models.QuerySet):
    def between(self, first: date, last: date) -> "HolidayQuerySet":
        """Those of which at least a day lies between these days, both included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class SchoolHoliday(models.Model):
    """A holiday of the schools in the alliance, in which nobody answers; administrators write them down."""

    name_nl = models.CharField(_("name (Dutch)"), max_length=80, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    name = Words()

    objects = HolidayQuerySet.as_manager()
    IMPERSONAL = ("name_nl", "name_en")
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("school holiday")
        verbose_name_plural = _("school holidays")
        constraints = [
            one_language("name"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="trips_holiday_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on.year}"
