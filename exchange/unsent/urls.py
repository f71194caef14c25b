from django.urls import path

from exchange.unsent import views

urlpatterns = [path("my/unsent/", views.unsent, name="unsent")]
