"""Who receives us abroad."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.fields import SearchWords, Words, holding, one_language, public_id
from exchange.privacy import declared as personal


class HostQuerySet(models.QuerySet):
    def named(self, words: str) -> "HostQuerySet":
        """Those in whose name, place or country these words stand."""
        return self.filter(holding(words, "search_words"))


class HostOrganisation(models.Model):
    """A school or organisation abroad that receives us."""

    id = public_id()
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=80)
    country_nl = models.CharField(_("country (Dutch)"), max_length=60, blank=True)
    country_en = models.CharField(_("country (English)"), max_length=60, blank=True)
    website = models.URLField(_("website"), blank=True)
    good_at_nl = models.TextField(_("what it is good at (Dutch)"), max_length=1000, blank=True)
    good_at_en = models.TextField(_("what it is good at (English)"), max_length=1000, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact"), blank=True)
    search_words = SearchWords("name", "place", "country_nl", "country_en")
    country, good_at = Words(), Words()

    objects = HostQuerySet.as_manager()
    IMPERSONAL = ("name", "place", "website", "search_words")
    SINCE = {personal.TRIP: ("trip_hosts__trip",)}
    PERSONAL = {"contact_name": personal.TRIP, "contact_email": personal.TRIP}

    class Meta:
        ordering = ["name"]
        verbose_name = _("host organisation")
        verbose_name_plural = _("host organisations")
        constraints = [one_language("country")]

    def __str__(self) -> str:
        return self.name
