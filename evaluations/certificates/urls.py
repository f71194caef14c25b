"""Addresses of certificates."""

from django.urls import path

from evaluations.certificates import views

app_name = "certificates"
urlpatterns = [
    path("my/trips/<slug:slug>/certificates/", views.mine, name="mine"),
    path("certificates/<uuid:pk>.pdf", views.paper, name="paper"),
    path("certificates/<uuid:pk>/name/", views.name, name="name"),
    path("certificates/<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("team/<slug:slug>/certificates/", views.team, name="team"),
    path("team/<slug:slug>/certificates/<uuid:pk>/printed-name/", views.printed_name, name="printed-name"),
    path("team/<slug:slug>/certificates/<str:kind>/issue/", views.issue_all, name="issue-all"),
    path("team/<slug:slug>/certificates/<uuid:pk>/<str:kind>/", views.overrule, name="overrule"),
    path("verify/", views.ask, name="ask"),
    path("verify/<secret:typed>/", views.verify, name="verify"),
]
