"""After the return, and one year later, by mail."""

from evaluations.mail import link, to_participant
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Participation


def follow_up_opens(participation: Participation) -> OutboxMessage:
    """The questions of one year later are open."""
    key = f"reminder:follow-up:{participation.pk}:{participation.trip.follow_up_on}"
    page = link("follow-up", participation.trip.slug)
    day = participation.trip.follow_up_on
    return to_participant("follow_up_opens", key, participation, link=page, follow_up_on=day)


def return_waits(participation: Participation) -> OutboxMessage:
    """The questions of the return are not answered yet."""
    return _before_the_meeting("return_waits", "return", participation)


def presentation_waits(participation: Participation) -> OutboxMessage:
    """The presentation has no title yet."""
    return _before_the_meeting("presentation_waits", "presentation", participation)


def _before_the_meeting(kind: str, page: str, participation: Participation) -> OutboxMessage:
    trip = participation.trip
    key = f"reminder:{page}:{participation.pk}:{trip.return_meeting_on}"
    return to_participant(kind, key, participation, link=link(page, trip.slug), meeting_on=trip.return_meeting_on)
