"""Addresses of Plan › Planes."""

from django.urls import URLPattern, path

from puntual.staff.views import plan_editor, plan_parts, plan_places, plan_previews, plan_versions

urlpatterns: list[URLPattern] = [
    path("plan/", plan_versions.plan_list, name="plans"),
    path("plan/nuevo/", plan_versions.new, name="plan_new"),
    path("plan/versiones/<int:version_id>/", plan_versions.version, name="plan_version"),
    path(
        "plan/versiones/<int:version_id>/objetivos/", plan_versions.version_goals, name="plan_version_goals"
    ),
    path("plan/versiones/<int:version_id>/cambios/", plan_versions.changes, name="plan_changes"),
    path("plan/versiones/<int:version_id>/texto/", plan_versions.text, name="plan_text"),
    path("plan/versiones/<int:version_id>/archivo/", plan_versions.file, name="plan_file"),
    path("plan/versiones/<int:version_id>/mover/", plan_versions.edit_act, name="plan_edit_act"),
    path("plan/versiones/<int:version_id>/aprobar/", plan_versions.approve_act, name="plan_approve_act"),
    path("plan/borradores/<int:version_id>/", plan_editor.editor, name="plan_editor"),
    path("plan/borradores/<int:version_id>/editar/", plan_editor.edit, name="plan_edit"),
    path("plan/borradores/<int:version_id>/texto/", plan_editor.text, name="plan_draft_text"),
    path("plan/borradores/<int:version_id>/texto/revisar/", plan_editor.check_text, name="plan_check_text"),
    path("plan/borradores/<int:version_id>/lugares/", plan_places.places, name="plan_places"),
    path("plan/borradores/<int:version_id>/lugares/mover/", plan_places.edit, name="plan_places_edit"),
    path("plan/borradores/<int:version_id>/parte/<slug:name>/", plan_parts.part, name="plan_part"),
    path("plan/borradores/<int:version_id>/mensaje/<slug:key>/", plan_previews.preview, name="plan_preview"),
    path(
        "plan/borradores/<int:version_id>/mensaje/<slug:key>/cuerpo/",
        plan_previews.body,
        name="plan_preview_body",
    ),
]
