"""Addresses: Cartera, Gestión, Pagos, search."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
