"""Addresses of this interface."""

from django.urls import URLPattern

app_name = "webhooks"
urlpatterns: list[URLPattern] = []
