"""Where each interface answers."""

from django.urls import include, path
from django.views.i18n import set_language

from puntual.api.routes import api
from puntual.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("cuenta/", include("puntual.staff.account_urls")),
    path("idioma/", set_language, name="set_language"),
    path("p/", include("puntual.portal.urls")),
    path("api/v1/", api.urls),
    path("webhooks/", include("puntual.webhooks.urls")),
    path("", include("puntual.staff.urls")),
]

handler400 = "puntual.web.errors.bad_request"
handler403 = "puntual.web.errors.forbidden"
handler404 = "puntual.web.errors.not_found"
handler500 = "puntual.web.errors.server_error"
