"""Addresses: what is known of people, and how they asked to be contacted."""

from django.urls import URLPattern, path

from puntual.staff.views import exclusions, people

urlpatterns: list[URLPattern] = [
    path("cumplimiento/circunstancias/", people.circumstances, name="circumstances"),
    path("cumplimiento/listas/", exclusions.lists, name="exclusions"),
    path("cumplimiento/listas/nueva/", exclusions.upload, name="exclusion_new"),
    path("cumplimiento/listas/<int:list_id>/", exclusions.one, name="exclusion"),
    path("cumplimiento/listas/<int:list_id>/aplicar/", exclusions.apply, name="exclusion_apply"),
    path("cumplimiento/listas/<int:list_id>/contar/", exclusions.count, name="exclusion_count"),
    path("cumplimiento/listas/<int:list_id>/retirar/", exclusions.withdraw, name="exclusion_withdraw"),
    path("clientes/<int:customer_id>/circunstancia/", people.record, name="record_circumstance"),
    path("clientes/<int:customer_id>/horario/", people.wish, name="set_wish"),
    path(
        "clientes/<int:customer_id>/circunstancias/<int:circumstance_id>/terminar/",
        people.end,
        name="end_circumstance",
    ),
]
