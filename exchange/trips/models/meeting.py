"""Meetings in the Netherlands, and who was there."""

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import Words, moment, person, public_id
from exchange.privacy import declared as personal
from exchange.trips.models.participation import Participation
from exchange.trips.models.trip import Trip


class MeetingKind(models.TextChoices):
    PREPARATION = "preparation", _("preparation meeting")
    RETURN = "return", _("return meeting")
    FOLLOW_UP = "follow_up", _("one-year follow-up day")


class Meeting(models.Model):
    """A meeting in the Netherlands, before or after the trip."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = moment(verbose_name=_("until"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    link = models.URLField(_("link for those who join online"), blank=True)
    agenda_nl = models.TextField(_("agenda (Dutch)"), max_length=3000, blank=True)
    agenda_en = models.TextField(_("agenda (English)"), max_length=3000, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    agenda = Words()
    IMPERSONAL = ("place", "link")
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="trips_meeting_ends_after_start"),
            models.UniqueConstraint(
                fields=["trip", "kind"],
                condition=Q(kind__in=["return", "follow_up"]),
                name="trips_meeting_one_return_one_follow_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at.astimezone(clock.HOME):%Y-%m-%d}"

    @property
    def on(self) -> date:
        """The Dutch date of the meeting."""
        return clock.day_of(self.starts_at)

    @property
    def over_at(self) -> datetime:
        """When it is over: at its end, or without one at the end of its day."""
        return self.ends_at or datetime.combine(self.on + timedelta(days=1), time(0), tzinfo=clock.HOME)


class MeetingReply(models.Model):
    """Whether a participant comes to a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="replies")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="replies")
    coming = models.BooleanField(_("coming"))
    replied_at = models.DateTimeField()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = {"participation": personal.TRIP, "coming": personal.TRIP}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "participation"], name="trips_reply_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.coming}"


class Attendance(models.Model):
    """Who was there: at a meeting, or on a day of the trip. Ticked by hand."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="attendance")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="attendance")
    on = models.DateField(null=True, blank=True)
    present = models.BooleanField(_("present"))
    ticked_at = models.DateTimeField()
    ticked_by = person()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = {"participation": personal.TRIP, "present": personal.TRIP, "ticked_by": personal.HISTORY}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=True, on__isnull=False) | Q(meeting__isnull=False, on__isnull=True),
                name="trips_attendance_meeting_or_day",
            ),
            models.UniqueConstraint(
                fields=["participation", "meeting"], condition=Q(meeting__isnull=False), name="trips_attendance_meeting"
            ),
            models.UniqueConstraint(
                fields=["participation", "on"], condition=Q(on__isnull=False), name="trips_attendance_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.on or self.meeting_id} {self.present}"
