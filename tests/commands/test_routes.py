import json
from io import StringIO

from django.contrib.auth.decorators import login_not_required
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView


def plain(request, slug):
    return HttpResponse(slug)


trips = [path("<slug:slug>/", plain, name="detail"), path("<slug:slug>/close/", require_POST(plain), name="close")]
urlpatterns = [
    path("trips/", include((trips, "trips"))),
    path("about/", login_not_required(require_POST(plain))),
    re_path(r"^old/(?P<slug>\w+)/$", TemplateView.as_view(), name="old"),
]


def told(*arguments):
    out = StringIO()
    call_command("routes", *arguments, stdout=out)
    return out.getvalue()


def test_routes_tells_names_methods_and_who_may_come_in(settings):
    settings.ROOT_URLCONF = __name__
    assert json.loads(told("--json")) == [
        {"name": "trips:detail", "pattern": "/trips/<slug:slug>/", "methods": ["GET", "HEAD", "POST"], "public": False},
        {"name": "trips:close", "pattern": "/trips/<slug:slug>/close/", "methods": ["POST"], "public": False},
        {"name": "", "pattern": "/about/", "methods": ["POST"], "public": True},
        {"name": "old", "pattern": "/old/(?P<slug>\\w+)/$", "methods": ["GET", "HEAD"], "public": False},
    ]


def test_routes_can_be_read_by_a_person(settings):
    settings.ROOT_URLCONF = __name__
    assert told().splitlines()[1:3] == [
        "sign-in  POST             /trips/<slug:slug>/close/  trips:close",
        "public   POST             /about/  ",
    ]
