"""A trip and all that belongs to it whoever comes along: theme, hosts, programme, meetings, travellers, goals."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import Said, Words, language, moment, one_language, paired, person, public_id
from exchange.people.lifecycle import JobRole
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import PARTICIPATION, Phase, TeamRole, phase, phase_case

# --- theme and framework --------------------------------------------------------------------------


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


# --- hosts ----------------------------------------------------------------------------------------


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


# --- the trip -------------------------------------------------------------------------------------


class TripQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "TripQuerySet":
        """The trips somebody may work on: the own team's; administrators all."""
        if user.is_administrator:
            return self
        return self.filter(pk__in={member.trip_id for member in user.teams})

    def public(self) -> "TripQuerySet":
        """What anybody may see: announced trips, those cancelled after that included."""
        return self.filter(announced_at__isnull=False)

    def with_phase(self, now: datetime) -> "TripQuerySet":
        """Annotate `phase_now`, the same answer as `Trip.phase`."""
        return self.annotate(phase_now=phase_case(now))


class Trip(models.Model):
    """A study trip: the facts, the dates, and the four decisions people make about it."""

    id = public_id()
    slug = models.SlugField(_("address"), unique=True, max_length=60)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="trips", verbose_name=_("theme"))
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="trips", verbose_name=_("framework"))
    title_nl = models.CharField(_("title (Dutch)"), max_length=80, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=80, blank=True)
    code = models.CharField(_("three letters for certificate numbers"), max_length=3, default="TRP")
    city = models.CharField(_("city"), max_length=80, blank=True)
    country_nl = models.CharField(_("country (Dutch)"), max_length=60, blank=True)
    country_en = models.CharField(_("country (English)"), max_length=60, blank=True)
    question_nl = models.CharField(_("central question (Dutch)"), max_length=300, blank=True)
    question_en = models.CharField(_("central question (English)"), max_length=300, blank=True)
    need_nl = models.TextField(_("need (Dutch)"), max_length=3000, blank=True)
    need_en = models.TextField(_("need (English)"), max_length=3000, blank=True)
    audience_nl = models.TextField(_("who it is for (Dutch)"), max_length=2000, blank=True)
    audience_en = models.TextField(_("who it is for (English)"), max_length=2000, blank=True)
    costs_nl = models.CharField(_("who pays what (Dutch)"), max_length=300, blank=True)
    costs_en = models.CharField(_("who pays what (English)"), max_length=300, blank=True)

    opens_at = moment(verbose_name=_("call opens"))
    closes_at = moment(verbose_name=_("call closes"))
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes of grace after closing"), default=15, validators=[MaxValueValidator(120)]
    )
    endorse_by_at = moment(verbose_name=_("managers answer by"))
    departs_on = models.DateField(_("departure"), null=True, blank=True)
    returns_on = models.DateField(_("return"), null=True, blank=True)
    return_meeting_on = models.DateField(_("return meeting"), null=True, blank=True)
    follow_up_on = models.DateField(_("one-year follow-up day"), null=True, blank=True)
    time_zone = models.CharField(_("time zone at the destination"), max_length=40, default="Europe/London")

    places = models.PositiveSmallIntegerField(_("places"), default=16, validators=[MinValueValidator(1)])
    max_per_school = models.PositiveSmallIntegerField(
        _("at most per school"), default=3, validators=[MinValueValidator(1)]
    )
    hours_before = models.PositiveSmallIntegerField(_("hours asked before"), default=12)
    hours_during = models.PositiveSmallIntegerField(_("hours asked during"), default=32)
    hours_after = models.PositiveSmallIntegerField(_("hours asked after"), default=12)
    reply_days = models.PositiveSmallIntegerField(_("working days to answer an offer"), default=5)
    attendance_percent = models.PositiveSmallIntegerField(
        _("days present for a certificate (%)"), default=80, validators=[MaxValueValidator(100)]
    )
    minimum_people = models.PositiveSmallIntegerField(
        _("smallest group shown"), default=5, validators=[MinValueValidator(3)]
    )
    reviewers_each = models.PositiveSmallIntegerField(_("reviewers per application"), default=2)
    coordinators_read = models.BooleanField(_("coordinators read what people of their own school sent"), default=False)

    cost_planned = models.DecimalField(_("planned cost (€)"), max_digits=9, decimal_places=2, null=True, blank=True)
    cost_actual = models.DecimalField(_("actual cost (€)"), max_digits=9, decimal_places=2, null=True, blank=True)
    team_hours_planned = models.PositiveIntegerField(_("planned hours of the team"), null=True, blank=True)
    team_hours_actual = models.PositiveIntegerField(_("actual hours of the team"), null=True, blank=True)

    announced_at, announced_by = moment(), person()
    published_at, published_by = moment(), person()
    closed_at, closed_by = moment(), person()
    cancelled_at, cancelled_by = moment(), person()
    cancel_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    created_at = models.DateTimeField()

    hosts = models.ManyToManyField(HostOrganisation, through="TripHost", related_name="trips")
    title, country, question, need, audience, costs = Words(), Words(), Words(), Words(), Words(), Words()

    objects = TripQuerySet.as_manager()
    IMPERSONAL = ("code", "city", "time_zone", "cancel_reason")
    PERSONAL = {
        "announced_by": personal.HISTORY,
        "published_by": personal.HISTORY,
        "closed_by": personal.HISTORY,
        "cancelled_by": personal.HISTORY,
    }

    class Meta:
        ordering = ["-departs_on", "slug"]
        verbose_name = _("trip")
        verbose_name_plural = _("trips")
        constraints = [
            one_language("title"),
            paired("announced"),
            paired("published"),
            paired("closed"),
            paired("cancelled"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="trips_trip_opens_before_closes"),
            models.CheckConstraint(
                condition=Q(departs_on__lte=F("returns_on"))
                & Q(returns_on__lt=F("return_meeting_on"))
                & Q(return_meeting_on__lt=F("follow_up_on")),
                name="trips_trip_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True)
                | Q(
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    endorse_by_at__isnull=False,
                    departs_on__isnull=False,
                    returns_on__isnull=False,
                    return_meeting_on__isnull=False,
                    follow_up_on__isnull=False,
                ),
                name="trips_trip_announced_has_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.departs_on.year}" if self.departs_on else str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("trips:detail", args=[self.slug])

    @property
    def phase(self) -> Phase:
        """The phase now."""
        return phase(self, clock.now())

    @property
    def accepts_until(self) -> datetime:
        """Until when what was begun in time is still taken: closing and the grace that nobody is told of."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def days(self) -> list[date]:
        """The days of the trip, at the destination; empty without dates."""
        if not (self.departs_on and self.returns_on):
            return []
        return [self.departs_on + timedelta(n) for n in range((self.returns_on - self.departs_on).days + 1)]

    @property
    def today(self) -> date:
        """The date at the destination."""
        return clock.today(self.zone)

    @property
    def hours_asked(self) -> int:
        return self.hours_before + self.hours_during + self.hours_after


class TeamMember(models.Model):
    """Somebody's role in the team of one trip. One person may hold several."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="team_memberships")
    role = models.CharField(_("role"), max_length=12, choices=TeamRole.choices)
    phone = models.CharField(_("phone on the road"), max_length=30, blank=True)
    given_at = models.DateTimeField()
    given_by = person()
    OWNER = "user"
    PERSONAL = {"user": personal.TRIP, "phone": personal.ROAD, "given_by": personal.HISTORY}

    class Meta:
        ordering = ["role", "user__name"]
        constraints = [models.UniqueConstraint(fields=["trip", "user", "role"], name="trips_team_once")]
        verbose_name = _("team member")
        verbose_name_plural = _("team")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class TripHost(models.Model):
    """A host of a trip, with what the preparatory visit found."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="trip_hosts")
    host = models.ForeignKey(HostOrganisation, models.PROTECT, related_name="trip_hosts")
    order = models.PositiveSmallIntegerField(default=0)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["order", "host__name"]
        constraints = [models.UniqueConstraint(fields=["trip", "host"], name="trips_host_once")]

    def __str__(self) -> str:
        return str(self.host)


class PreVisit(models.Model):
    """A preparatory visit to a host: when, by whom, what was found, go or no-go."""

    id = public_id()
    host = models.ForeignKey(HostOrganisation, models.PROTECT, related_name="pre_visits")
    visited_on = models.DateField(_("visited on"))
    visited_by = person(verbose_name=_("visited by"))
    findings = models.TextField(_("findings"), max_length=3000, blank=True)
    go = models.BooleanField(_("go"), default=True)
    OWNER = "visited_by"
    SINCE = {personal.TRIP: "host__trip_hosts__trip__closed_at"}
    PERSONAL = {"visited_by": personal.TRIP, "findings": personal.TRIP}

    class Meta:
        ordering = ["-visited_on"]
        verbose_name = _("preparatory visit")
        verbose_name_plural = _("preparatory visits")

    def __str__(self) -> str:
        return f"{self.host} · {self.visited_on}"


class ProgrammeKind(models.TextChoices):
    VISIT = "visit", _("school visit")
    TRAINING = "training", _("training")
    MEETING = "meeting", _("meeting")
    TRAVEL = "travel", _("travel")
    EVENING = "evening", _("evening")


class ProgrammeItem(models.Model):
    """Something on the programme of a day, in the time of the destination, with its hours by kind."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="programme")
    on = models.DateField(_("day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ProgrammeKind.choices)
    title_nl = models.CharField(_("title (Dutch)"), max_length=160, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    text_nl = models.TextField(_("text (Dutch)"), max_length=1000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=1000, blank=True)
    host = models.ForeignKey(HostOrganisation, models.PROTECT, null=True, blank=True, verbose_name=_("host"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1, default=0)
    sequence = models.PositiveIntegerField(default=0)
    title, text = Words(), Words()
    IMPERSONAL = ("place",)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["on", F("starts").asc(nulls_first=True), "id"]
        constraints = [one_language("title")]
        verbose_name = _("programme item")
        verbose_name_plural = _("programme")

    def __str__(self) -> str:
        return f"{self.on} {self.title}"


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
    ends_at = models.DateTimeField(_("until"))
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
        return self.starts_at.astimezone(clock.HOME).date()


# --- who goes along -------------------------------------------------------------------------------


class ParticipationQuerySet(models.QuerySet):
    def active(self) -> "ParticipationQuerySet":
        """Those who (still) go or went along."""
        return self.filter(status="active")

    def named(self, words: str) -> "ParticipationQuerySet":
        """Those whose name or school holds these words."""
        found = self
        for word in words.split():
            found = found.filter(Q(printed_name__icontains=word) | Q(institution__name__icontains=word))
        return found

    def visible_to(self, user: Any) -> "ParticipationQuerySet":
        """The own ones, and those of trips whose lead or companion one is; administrators all."""
        if user.is_administrator:
            return self
        mine = [m.trip_id for m in user.teams if m.role in (TeamRole.LEAD, TeamRole.COMPANION)]
        return self.filter(Q(user=user) | Q(trip__in=mine))


class Participation(models.Model):
    """Somebody's place on a trip, made only by confirming an offer. School, role and name are copies of that moment."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="participations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="participations")
    institution = models.ForeignKey("people.Institution", models.PROTECT, related_name="+", verbose_name=_("school"))
    job_role = models.CharField(_("job role"), max_length=30, choices=JobRole.choices)
    printed_name = models.CharField(_("name as printed"), max_length=120)
    status = models.CharField(_("status"), max_length=12, choices=PARTICIPATION.choices(), default="active")
    confirmed_at = models.DateTimeField()
    phone = models.CharField(_("phone on the road"), max_length=30, blank=True)
    cancelled_at, cancelled_by = moment(), person()
    cancel_reason = models.TextField(_("reason"), max_length=1000, blank=True)

    objects = ParticipationQuerySet.as_manager()
    OWNER = "user"
    PERSONAL = {
        "user": personal.TRIP,
        "institution": personal.TRIP,
        "job_role": personal.TRIP,
        "printed_name": personal.TRIP,
        "phone": personal.ROAD,
        "cancelled_by": personal.HISTORY,
        "cancel_reason": personal.TRIP,
    }

    class Meta:
        ordering = ["printed_name"]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["trip", "user"], name="trips_participation_once"),
            paired("cancelled"),
            models.CheckConstraint(
                condition=Q(status="active", cancelled_at=None) | Q(status="cancelled", cancelled_at__isnull=False),
                name="trips_participation_cancelled_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name} · {self.trip}"

    @property
    def cancelled_before_departure(self) -> bool:
        """Whether the place was given back before the day of departure."""
        return bool(self.cancelled_at and self.cancelled_at.astimezone(clock.HOME).date() < self.trip.departs_on)


class MeetingReply(models.Model):
    """Whether a participant comes to a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="replies")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="replies")
    coming = models.BooleanField(_("coming"))
    replied_at = models.DateTimeField()
    OWNER = "participation__user"
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


# --- the red thread -------------------------------------------------------------------------------

LEVELS = (-2, -1, 0, 1, 2)


class GoalQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "GoalQuerySet":
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
