"""Addresses: Plan › Simular, and the coming steps of a customer."""

from django.urls import URLPattern, path

from puntual.staff.views import rehearsals

urlpatterns: list[URLPattern] = [
    path("plan/simular/", rehearsals.simulate, name="simulate"),
    path("plan/simular/<int:rehearsal_id>/", rehearsals.report, name="rehearsal"),
    path("plan/simular/<int:rehearsal_id>/avance/", rehearsals.progress, name="rehearsal_progress"),
    path("plan/simular/<int:rehearsal_id>/repetir/", rehearsals.again, name="rehearsal_again"),
    path("plan/simular/<int:rehearsal_id>/excel/", rehearsals.workbook, name="rehearsal_workbook"),
    path("plan/ensayo/<int:version_id>/", rehearsals.preview, name="preview"),
    path("clientes/<int:customer_id>/proximos-pasos/", rehearsals.coming_steps, name="coming_steps"),
]
