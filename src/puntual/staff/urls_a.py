"""Addresses: Inicio, Hoy, Importar, Mensajes, Plan, Cumplimiento, Ajustes."""

from django.urls import URLPattern, path

from puntual.staff.views import actions, home, imports, laws, messages, plans, quality, runs, settings

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("hoy/", runs.run, name="run"),
    path("hoy/corridas/<str:day>/", runs.run, name="run_of_day"),
    path("hoy/decisiones/<str:day>/", runs.decided, name="decided"),
    path("hoy/correr/", runs.start, name="run_start"),
    path("hoy/avance/<str:day>/", runs.progress, name="run_progress"),
    path("hoy/acciones/", actions.actions, name="actions"),
    path("cartera/importar/", imports.imports, name="imports"),
    path("cartera/importar/subir/", imports.upload, name="import_upload"),
    path("cartera/importar/<int:import_id>/", imports.import_page, name="import"),
    path("cartera/importar/<int:import_id>/revisar/", imports.review, name="import_review"),
    path("cartera/importar/<int:import_id>/cargar/", imports.apply, name="import_apply"),
    path("cartera/importar/<int:import_id>/avance/", imports.progress, name="import_progress"),
    path("cartera/importar/<int:import_id>/rechazadas/", imports.rejected, name="import_rejected"),
    path("cartera/importar/<int:import_id>/calidad/", quality.load, name="import_quality"),
    path(
        "cartera/importar/<int:import_id>/calidad/revisar/", quality.review_load, name="import_quality_review"
    ),
    path("cartera/calidad/", quality.overview, name="quality"),
    path("cartera/calidad/hallazgos/", quality.findings, name="quality_findings"),
    path("cartera/calidad/antes-de-vencer/", quality.due_soon, name="quality_due_soon"),
    path("cartera/calidad/revisar/", quality.check, name="quality_check"),
    path("cartera/calidad/expediente/", quality.papers, name="quality_papers"),
    path("cartera/calidad/hallazgos/<int:finding_id>/aceptar/", quality.accept, name="finding_accept"),
    path("cartera/calidad/hallazgos/<int:finding_id>/reabrir/", quality.reopen, name="finding_reopen"),
    path("cartera/calidad/hallazgos/<int:finding_id>/documento/", quality.see_paper, name="see_paper"),
    path("clientes/<int:customer_id>/datos/", quality.edit_customer, name="edit_customer"),
    path("plan/", plans.plan, name="plans"),
    path("plan/plantillas/", plans.templates, name="templates"),
    path("plan/plantillas/<slug:key>/<slug:language>/", plans.template, name="template"),
    path("plan/plantillas/<slug:key>/<slug:language>/cuerpo/", plans.template_body, name="template_body"),
    path("mensajes/", messages.message_list, name="messages"),
    path("mensajes/<int:message_id>/", messages.message, name="message"),
    path("mensajes/<int:message_id>/cuerpo/", messages.message_body, name="message_body"),
    path("mensajes/<int:message_id>/resolver/", messages.resolve, name="message_resolve"),
    path("demo/buzon/", messages.mailbox, name="mailbox"),
    path("demo/buzon/<str:mail_id>/", messages.mail, name="mail"),
    path("demo/buzon/<str:mail_id>/cuerpo/", messages.mail_body, name="mail_body"),
    path("ajustes/usuarios/", settings.users, name="users"),
    path("ajustes/usuarios/<int:user_id>/", settings.user_change, name="user_change"),
    path("ajustes/llaves/", settings.keys, name="api_keys"),
    path("ajustes/llaves/<int:key_id>/revocar/", settings.key_revoke, name="key_revoke"),
    path("ajustes/empresa/", settings.company, name="company"),
    path("cumplimiento/negativas/", laws.refusals, name="refusals"),
    path("cumplimiento/reglas/", laws.laws, name="laws"),
]
