"""A process that answers what it is told on its input; says its memory then, and how much more it was in between."""

import json
import os
import sys
from datetime import datetime

from benchmarks.start import start

start(os.environ["DATABASE_URL"], os.environ["EXCHANGE_VAR"])

from django.test import Client  # noqa: E402 -- after the set-up

from benchmarks.units import forget_the_most, resident  # noqa: E402
from exchange import clock  # noqa: E402
from exchange.people.models import User  # noqa: E402


def main() -> None:
    base = 0.0
    for reader, moment, url in json.load(sys.stdin):
        client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_ENCODING="gzip")
        if reader:
            client.force_login(User.objects.get(pk=reader))
        with clock.at(datetime.fromisoformat(moment)):
            response = client.get(url)
            if response.streaming:
                for _part in response.streaming_content:
                    pass
        if not base:
            forget_the_most()
            base = resident()
    print(resident(), resident(what="VmHWM") - base)  # noqa: T201 -- the answer


if __name__ == "__main__":
    main()
