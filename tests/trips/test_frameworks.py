"""The framework of Safeguarding ships as data, in two languages, and stays as it is once a trip uses it."""

import pytest
from django.urls import reverse

from exchange.trips.frameworks import SAFEGUARDING_1, load
from exchange.trips.models import Dimension, Framework, Tag, Theme
from tests import world
from tests.conftest import signed_in


@pytest.fixture
def shipped(db):
    return load(Theme, Framework, Dimension, Tag)


def test_it_is_there_in_both_languages_and_loading_again_changes_nothing(shipped):
    assert load(Theme, Framework, Dimension, Tag) == shipped
    assert Framework.objects.filter(theme__slug="safeguarding").count() == 1
    keys = list(shipped.dimensions.values_list("key", flat=True))
    assert keys == ["level", "setting", "partner", "domain", "approach"]
    assert {d.key: d.tags.count() for d in shipped.dimensions.all()} == {
        key: len(tags) for key, _, _, tags in SAFEGUARDING_1
    }
    assert all(tag.name_nl and tag.name_en for tag in Tag.objects.filter(dimension__framework=shipped))


def test_a_new_version_starts_with_the_same_words(shipped, cast):
    admin = signed_in(cast.administrator())
    url = reverse("trips:framework-copy", args=[shipped.pk])
    assert signed_in(cast.lead).post(url).status_code == 403
    assert admin.post(url).status_code == 302
    copy = Framework.objects.get(theme=shipped.theme, version=2)

    def words(framework):
        return list(
            Tag.objects.filter(dimension__framework=framework).values_list(
                "dimension__key", "key", "name_nl", "name_en"
            )
        )

    assert words(copy) == words(shipped)
    trip = {
        "theme": shipped.theme.pk,
        "title_nl": "Nieuw",
        "city_nl": "",
        "city_en": "",
        "country_nl": "",
        "country_en": "",
    }
    signed_in(cast.lead).post(reverse("trips:new"), trip)
    assert copy.in_use
    page = admin.get(reverse("trips:themes")).content.decode()
    assert "in gebruik" in page
    assert "Wijkagent" in page


def test_who_starts_trips_reads_the_themes(cast):
    assert signed_in(cast.lead).get(reverse("trips:themes")).status_code == 200
    assert signed_in(cast.stranger()).get(reverse("trips:themes")).status_code == 403


def admin_form(client, url):
    form = client.get(url).context["adminform"].form
    return {name: value for name, value in form.initial.items() if value is not None}


def test_the_administration_changes_words_only_while_no_trip_uses_them(shipped, cast):
    admin = signed_in(cast.administrator())
    url = reverse("admin:trips_framework_change", args=[shipped.pk])
    page = admin.get(url)
    assert page.status_code == 200
    assert page.context["has_change_permission"]
    world.trip(lead=cast.lead, on=shipped.theme)
    page = admin.get(url)
    assert (page.status_code, page.context["has_change_permission"]) == (200, False)
    assert admin.post(url, {"source": "x"}).status_code == 403
    dimension = shipped.dimensions.first()
    page = admin.get(reverse("admin:trips_dimension_change", args=[dimension.pk]))
    assert not page.context["has_change_permission"]
    assert admin.post(reverse("admin:trips_framework_delete", args=[shipped.pk])).status_code == 403


@pytest.mark.parametrize(
    "model",
    """trip participation learninggoal meeting meetingreply attendance teammember triphost previsit programmeitem
    hostorganisation""".split(),
)
def test_everything_with_a_life_is_only_read_there(cast, model):
    world.programme(cast.trip)
    world.meeting(cast.trip)
    cast.participant()
    admin = signed_in(cast.administrator())
    assert admin.get(reverse(f"admin:trips_{model}_changelist")).status_code == 200
    assert admin.get(reverse(f"admin:trips_{model}_add")).status_code == 403
    assert signed_in(cast.lead).get(reverse(f"admin:trips_{model}_changelist")).status_code == 302
