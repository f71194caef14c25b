"""Addresses of what is held about somebody."""

from django.urls import path

from exchange.privacy import views

app_name = "privacy"
urlpatterns = [
    path("my/data/", views.data, name="data"),
    path("my/data/erase/", views.erase_me, name="erase-me"),
    path("people/<uuid:pk>/erase/", views.erase, name="erase"),
    path("my/data/<str:kind>/", views.held, name="held"),
    path("my/data/download/<str:kind>/", views.download, name="download"),
]
