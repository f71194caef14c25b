"""Who is signed in, by name: `User` for the rooms below people, and the request of a view behind sign-in.

Which model accounts are is a setting (AUTH_USER_MODEL), so every layer may say its name. Only mypy follows it to the
room of people; nothing is imported from there when this runs.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from exchange.people.models import User
else:
    from django.contrib.auth.base_user import AbstractBaseUser as User


class SignedInRequest(HttpRequest):
    """What a view takes that does not opt out of sign-in (exchange.middleware): its reader is never anonymous."""

    user: User
