"""Addresses of Plan › Planes."""

from django.urls import URLPattern, path

from puntual.staff.views import plan_versions

urlpatterns: list[URLPattern] = [
    path("plan/", plan_versions.plan_list, name="plans"),
    path("plan/nuevo/", plan_versions.new, name="plan_new"),
    path("plan/versiones/<int:version_id>/", plan_versions.version, name="plan_version"),
    path("plan/versiones/<int:version_id>/cambios/", plan_versions.changes, name="plan_changes"),
    path("plan/versiones/<int:version_id>/texto/", plan_versions.text, name="plan_text"),
    path("plan/versiones/<int:version_id>/archivo/", plan_versions.file, name="plan_file"),
    path("plan/versiones/<int:version_id>/mover/", plan_versions.edit_act, name="plan_edit_act"),
    path("plan/versiones/<int:version_id>/aprobar/", plan_versions.approve_act, name="plan_approve_act"),
]
