"""Addresses: complaints, requests about data, and the monthly report."""

from django.urls import URLPattern, path

from puntual.staff.views import petition_acts, petitions, redeco

_ONE = "cumplimiento/peticiones/<int:petition_id>/"
urlpatterns: list[URLPattern] = [
    path("cumplimiento/quejas/", petitions.complaints, name="complaints"),
    path("cumplimiento/quejas/redeco/", redeco.redeco, name="redeco"),
    path("cumplimiento/quejas/redeco/<str:kind>/", redeco.redeco_file, name="redeco_file"),
    path("cumplimiento/solicitudes/", petitions.requests, name="requests"),
    path(_ONE, petitions.petition, name="petition"),
    path(f"{_ONE}datos.<str:kind>", petitions.petition_data, name="petition_data"),
    path(f"{_ONE}tomar/", petition_acts.take, name="petition_take"),
    path(f"{_ONE}asignar/", petition_acts.assign, name="petition_assign"),
    path(f"{_ONE}corregir/", petition_acts.change, name="petition_change"),
    path(f"{_ONE}contestar/", petition_acts.answer, name="petition_answer"),
    path(f"{_ONE}abrir/", petition_acts.reopen, name="petition_reopen"),
    path(f"{_ONE}retirar/", petition_acts.withdraw, name="petition_withdraw"),
    path(f"{_ONE}cumplir/", petition_acts.carry, name="petition_carry"),
    path("clientes/<int:customer_id>/queja/", petition_acts.receive_complaint, name="receive_complaint"),
    path("clientes/<int:customer_id>/solicitud/", petition_acts.receive_request, name="receive_request"),
]
