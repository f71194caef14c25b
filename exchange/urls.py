"""The addresses of the house. Each app has its own; here is their order."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from exchange import (
    secret,  # noqa: F401 -- how a secret stands in an address
    views,
)

handler400 = "exchange.views.bad_request"
handler403 = "exchange.views.forbidden"
handler404 = "exchange.views.not_found"
handler500 = "exchange.views.server_error"

urlpatterns = [
    path("my/", views.home, name="home"),
    path("my/carry-on/", views.carry_on, name="carry_on"),
    path("language/", views.choose_language, name="choose_language"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("contact/", views.contact, name="contact"),
    path("healthz", views.health, name="health"),
    path("", include("exchange.trips.urls")),
    path("", include("exchange.people.urls")),
    path("", include("exchange.privacy.urls")),
    path("", include("exchange.outbox.urls")),
    path("", include("exchange.jobs.urls")),
    path("", include("exchange.unsent.urls")),
    path("", include("exchange.history.urls")),
    path("", include("applications.urls")),
    path("", include("evaluations.urls")),
    path("", include("evaluations.certificates.urls")),
    path("", include("evaluations.school.urls")),
    path("", include("evaluations.impact.urls")),
    path("accounts/", include("exchange.people.urls_sign_in")),
    # The product's own sign-in stands before the admin site, with its limits and second factor.
    path("admin/login/", views.admin_door),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))
if settings.DEBUG or settings.DEMO:
    from exchange import gallery

    urlpatterns.append(path("gallery/", gallery.show, name="gallery"))
