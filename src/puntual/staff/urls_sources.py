"""Addresses: Ajustes › Fuentes."""

from django.urls import URLPattern, path

from puntual.staff.views import sources

urlpatterns: list[URLPattern] = [
    path("ajustes/fuentes/", sources.source_list, name="sources"),
    path("ajustes/fuentes/nueva/", sources.source_new, name="source_new"),
    path("ajustes/fuentes/<int:source_id>/", sources.source_page, name="source"),
    path("ajustes/fuentes/<int:source_id>/editar/", sources.source_edit, name="source_edit"),
    path("ajustes/fuentes/<int:source_id>/traer/", sources.pull, name="source_pull"),
    path("ajustes/fuentes/<int:source_id>/avance/", sources.progress, name="source_progress"),
    path("ajustes/fuentes/<int:source_id>/pausa/", sources.switch, name="source_switch"),
    path("ajustes/fuentes/<int:source_id>/seguir/", sources.skip, name="source_skip"),
    path("ajustes/fuentes/<int:source_id>/quitar/", sources.remove, name="source_remove"),
]
