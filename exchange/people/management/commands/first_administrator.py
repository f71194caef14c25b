"""manage.py first_administrator: the one role that nobody in the house can give yet."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from exchange import clock
from exchange.history.actions import record
from exchange.people.actions import account_changed
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User


class Command(BaseCommand):
    """Refuses as soon as there is an administrator: from then on roles are given in the pages."""

    help = "Make the first administrator, who signs in with a mailed code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        if RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR).exists():
            raise CommandError("There is an administrator already; roles are given in the pages.")
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, None)
        if not user.is_active:  # there is nobody who could open it in the pages
            user.is_active, user.deactivated_at, user.deactivated_by = True, None, None
            user.save(update_fields=["is_active", "deactivated_at", "deactivated_by"])
            record(about=user, verb="account.open", by=user, concerns=user.pk)
        user.emailaddress_set.get_or_create(email=user.email, defaults={"verified": True, "primary": True})
        account_changed(user)
        given = RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, given_at=clock.now(), given_by=user)
        record(about=given, verb="role.give", by=user, target=Role.ADMINISTRATOR)
        address = settings.BASE_URL + reverse("account_request_login_code")
        self.stdout.write(f"{email} is the first administrator. Sign in with a mailed code: {address}")
