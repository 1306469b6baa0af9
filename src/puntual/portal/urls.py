"""Addresses of the debtor's portal; each begins with the token of a link."""

from django.urls import path

from puntual.portal import acts, pages, petitions, receipts, why

app_name = "portal"
urlpatterns = [
    path("<str:token>/", pages.home, name="home"),
    path("<str:token>/salir/", pages.leave, name="leave"),
    path("<str:token>/pagar/", pages.pay, name="pay"),
    path("<str:token>/elegir-fecha/", acts.promise, name="promise"),
    path("<str:token>/ya-pague/", acts.report, name="report"),
    path("<str:token>/hay-un-error/", acts.dispute, name="dispute"),
    path("<str:token>/momento-dificil/", acts.hardship, name="hardship"),
    path("<str:token>/preferencias/", acts.preferences, name="preferences"),
    path("<str:token>/baja/", acts.unsubscribe, name="unsubscribe"),
    path("<str:token>/por-que/", why.why, name="why"),
    path("<str:token>/mis-datos.json", why.data, name="own_data"),
    path("<str:token>/mis-datos.pdf", why.paper, name="own_paper"),
    path("<str:token>/queja/", petitions.complaint, name="complaint"),
    path("<str:token>/mis-derechos/", petitions.my_rights, name="rights"),
    path("<str:token>/mis-derechos/<str:folio>/", petitions.petition, name="petition"),
    path("<str:token>/mis-derechos/<str:folio>/no-estoy-de-acuerdo/", petitions.disagree, name="disagree"),
    path("<str:token>/recibo/<str:kind>/<str:ids>/", receipts.receipt, name="receipt"),
    path("<str:token>/manifest.webmanifest", pages.manifest, name="manifest"),
]
