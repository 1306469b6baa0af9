"""Addresses: what is known of people, and how they asked to be contacted."""

from django.urls import URLPattern, path

from puntual.staff.views import people

urlpatterns: list[URLPattern] = [
    path("cumplimiento/circunstancias/", people.circumstances, name="circumstances"),
    path("clientes/<int:customer_id>/circunstancia/", people.record, name="record_circumstance"),
    path("clientes/<int:customer_id>/horario/", people.wish, name="set_wish"),
    path(
        "clientes/<int:customer_id>/circunstancias/<int:circumstance_id>/terminar/",
        people.end,
        name="end_circumstance",
    ),
]
