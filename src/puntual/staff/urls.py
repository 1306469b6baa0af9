"""Addresses of the staff pages, by section."""

from puntual.staff import urls_a, urls_b

app_name = "staff"
urlpatterns = [*urls_a.urlpatterns, *urls_b.urlpatterns]
