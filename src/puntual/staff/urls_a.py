"""Addresses: Inicio, Hoy, Importar, Mensajes, Plan, Cumplimiento, Ajustes."""

from django.urls import URLPattern, path

from puntual.staff.views import home, laws, runs

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("hoy/", runs.run, name="run"),
    path("hoy/corridas/<str:day>/", runs.run, name="run_of_day"),
    path("hoy/decisiones/<str:day>/", runs.decided, name="decided"),
    path("cumplimiento/negativas/", laws.refusals, name="refusals"),
    path("cumplimiento/reglas/", laws.laws, name="laws"),
]
