"""Who receives us abroad."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.fields import Words, public_id
from exchange.privacy import declared as personal


class HostOrganisation(models.Model):
    """A school or organisation abroad that receives us."""

    id = public_id()
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=80)
    country = models.CharField(_("country"), max_length=60)
    website = models.URLField(_("website"), blank=True)
    good_at_nl = models.TextField(_("what it is good at (Dutch)"), max_length=1000, blank=True)
    good_at_en = models.TextField(_("what it is good at (English)"), max_length=1000, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact"), blank=True)
    good_at = Words()
    IMPERSONAL = ("name", "place", "country", "website")
    SINCE = {personal.TRIP: "trip_hosts__trip__closed_at"}
    PERSONAL = {"contact_name": personal.TRIP, "contact_email": personal.TRIP}

    class Meta:
        ordering = ["name"]
        verbose_name = _("host organisation")
        verbose_name_plural = _("host organisations")

    def __str__(self) -> str:
        return self.name
