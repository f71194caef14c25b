"""What homes and rooms say about certificates."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from exchange import clock
from exchange.dashboard import AT_HOME, Section, Todo
from exchange.people.models import User
from exchange.trips.models import Participation, Trip

WAITING = (
    (CertificateKind.ATTENDANCE, "returns_on", gettext_lazy("Issue the certificates of attendance")),
    (CertificateKind.CYCLE, "follow_up_on", gettext_lazy("Issue the certificates")),
)


def lead(user: User, now: datetime) -> Section | None:
    """Trips that are back, or a year further, and gave nobody a certificate yet."""
    if not user.leads:
        return None
    issued = Certificate.objects.filter(participation__trip=OuterRef("pk"))
    kinds = {f"has_{kind}": Exists(issued.filter(kind=kind)) for kind, *_rest in WAITING}
    running = Trip.objects.filter(pk__in=user.leads, published_at__isnull=False, closed_at=None, cancelled_at=None)
    today = clock.today()
    waiting = Q(*(Q(**{f"{day}__lt": today, f"has_{kind}": False}) for kind, day, _title in WAITING), _connector=Q.OR)
    todos = [
        Todo(
            title=title,
            text=_("The checklist says who meets the conditions."),
            url=reverse("certificates:team", args=[trip.slug]),
            action=_("To the certificates"),
            urgency=40,
            context=str(trip),
        )
        for trip in running.annotate(**kinds).filter(waiting).order_by("departs_on", "pk")[:AT_HOME]
        for kind, day, title in WAITING
        if getattr(trip, day) < today and not getattr(trip, f"has_{kind}")
    ]
    return Section(todos=todos) if todos else None


def room(participation: Participation, now: datetime) -> Section:
    """Where a participant finds the checklist and the certificates."""
    return Section(template="certificates/dashboard/room.html", context={"slug": participation.trip.slug})
