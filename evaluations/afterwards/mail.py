"""One year later, by mail."""

from evaluations.mail import link, to_participant
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Participation


def follow_up_opens(participation: Participation) -> OutboxMessage:
    """The questions of one year later are open."""
    key = f"reminder:follow-up:{participation.pk}:{participation.trip.follow_up_on}"
    page = link("follow-up", participation.trip.slug)
    day = participation.trip.follow_up_on
    return to_participant("follow_up_opens", key, participation, link=page, follow_up_on=day)
