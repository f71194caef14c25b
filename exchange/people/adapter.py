"""Sign-in mail goes through the outbox: first in line, sealed, purged on delivery or when it has had its day."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from exchange import clock
from exchange.outbox.actions import queue
from exchange.people.models import User

#: Longer than any code or link in such a mail is valid, but for the link to a new password.
SEALED_FOR = timedelta(hours=1)


class AccountAdapter(DefaultAccountAdapter):
    """allauth, with our outbox, our clock and our school rules."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue what allauth would send, in the language of the account it is for."""
        # Never the address as typed: two addresses can look alike to a database and not to a mail server.
        recipient = User.objects.filter(emailaddress__email__iexact=email).first()
        language = recipient.language if recipient else translation.get_language() or settings.LANGUAGE_CODE
        words = {**context, "email": email, "alliance": settings.ALLIANCE_NAME, "base_url": settings.BASE_URL}
        with translation.override(language):
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
            body = render_to_string(f"{template_prefix}_message.txt", words).strip()
        queue(
            key=f"sign-in:{uuid.uuid4()}",
            kind="people/sign_in",
            to=email,
            recipient=recipient,
            language=language,
            context={"subject": subject, "body": body},
            sealed=True,
            priority=0,
            expires_at=clock.now() + SEALED_FOR,
        )

    def new_user(self, request: HttpRequest) -> User:
        """An account that began now, in the language of the page."""
        return User(joined_at=clock.now(), language=(translation.get_language() or settings.LANGUAGE_CODE)[:2])

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """What the sign-up form asked. A known mail domain sets the school, whatever was chosen."""
        user.name = form.cleaned_data["name"]
        user.institution = form.cleaned_data["institution"]
        user.email = form.cleaned_data["email"]
        user.follow_domain()
        return super().save_user(request, user, form, commit)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to a new password; built from our own address, never from what a request says."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """After confirming the address: home."""
        return reverse("home")
