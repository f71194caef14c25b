"""Everything mailed stands here first."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import SearchWords, language, moment, person, public_id
from exchange.outbox.lifecycle import CANCELLED, MESSAGE, QUEUED
from exchange.privacy import declared as personal
from exchange.signed_in import User

#: What anybody ever reads here; the rest is sealed.
READABLE = Q(sealed=False)


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "MessageQuerySet":
        """Administrators and the lead of its trip see a message, and whoever it is for; sealed ones nobody."""
        seen = self.filter(sealed=False)
        if user.is_administrator:
            return seen
        return seen.filter((Q(recipient=user) & ~Q(status=CANCELLED)) | Q(trip__in=user.leads))

    def of_trip(self, trip: Any) -> "MessageQuerySet":
        """What was mailed about a trip, for who leads it."""
        return self.filter(sealed=False, trip=trip)

    def mine(self, user: User) -> "MessageQuerySet":
        """What was mailed to somebody, without what was withdrawn before it left."""
        return self.filter(sealed=False, recipient=user).exclude(status=CANCELLED)


class OutboxMessage(models.Model):
    """One mail to one address. `links` are rendered into the body at delivery; a sealed body is never shown."""

    id = public_id()
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    to = models.EmailField(_("to"))
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mail")
    language = language()
    trip = models.UUIDField(null=True, blank=True, db_index=True)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"), blank=True)
    links = models.JSONField(default=dict, blank=True)
    reply_to = models.EmailField(blank=True)
    sealed = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=5)
    status = models.CharField(_("status"), max_length=12, choices=MESSAGE.choices(), default=QUEUED)
    queued_at = models.DateTimeField(_("queued"))
    queued_by = person()
    expires_at = moment()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claimed_at = moment()
    sent_at = moment(verbose_name=_("sent"))
    last_error = models.CharField(max_length=500, blank=True)
    search_words = SearchWords("subject", "to")

    objects = MessageQuerySet.as_manager()
    OWNER = "recipient"
    SHOWN = ("to", "subject", "body", "queued_at", "sent_at")
    SHOWN_WHERE = READABLE & ~Q(status=CANCELLED)
    SINCE = {personal.MAIL: ("sent_at", "queued_at")}
    IMPERSONAL = ("key", "kind")
    PERSONAL = {
        "to": personal.MAIL,
        "recipient": personal.MAIL,
        "subject": personal.MAIL,
        "body": personal.MAIL,
        "links": personal.MAIL,
        "reply_to": personal.MAIL,
        "queued_by": personal.HISTORY,
        "last_error": personal.MAIL,
        "search_words": personal.MAIL,
    }

    class Meta:
        ordering = ["-queued_at", "id"]
        indexes = [
            models.Index(fields=["status", "priority", "next_attempt_at"], name="outbox_due"),
            models.Index(fields=["trip", "status", "-queued_at", "id"], condition=READABLE, name="outbox_of_trip"),
            models.Index(fields=["status", "-queued_at", "id"], condition=READABLE, name="outbox_of_all"),
            models.Index(fields=["recipient", "-queued_at", "id"], condition=READABLE, name="outbox_of_one"),
            models.Index(fields=["trip", "kind"], condition=READABLE, name="outbox_kinds"),
        ]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def expired(self) -> bool:
        """Whether what it says has had its day."""
        return self.expires_at is not None and self.expires_at <= clock.now()
