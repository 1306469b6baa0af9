"""Addresses: Cartera, Gestión, Pagos, search."""

from django.urls import URLPattern, path

from puntual.staff.views import agreements, bank, case, case_acts, customers, payments, search, work

urlpatterns: list[URLPattern] = [
    path("buscar/", search.search, name="search"),
    path("clientes/", customers.customers, name="customers"),
    path("documentos/", customers.receivables, name="receivables"),
    path("clientes/<int:customer_id>/", case.customer, name="customer"),
    path("clientes/<int:customer_id>/documentos/", case.documents, name="customer_documents"),
    path("clientes/<int:customer_id>/estado-de-cuenta/", case.statement, name="statement"),
    path("clientes/<int:customer_id>/por-que/", case.why, name="why"),
    path("clientes/<int:customer_id>/contacto/", case_acts.record_contact, name="record_contact"),
    path("clientes/<int:customer_id>/promesa/", case_acts.take_promise, name="take_promise"),
    path(
        "clientes/<int:customer_id>/promesas/<int:promise_id>/cancelar/",
        agreements.cancel_promise,
        name="cancel_promise",
    ),
    path("clientes/<int:customer_id>/aclaracion/", case_acts.open_dispute, name="open_dispute"),
    path(
        "clientes/<int:customer_id>/aclaraciones/<int:dispute_id>/contestar/",
        agreements.answer_dispute,
        name="answer_dispute",
    ),
    path(
        "clientes/<int:customer_id>/aclaraciones/<int:dispute_id>/tomar/",
        agreements.take_dispute,
        name="take_dispute",
    ),
    path("clientes/<int:customer_id>/pausa/", case_acts.pause, name="pause"),
    path("clientes/<int:customer_id>/pausas/<int:hold_id>/reanudar/", agreements.resume, name="resume"),
    path("clientes/<int:customer_id>/medios/", case_acts.add_point, name="add_point"),
    path("clientes/<int:customer_id>/medios/<int:point_id>/", case_acts.mark_point, name="mark_point"),
    path("clientes/<int:customer_id>/preferencia/", case_acts.set_channel, name="set_channel"),
    path("clientes/<int:customer_id>/tareas/<int:action_id>/", case_acts.put_aside, name="put_aside"),
    path("clientes/<int:customer_id>/enlace/", agreements.make_link, name="make_link"),
    path(
        "clientes/<int:customer_id>/enlaces/<uuid:link_id>/revocar/",
        agreements.revoke_link,
        name="revoke_link",
    ),
    path("clientes/<int:customer_id>/pago/", payments.record_payment, name="record_payment"),
    path("bandeja/", work.inbox, name="inbox"),
    path("promesas/", work.promises, name="promises"),
    path("aclaraciones/", work.disputes, name="disputes"),
    path("pagos/", payments.payment_list, name="payments"),
    path("pagos/por-aplicar/", payments.unapplied, name="unapplied"),
    path("pagos/avisos/", payments.reports, name="reports"),
    path("pagos/avisos/<int:report_id>/confirmar/", payments.confirm_report, name="confirm_report"),
    path("pagos/avisos/<int:report_id>/rechazar/", payments.reject_report, name="reject_report"),
    path("pagos/conciliacion/", bank.lines, name="reconciliation"),
    path("pagos/conciliacion/subir/", bank.upload, name="bank_upload"),
    path("pagos/conciliacion/<int:line_id>/asignar/", bank.match, name="bank_match"),
    path("pagos/conciliacion/<int:line_id>/descartar/", bank.ignore, name="bank_ignore"),
    path("pagos/<int:payment_id>/", payments.payment, name="payment"),
    path("pagos/<int:payment_id>/revertir/", payments.reverse_payment, name="reverse_payment"),
    path("pagos/<int:payment_id>/aplicar/", payments.apply_credit, name="apply_credit"),
]
