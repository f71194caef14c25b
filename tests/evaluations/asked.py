"""What a permission of this wing says, and of whom it is asked."""

from datetime import timedelta

from tests import world

#: The least that is before a moment.
TICK = timedelta(microseconds=1)
YES = "yes"

CANCELLED = (409, "Deze reis is geannuleerd.")
CLOSED = (410, "Deze reis is afgerond. Wat je schreef blijft staan; je kunt het niet meer veranderen.")
GIVEN_BACK = (410, "Je gaf je plaats op deze reis terug.")
NOT_THE_PARTICIPANT = (403, "Dit doet alleen de deelnemer zelf.")
NOT_THE_LEAD = (403, "Alleen de projectleider van deze reis doet dit.")
NOT_THE_TEAM = (403, "Dit is voor het projectteam van de reis.")


def said(verdict):
    """Yes, or the status and the sentence of a refusal."""
    return YES if verdict else (verdict.status, str(verdict.reason))


def everybody(cast):
    """Whoever does not go along on the trip, by what they are to it; who leads another trip is a stranger to this."""
    hats = ("companion", "reviewer", "administrator", "coordinator", "partner", "funder", "stranger")
    people = {"lead": cast.lead} | {hat: getattr(cast, hat)() for hat in hats}
    world.trip(lead=people["stranger"])
    return people


def who(people, ask):
    """Of these people, those who are told yes."""
    return {name for name, person in people.items() if ask(person)}


def cancel(trip):
    """In memory: it does not take place."""
    trip.cancelled_at = world.MOMENTS["preparation"]


def close(trip):
    """In memory: its cycle is complete."""
    trip.closed_at = world.MOMENTS["follow_up"]
