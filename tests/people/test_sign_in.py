"""Signing up and in: the domain sets the school, mail is sealed, and nobody learns who has an account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from exchange import clock
from exchange.outbox import delivery
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from tests import world

pytestmark = pytest.mark.django_db

FORM = {"name": "Nora Nieuw", "password1": "lang-genoeg-7", "institution": ""}


def sign_up(email, client=None, **more):
    client = client or Client()
    return client, client.post(reverse("account_signup"), FORM | {"email": email} | more)


def code(email):
    """Deliver, and read the code from the mail as its recipient does."""
    delivery.deliver()
    message = [m for m in mail.outbox if m.to == [email]][-1]
    return re.search(r"^([A-Z0-9-]{6,})$", message.body, re.MULTILINE)[1]


def test_a_known_domain_sets_the_school_whatever_is_chosen(cast):
    client, response = sign_up("nora@duinrand.example", institution=cast.other_school.pk)
    assert response.status_code == 302
    user = User.objects.get(email="nora@duinrand.example")
    assert (user.name, user.institution, user.membership_confirmed) == ("Nora Nieuw", cast.school, True)
    response = client.post(response.url, {"code": code("nora@duinrand.example")})
    assert response.status_code == 302
    assert client.get("/my/").status_code == 200


def test_an_unknown_domain_leaves_the_chosen_school_to_be_confirmed(cast):
    sign_up("nora@elsewhere.example", institution=cast.other_school.pk)
    user = User.objects.get(email="nora@elsewhere.example")
    assert (user.institution, user.membership_confirmed) == (cast.other_school, False)
    sign_up("oskar@elsewhere.example")
    assert User.objects.get(email="oskar@elsewhere.example").institution is None


def test_a_new_account_speaks_the_language_of_the_page(cast):
    client = Client()
    client.cookies["language"] = "en"
    sign_up("nora@duinrand.example", client)
    assert User.objects.get(email="nora@duinrand.example").language == "en"
    assert OutboxMessage.objects.get().language == "en"
    assert OutboxMessage.objects.get().subject == "Confirm your e-mail address"


def test_bad_input_keeps_what_was_typed(cast):
    _, response = sign_up("nora@duinrand.example", name="", password1="kort")
    page = response.content.decode()
    assert "nora@duinrand.example" in page
    assert response.context["form"].errors.keys() == {"name", "password1"}


def test_signing_up_twice_looks_the_same(cast):
    known = cast.stranger()
    seen = []
    for email in (known.email, "new@duinrand.example"):
        client, response = sign_up(email)
        page = client.get(response.url)
        seen.append((response.status_code, response.url, re.sub(re.escape(email), "x", page.content.decode())))
    assert strip(seen[0]) == strip(seen[1])
    subjects = OutboxMessage.objects.order_by("queued_at").values_list("subject", flat=True)
    assert len(set(subjects)) == 2, "the mail to the one who has an account says so"


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_asking_for_a_code_or_a_password_looks_the_same(cast, name):
    known = cast.stranger()
    seen = []
    for email in (known.email, "nobody@duinrand.example"):
        client = Client()
        response = client.post(reverse(name), {"email": email})
        page = client.get(response.url)
        seen.append((response.status_code, response.url, re.sub(re.escape(email), "x", page.content.decode())))
    assert strip(seen[0]) == strip(seen[1])
    assert OutboxMessage.objects.count() == 2


def strip(seen):
    status, url, page = seen
    return status, url, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_code_by_mail_signs_in(cast):
    known = cast.stranger()
    client = Client()
    response = client.post(reverse("account_request_login_code"), {"email": known.email})
    assert client.post(response.url, {"code": code(known.email)}).status_code == 302
    assert client.get("/my/").status_code == 200


def test_an_invited_person_signs_in_by_code_and_not_with_an_empty_password(cast):
    user = User.objects.create_user("fenna@fonds.example", None, name="Fenna")
    user.emailaddress_set.create(email=user.email, primary=True, verified=False)
    client = Client()
    refused = client.post(reverse("account_login"), {"login": user.email, "password": ""})
    assert "_auth_user_id" not in client.session
    assert refused.status_code in (200, 422)
    response = client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(response.url, {"code": code(user.email)})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.emailaddress_set.get().verified


def test_sign_in_mail_is_first_in_line_sealed_and_shown_to_nobody(cast, login):
    known = cast.stranger()
    Client().post(reverse("account_request_login_code"), {"email": known.email})
    message = OutboxMessage.objects.get()
    assert (message.sealed, message.priority, message.recipient) == (True, 0, known)
    assert message.expires_at <= clock.now() + timedelta(hours=1)
    secret = code_in(message)
    assert secret not in message.body
    for client, urls in (
        (
            world.proven(login(known), known),
            [reverse("outbox:mine"), reverse("privacy:data"), reverse("privacy:download", args=["json"])],
        ),
        (login(cast.administrator()), [reverse("outbox:all"), reverse("admin:outbox_outboxmessage_changelist")]),
    ):
        for url in urls:
            page = client.get(url)
            assert page.status_code == 200, url
            assert message.subject not in page.content.decode(), url
            assert str(message.pk) not in page.content.decode(), url
        assert client.get(reverse("outbox:message", args=[message.pk])).status_code == 404
        assert client.post(reverse("outbox:resend", args=[message.pk])).status_code == 404
        assert client.post(reverse("outbox:withdraw", args=[message.pk])).status_code == 404
    admin = login(cast.administrator()).get(reverse("admin:outbox_outboxmessage_change", args=[message.pk]))
    assert admin.status_code == 302, "the admin site says it is not there"
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.body) == ("sent", "")
    assert secret in mail.outbox[-1].body


def code_in(message):
    from exchange.outbox.sealing import unseal

    return re.search(r"^([A-Z0-9-]{6,})$", unseal(message.body), re.MULTILINE)[1]


def test_the_link_to_a_new_password_is_on_our_own_address(cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    known = cast.stranger()
    Client().post(reverse("account_reset_password"), {"email": known.email}, headers={"host": "evil.example"})
    delivery.deliver()
    body = mail.outbox[-1].body
    assert "evil.example" not in body
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", body)[1]
    client = Client()
    page = client.get(link, follow=True)
    assert page.status_code == 200
    client.post(page.request["PATH_INFO"], {"password1": "een-nieuw-woord-9", "password2": "een-nieuw-woord-9"})
    delivery.deliver()
    known.refresh_from_db()
    assert known.check_password("een-nieuw-woord-9")
    assert mail.outbox[-1].subject == "Je wachtwoord is gewijzigd"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sign_in_mail_renders_in_both_languages(cast, language):
    from pathlib import Path

    from django.conf import settings
    from django.template.loader import render_to_string
    from django.utils import translation

    words = {
        "alliance": "De Zeven", "base_url": "http://testserver", "email": "a@b.example", "code": "ABC-123",
        "password_reset_url": "http://testserver/x", "timestamp": clock.now(), "ip": "10.0.0.1",
        "user_agent": "Fire & Fox",
        "from_email": "a@b.example", "to_email": "c@d.example", "deleted_email": "e@f.example",
    }  # fmt: skip
    found = sorted(Path(settings.ROOT, "templates").glob("*/email/*_subject.txt"))
    assert len(found) >= 14
    with translation.override(language):
        for path in found:
            prefix = f"{path.parts[-3]}/email/{path.name.removesuffix('_subject.txt')}"
            subject = render_to_string(f"{prefix}_subject.txt", words)
            body = render_to_string(f"{prefix}_message.txt", words)
            assert subject.strip()
            assert "&amp;" not in body
            assert "{{" not in body
            if language == "nl":
                assert subject != translated_to(prefix, words), f"{prefix} has no Dutch subject"


def translated_to(prefix, words):
    from django.template.loader import render_to_string
    from django.utils import translation

    with translation.override("en"):
        return render_to_string(f"{prefix}_subject.txt", words)


def test_too_many_guesses_at_one_account_are_stopped_and_others_go_on(cast):
    known, other = cast.stranger(), cast.applicant()
    client = Client()
    for _ in range(6):
        page = client.post(reverse("account_login"), {"login": known.email, "password": "wrong"})
    client.post(reverse("account_login"), {"login": known.email, "password": world.PASSWORD})
    assert "_auth_user_id" not in client.session
    assert page.status_code in (200, 422, 429)
    client.post(reverse("account_login"), {"login": other.email, "password": world.PASSWORD})
    assert client.session["_auth_user_id"] == str(other.pk)
