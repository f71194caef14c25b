"""Themes, and the words of their frameworks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.fields import Words, one_language, public_id
from exchange.privacy import declared as personal


class Theme(models.Model):
    """What a trip is about. One theme can have several trips."""

    id = public_id()
    slug = models.SlugField(unique=True)
    title_nl = models.CharField(_("title (Dutch)"), max_length=120, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    text_nl = models.TextField(_("what it means (Dutch)"), max_length=2000, blank=True)
    text_en = models.TextField(_("what it means (English)"), max_length=2000, blank=True)
    title, text = Words(), Words()
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["slug"]
        constraints = [one_language("title")]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.title


class Framework(models.Model):
    """A vocabulary of tags for a theme. Immutable once a trip uses it: a change is a new version."""

    id = public_id()
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="frameworks")
    version = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=200, blank=True)
    IMPERSONAL = ("source",)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["theme", "-version"]
        constraints = [models.UniqueConstraint(fields=["theme", "version"], name="trips_framework_version")]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return f"{self.theme} · {self.version}"

    @property
    def in_use(self) -> bool:
        return self.trips.exists()


class Dimension(models.Model):
    """One way of looking: level, setting, partner, domain, approach."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="dimensions")
    key = models.SlugField(max_length=30)
    name_nl = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    name = Words()
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["order"]
        constraints = [
            one_language("name"),
            models.UniqueConstraint(fields=["framework", "key"], name="trips_dimension_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word of the framework that goals and actions are tagged with."""

    dimension = models.ForeignKey(Dimension, models.CASCADE, related_name="tags")
    key = models.SlugField(max_length=40)
    name_nl = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    name = Words()
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["dimension__order", "order"]
        constraints = [one_language("name"), models.UniqueConstraint(fields=["dimension", "key"], name="trips_tag_key")]

    def __str__(self) -> str:
        return self.name
