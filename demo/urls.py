"""Addresses of the demonstration."""

app_name = "demo"
urlpatterns: list = []
