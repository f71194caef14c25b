"""Addresses."""

from django.urls import path

from exchange.outbox import views

app_name = "outbox"
urlpatterns = [
    path("team/<slug:slug>/mail/", views.team_mail, name="list"),
    path("mail/", views.all_mail, name="all"),
    path("mail/<uuid:pk>/", views.message, name="message"),
    path("mail/<uuid:pk>/resend/", views.resend, name="resend"),
    path("mail/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("my/mail/", views.mine, name="mine"),
]
