"""Addresses: what a manager does by hand beside the plan."""

from django.urls import URLPattern, path

from puntual.staff.views import approvals, campaigns, pauses, releases, texts

urlpatterns: list[URLPattern] = [
    path("hoy/por-aprobar/", approvals.approvals, name="approvals"),
    path("hoy/en-espera/", approvals.waiting_actions, name="waiting_actions"),
    path("hoy/por-aprobar/decidir/", approvals.decide, name="approvals_decide"),
    path("hoy/acciones/<int:action_id>/texto/", approvals.action_text, name="action_text"),
    path("hoy/acciones/<int:action_id>/cambiar/", approvals.change_action, name="change_action"),
    path("campanas/", campaigns.campaigns, name="campaigns"),
    path("campanas/nueva/", campaigns.new_campaign, name="new_campaign"),
    path("campanas/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campanas/<int:campaign_id>/aprobar/", campaigns.approve_campaign, name="approve_campaign"),
    path("campanas/<int:campaign_id>/detener/", campaigns.stop_campaign, name="stop_campaign"),
    path("cumplimiento/por-liberar/", releases.releases, name="releases"),
    path("cumplimiento/por-liberar/<int:review_id>/", releases.release, name="release"),
    path("cumplimiento/por-liberar/contestar/", releases.answer_releases, name="answer_releases"),
    path("textos/revisar/", texts.check_text, name="check_text"),
    path("hoy/pausas/", pauses.pauses, name="pauses"),
    path("hoy/pausas/nueva/", pauses.pause, name="pause_portfolio"),
    path("hoy/pausas/<int:pause_id>/terminar/", pauses.resume, name="resume_portfolio"),
]
