"""Addresses."""

from django.urls import URLPattern, URLResolver, path

from applications.views import apply, endorse, mine

app_name = "applications"
urlpatterns: list[URLPattern | URLResolver] = [
    # --- applicant ---------------------------------------------------------------------------------
    path("trips/<slug:slug>/apply/", apply.section, name="apply"),
    path("trips/<slug:slug>/apply/review/", apply.review, name="review"),
    path("trips/<slug:slug>/apply/send/", apply.send, name="send"),
    path("trips/<slug:slug>/apply/<slug:section>/", apply.section, name="section"),
    path("my/applications/<uuid:pk>/", mine.mine, name="mine"),
    path("my/applications/<uuid:pk>/versions/<int:number>/", mine.version, name="version"),
    path("my/applications/<uuid:pk>/withdraw/", mine.withdraw_it, name="withdraw"),
    path("my/applications/<uuid:pk>/reinstate/", mine.reinstate_it, name="reinstate"),
    path("my/applications/<uuid:pk>/manager/", mine.replace_it, name="manager"),
    path("my/applications/<uuid:pk>/manager/remind/", mine.remind_it, name="manager-remind"),
    path("my/applications/<uuid:pk>/offer/", mine.offer, name="offer"),
    path("my/applications/<uuid:pk>/offer/confirm/", mine.confirm, name="offer-confirm"),
    path("my/applications/<uuid:pk>/offer/decline/", mine.decline_it, name="offer-decline"),
    path("my/applications/<uuid:pk>/give-back/", mine.give_it_back, name="give-back"),
    path("endorse/thanks/", endorse.thanks, name="endorse-thanks"),
    path("endorse/<str:token>/", endorse.endorse, name="endorse"),
    # --- team --------------------------------------------------------------------------------------
]
