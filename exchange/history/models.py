"""Who did what and when: append-only, without quoting what people wrote."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.privacy import declared as personal
from exchange.signed_in import User


class HistoryQuerySet(models.QuerySet):
    def update(self, **fields: Any) -> int:
        raise TypeError("History is never edited.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError("History is never edited.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("History is never deleted.")

    def visible_to(self, user: User) -> "HistoryQuerySet":
        """Administrators all; others what they did and what concerns them. A trip's page adds its own scope."""
        if user.is_administrator:
            return self
        return self.filter(Q(by=user) | Q(concerns=user.pk))

    def of_account(self, user: User) -> "HistoryQuerySet":
        """What happened to an account, who looked at what of its owner, and what was taken or refused with it."""
        return self.filter(Q(concerns=user.pk) | Q(by=user, verb__in=("export.take", "right.refuse")))


class HistoryEntry(models.Model):
    """One deed. `about_model`, `about_id` and `trip` name records without foreign keys: entries outlive rows."""

    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="deeds")
    verb = models.CharField(_("what"), max_length=60)
    about_model = models.CharField(max_length=60)
    about_id = models.CharField(max_length=40)
    trip = models.UUIDField(null=True, blank=True, db_index=True)
    #: Whose account or text it is, where that is theirs to know.
    concerns = models.UUIDField(null=True, blank=True, db_index=True)
    source = models.CharField(max_length=30, blank=True)
    target = models.CharField(max_length=30, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    facts = models.JSONField(default=dict, blank=True)

    objects = HistoryQuerySet.as_manager()
    OWNER = "by"
    SHOWN = ("at", "verb", "reason")
    IMPERSONAL = ("verb", "about_model", "about_id", "source", "target")
    SINCE, GOES = {personal.HISTORY: ("at",)}, {personal.HISTORY: Q()}
    PERSONAL = {"by": personal.HISTORY, "reason": personal.HISTORY, "facts": personal.HISTORY}

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["about_model", "about_id"]),
            models.Index(fields=["-at", "-id"], name="history_latest"),
            models.Index(fields=["trip", "-at", "-id"], name="history_latest_of_trip"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(verb=""), name="history_has_verb")]
        verbose_name = _("history entry")
        verbose_name_plural = _("history")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("History is never edited.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("History is never deleted.")
