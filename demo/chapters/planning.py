"""From the first plan to a trip that is ready for its call."""

from datetime import date, time, timedelta
from decimal import Decimal

from applications.assessing.actions_rubric import make_rubric
from demo.chapters.base import Chapter, Storyline
from demo.trips import AUDIENCE, COSTS, DAYS, GOOD_AT, NEED
from exchange import clock
from exchange.trips.actions.meetings import save_meeting
from exchange.trips.actions.programme import save_item
from exchange.trips.actions.travellers import set_phone
from exchange.trips.actions.trip import create_trip, give_team_role, take_team_role
from exchange.trips.hosts.actions import add_host, note_visit
from exchange.trips.models import (
    HostOrganisation,
    Meeting,
    MeetingKind,
    PreVisit,
    ProgrammeItem,
    Theme,
    Trip,
)
from exchange.trips.permissions import can_create
from exchange.trips.working_days import working_days


def thursday(on: date) -> date:
    """That day or the first Thursday after it: nobody meets on a Saturday."""
    return on + timedelta((3 - on.weekday()) % 7)


class Planning(Chapter):
    """From the first plan to a trip that is ready for its call."""

    def plan(self) -> Storyline:
        spec = self.spec
        yield self.day(min(spec.opens - 40, -8), 10)
        trip = self._start()
        complete = spec.ends != "planning"
        for number, name in enumerate((*spec.hosts, *spec.unvisited)):
            good_at = GOOD_AT[(number + spec.days + len(spec.slug)) % len(GOOD_AT)]
            host = HostOrganisation.objects.filter(name=name).first() or HostOrganisation(
                name=name,
                place=spec.city[1],
                country_nl=spec.country[0],
                country_en=spec.country[1],
                good_at_nl=good_at[0],
                good_at_en=good_at[1],
            )
            row = add_host(trip=trip, host=host, by=self.by)
            if name in spec.hosts and complete:
                visited = clock.today() - timedelta(days=20)
                note_visit(
                    visit=PreVisit(host=row.host, visited_on=visited, visited_by=self.by, go=True),
                    trip=trip,
                    by=self.by,
                )
        for role, names in (("reviewer", self.reviewers), ("companion", [self.companion])):
            for name in names:
                give_team_role(trip=trip, user=self.alliance[name], role=role, by=self.by)
        member = trip.team.get(user=self.alliance[self.companion], role="companion")
        set_phone(holder=member, phone="+31 6 5550 0134", by=self.alliance[self.companion])
        if complete:
            self._programme(trip)
            self._meetings(trip)
            make_rubric(trip=trip, by=self.by)

    def _start(self) -> Trip:
        """Whoever leads trips starts the next one; the first is started by an administrator, who hands it over."""
        if can_create(self.by):
            return create_trip(trip=self._facts(), by=self.by)
        admin = self.alliance["admin"]
        trip = create_trip(trip=self._facts(), by=admin)
        give_team_role(trip=trip, user=self.by, role="lead", by=admin)
        take_team_role(member=trip.team.get(user=admin), by=self.by)
        return trip

    def _facts(self) -> Trip:
        spec = self.spec
        names = (
            ("question", spec.question),
            ("need", NEED),
            ("audience", AUDIENCE),
            ("costs", COSTS),
            ("city", spec.city),
            ("country", spec.country),
        )
        texts = {f"{name}_{lang}": text for name, pair in names for lang, text in zip(("nl", "en"), pair, strict=True)}
        departs = self.today + timedelta(self.departs)
        returns = departs + timedelta(spec.days - 1)
        return Trip(
            slug=spec.slug,
            theme=Theme.objects.get(slug=spec.theme),
            title_nl=spec.title[0],
            title_en=spec.title[1],
            code=spec.code,
            time_zone=spec.zone,
            opens_at=self.day(spec.opens, 9),
            closes_at=self.day(spec.closes, 17),
            endorse_by_at=self.day(spec.closes + 7, 17),
            letters_on=next(working_days(self.today + timedelta(spec.closes + 17))),
            departs_on=departs,
            returns_on=returns,
            return_meeting_on=returns + timedelta(35),
            follow_up_on=thursday(returns + timedelta(365)),
            places=spec.places,
            max_per_school=spec.most,
            # One trip whose policy lets coordinators read what people of their school sent.
            coordinators_read=spec.slug == "digitaal-tallinn",
            cost_planned=Decimal(spec.cost),
            team_hours_planned=260,
            **texts,
        )

    def _programme(self, trip: Trip) -> None:
        hosts = [row.host for row in trip.trip_hosts.select_related("host")]
        for number, on in enumerate(trip.days):
            for kind, start, end, hours, nl, en in DAYS[number % len(DAYS)]:
                host = hosts[number % len(hosts)] if kind == "visit" and hosts else None
                item = ProgrammeItem(
                    trip=trip,
                    on=on,
                    starts=time(start),
                    ends=time(end),
                    kind=kind,
                    title_nl=nl,
                    title_en=en,
                    host=host,
                    hours=Decimal(hours),
                    place=host.name if host else "",
                )
                save_item(item=item, by=self.by)

    def _meetings(self, trip: Trip) -> None:
        plans = [
            (
                MeetingKind.PREPARATION,
                self.departs - 40,
                "Kennismaken en leerdoelen",
                "Getting to know each other",
            ),
            (MeetingKind.PREPARATION, self.departs - 19, "Leerdoelen aanscherpen", "Sharpening learning goals"),
            (MeetingKind.RETURN, (trip.return_meeting_on - self.today).days, "Presentaties", "Presentations"),
            (
                MeetingKind.FOLLOW_UP,
                (trip.follow_up_on - self.today).days,
                "Wat is ervan geworden?",
                "What became of it?",
            ),
        ]
        for kind, offset, nl, en in plans:
            starts = self.day(offset, 14)
            facts = {
                "kind": kind,
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=3),
                "place": "roc Vechtstroom, Utrecht",
                "agenda_nl": nl,
                "agenda_en": en,
            }
            save_meeting(meeting=Meeting(trip=trip, kind=kind), changes=facts, by=self.by)
