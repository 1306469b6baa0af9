"""Addresses of the staff pages, by section."""

from puntual.staff import (
    urls_a,
    urls_b,
    urls_manual,
    urls_people,
    urls_plans,
    urls_rehearsals,
    urls_rights,
    urls_sources,
    urls_waiting,
)

app_name = "staff"
urlpatterns = [
    *urls_a.urlpatterns,
    *urls_b.urlpatterns,
    *urls_manual.urlpatterns,
    *urls_rehearsals.urlpatterns,
    *urls_plans.urlpatterns,
    *urls_sources.urlpatterns,
    *urls_waiting.urlpatterns,
    *urls_people.urlpatterns,
    *urls_rights.urlpatterns,
]
