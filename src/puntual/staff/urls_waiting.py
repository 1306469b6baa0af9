"""Addresses of Pagos › Por identificar."""

from django.urls import path

from puntual.staff.views import waiting

urlpatterns = [
    path("pagos/por-identificar/", waiting.waiting_list, name="waiting"),
    path("pagos/por-identificar/<int:movement_id>/", waiting.movement, name="movement"),
    path("pagos/por-identificar/<int:movement_id>/aplicar/", waiting.assign, name="movement_assign"),
    path("pagos/por-identificar/<int:movement_id>/dividir/", waiting.split, name="movement_split"),
    path("pagos/por-identificar/<int:movement_id>/descartar/", waiting.dismiss, name="movement_dismiss"),
    path("pagos/por-identificar/<int:movement_id>/recuperar/", waiting.reopen, name="movement_reopen"),
]
