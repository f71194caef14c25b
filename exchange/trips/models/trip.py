"""A trip and its team."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import SearchWords, Words, holding, moment, one_language, paired, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import Phase, TeamRole, by_phase, phase, phase_case
from exchange.trips.models.host import HostOrganisation
from exchange.trips.models.theme import Framework, Theme


class TripQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TripQuerySet":
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

    def in_public_order(self, now: datetime) -> "TripQuerySet":
        """Open calls by their end, then what opens by its begin, then the rest: completed trips last, latest first."""
        places = dict.fromkeys(Phase, 2) | {Phase.CALL: 0, Phase.PLANNING: 1, Phase.CLOSED: 3}
        ahead = (When(opens_at__gt=now, then=F("opens_at")), When(closes_at__gt=now, then=F("closes_at")))
        next_at = Case(When(closed_at__isnull=False, then=None), *ahead)
        place = by_phase(now, places, models.PositiveSmallIntegerField())
        return self.order_by(place, next_at, "-departs_on", "slug")

    def named(self, words: str) -> "TripQuerySet":
        """Those in whose title, city or country these words stand, in either language."""
        return self.filter(holding(words, "search_words"))


class Trip(models.Model):
    """A study trip: the facts, the dates, and the four decisions people make about it."""

    id = public_id()
    slug = models.SlugField(_("address"), unique=True, max_length=60)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="trips", verbose_name=_("theme"))
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="trips", verbose_name=_("framework"))
    title_nl = models.CharField(_("title (Dutch)"), max_length=80, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=80, blank=True)
    code = models.CharField(_("three letters for certificate numbers"), max_length=3, default="TRP")
    city_nl = models.CharField(_("city (Dutch)"), max_length=80, blank=True)
    city_en = models.CharField(_("city (English)"), max_length=80, blank=True)
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

    contact_email = models.EmailField(_("address for questions"), blank=True)

    opens_at = moment(verbose_name=_("call opens"))
    closes_at = moment(verbose_name=_("call closes"))
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes of grace after closing"), default=15, validators=[MaxValueValidator(120)]
    )
    endorse_by_at = moment(verbose_name=_("managers answer by"))
    letters_on = models.DateField(_("applicants hear on"), null=True, blank=True)
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
    #: Rises with what stands of the trip itself in people's calendars.
    sequence = models.PositiveIntegerField(default=0)
    search_words = SearchWords("title_nl", "title_en", "city_nl", "city_en", "country_nl", "country_en")

    hosts = models.ManyToManyField(HostOrganisation, through="TripHost", related_name="trips")
    title, city, country = Words(), Words(), Words()
    question, need, audience, costs = Words(), Words(), Words(), Words()

    objects = TripQuerySet.as_manager()
    IMPERSONAL = ("code", "time_zone", "cancel_reason", "contact_email", "search_words")
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
    def numbers_are_over(self) -> bool:
        """Whether the day has come on which phone numbers of this trip are deleted; the purge need not have run."""
        return self.returns_on is not None and personal.ROAD.over(self.returns_on, clock.today())

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
    GOES = {personal.TRIP: Q()}
    PERSONAL = {"user": personal.TRIP, "phone": personal.ROAD, "given_by": personal.HISTORY}

    class Meta:
        ordering = ["role", "user__name"]
        constraints = [models.UniqueConstraint(fields=["trip", "user", "role"], name="trips_team_once")]
        verbose_name = _("team member")
        verbose_name_plural = _("team")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def number(self) -> str:
        """The phone, for as long as it is kept."""
        return "" if self.trip.numbers_are_over else self.phone
