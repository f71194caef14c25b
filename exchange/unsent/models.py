"""What somebody typed and did not send yet; and which page was sent last, so that it is not taken twice."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.privacy import declared as personal


class Unsent(models.Model):
    """The text of one form of one person, as it stood at the last pause in typing. Nobody else reads or counts it."""

    id = models.BigAutoField(primary_key=True)
    author: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    #: The address of the page, and which of its forms.
    form = models.CharField(_("page"), max_length=300)
    #: Pairs of a name and a value, as the page sends them.
    fields = models.JSONField(_("what was typed"))
    #: A digest of what stood in the form before anything was typed: whether it is still the same.
    base = models.CharField(max_length=20)
    saved_at = models.DateTimeField(_("saved"))

    OWNER = "author"
    PERSONAL = {"author": personal.UNSENT, "form": personal.UNSENT, "fields": personal.UNSENT}
    SINCE, GOES = {personal.UNSENT: ("saved_at",)}, {personal.UNSENT: models.Q()}
    IMPERSONAL = ("base",)

    class Meta:
        verbose_name = _("unsent text")
        verbose_name_plural = _("unsent texts")
        constraints = [models.UniqueConstraint(fields=["author", "form"], name="unsent_once")]

    def __str__(self) -> str:
        return self.form


class Sending(models.Model):
    """The page that was sent last, by one person to one address: sent again, it is the same thing and not another."""

    #: A digest of the person and the address.
    sender = models.CharField(max_length=64, primary_key=True)
    #: A digest of the page and of all that stood on it.
    page = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    #: Where it led, once it was taken.
    led_to = models.CharField(max_length=500, blank=True, default="")
    PERSONAL: dict[str, personal.Keep] = {}
    IMPERSONAL = ("sender", "page", "led_to")

    class Meta:
        verbose_name = _("page that was sent")
        verbose_name_plural = _("pages that were sent")

    def __str__(self) -> str:
        return self.sender
