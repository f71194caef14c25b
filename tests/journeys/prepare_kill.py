"""Run apart, with the settings of the house: an alliance of fifty people with whole drafts, each signed in.

Prints as JSON the address of the trip and the session of each of them.
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after the setup
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from exchange import clock  # noqa: E402
from tests import world  # noqa: E402


def main(people: int) -> None:
    """Everything they need."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    now = clock.now()
    day = world.timedelta(days=1)
    dates = [(now + n * day).date() for n in (100, 103, 140, 470)]
    names = ("departs_on", "returns_on", "return_meeting_on", "follow_up_on")
    fields = dict(zip(names, dates, strict=True))
    moments = {"opens_at": now - day, "closes_at": now + 30 * day, "endorse_by_at": now + 37 * day}
    school = world.institution("roc Duinrand", domain="duinrand.example")
    trip = world.trip(lead=world.user("Hanneke Boer", at=school), **fields, **moments)
    found = []
    for number in range(people):
        user = world.user(f"Persoon {number}", at=school)
        application = world.application(trip, user)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        found.append({"application": str(application.pk), "session": session})
    sys.stdout.write(json.dumps({"slug": trip.slug, "cookie": settings.SESSION_COOKIE_NAME, "people": found}))


main(int(sys.argv[1]))
