"""The admin site looks, but for schools; it stands behind our own sign-in and shows no secret."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from applications.models import Submission
from exchange.admin import ReadOnlyAdmin
from exchange.history.models import HistoryEntry
from exchange.people.models import Institution, User
from tests import world

pytestmark = pytest.mark.django_db
#: What may be edited there: no life, no snapshot, no personal text.
EDITABLE = {"Institution", "Theme", "Framework", "Dimension", "Tag", "Criterion", "Anchor", "SchoolHoliday"}


def test_only_what_has_no_life_is_edited_there():
    editable = {model.__name__ for model, page in admin.site._registry.items() if not isinstance(page, ReadOnlyAdmin)}
    assert editable <= EDITABLE
    assert "Institution" in editable


def test_it_stands_behind_our_own_sign_in(cast, login):
    assert Client().get("/admin/").status_code == 302
    assert Client().get("/admin/login/?next=/admin/").url == reverse("account_login") + "?next=%2Fadmin%2F"
    assert login(cast.coordinator()).get("/admin/", follow=True).status_code == 403
    assert login(cast.administrator()).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "model", ["people_user", "people_roleassignment", "history_historyentry", "account_emailaddress"]
)
def test_lists_and_rows_open_and_nothing_is_added_or_deleted(cast, login, model):
    ada = cast.administrator()
    client = login(ada)
    HistoryEntry.objects.create(at=world.MOMENTS["call"], by=ada, verb="trip.change", about_model="x", about_id="1")
    assert client.get(reverse(f"admin:{model}_changelist"), {"q": "ada"}).status_code == 200
    assert client.get(reverse(f"admin:{model}_add")).status_code == 403
    label, name = model.split("_")
    row = next(
        m for m in admin.site._registry if m._meta.app_label == label and m._meta.model_name == name
    ).objects.first()
    page = client.get(reverse(f"admin:{model}_change", args=[row.pk]))
    assert page.status_code == 200
    assert client.post(reverse(f"admin:{model}_change", args=[row.pk]), {"name": "x"}).status_code == 403
    assert client.post(reverse(f"admin:{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_no_password_hash_or_calendar_address_is_shown(cast, login):
    ada = cast.administrator()
    page = login(ada).get(reverse("admin:people_user_change", args=[ada.pk])).content.decode()
    assert ada.password not in page
    assert str(ada.calendar_token) not in page


def test_a_domain_added_there_brings_people_in_too(cast, login):
    waiting = world.outsider(institution=cast.school)
    form = {"name": "roc Duinrand", "short_name": "Duinrand", "kind": "roc", "member": "on"}
    for prefix, total in (("domains", 2), ("former_names", 0)):
        form |= {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": min(total, 1)}
    held = cast.school.domains.get()
    form |= {"domains-0-id": held.pk, "domains-0-institution": cast.school.pk, "domains-0-domain": held.domain}
    form |= {"domains-1-id": "", "domains-1-institution": cast.school.pk, "domains-1-domain": "elsewhere.example"}
    url = reverse("admin:people_institution_change", args=[cast.school.pk])
    assert login(cast.administrator()).post(url, form).status_code == 302
    assert Institution.objects.get(pk=cast.school.pk).domains.count() == 2
    assert User.objects.get(pk=waiting.pk).membership_by_domain
    assert HistoryEntry.objects.get().verb == "school.change"


def test_what_was_sent_stays_with_those_who_read_it(cast, login, at):
    """A question says that its answer stands nowhere with a name; the administration is no exception."""
    at(world.MOMENTS["call"])
    world.submitted(cast.trip, cast.applicant(), motivation="Alleen voor de lezers.", heard_from="site")
    url = reverse("admin:applications_submission_change", args=[Submission.objects.get().pk])
    page = login(cast.administrator()).post(url, {"reason": "Een vraag van de indiener."}, follow=True)
    assert page.status_code == 200
    assert Submission.objects.get().receipt in page.text
    assert "Alleen voor de lezers." not in page.text
    assert "heard_from" not in page.text
