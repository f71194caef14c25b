"""WSGI entry point: of a house that is ready, and of no other."""

import os

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings")
django.setup()

from exchange.opening import refuse_to_serve  # noqa: E402 -- after the set-up

refuse_to_serve()
application = get_wsgi_application()
