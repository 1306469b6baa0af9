"""
What collectors of the demo company wrote down, in the Spanish they use.

`{short}` is the person who answers, `{due}` a day in words such as "viernes 14 de marzo".
"""

PROMISE_NOTES = (
    "{short} se compromete a transferir el {due}.",
    "Promete pago para el {due}; pide que le reenvíen los datos bancarios.",
    "Dice que el {due} queda cubierto, está esperando un pago que le deben.",
    "Compromiso de pago para el {due}. Confirmó monto y cuenta CLABE.",
    "{short} pide plazo al {due}; no quiere que se le suspenda el crédito.",
    "Se acuerda pago el {due}, depósito en ventanilla.",
    "Queda de mandar comprobante por WhatsApp el {due}.",
)
REPEATED_PROMISE_NOTES = (
    "Se le recuerda que no cumplió la promesa anterior; ofrece pagar el {due}.",
    "Segundo compromiso: {short} asegura que el {due} sin falta.",
    "Se disculpa, dice que se le juntaron los pagos. Nueva fecha: {due}.",
    "Promete otra vez, ahora para el {due}. Avisado de que sigue requerimiento formal.",
)
COMPANY_PROMISE_NOTES = (
    "{short} confirma que la factura ya está en la corrida de pagos del {due}.",
    "Tesorería programa transferencia para el {due}.",
    "Falta una firma de autorización; {short} promete el pago el {due}.",
    "Cuentas por pagar libera el {due}. Pidieron complemento de pago al recibir.",
    "Dirección autoriza pagar el {due}; lo confirma {short}.",
)

ANSWERED_NOTES = {
    "PUNCTUAL": (
        "{short} comenta que no le había llegado el estado de cuenta; se reenvía.",
        "Fue un descuido, hoy mismo lo revisa con su contador.",
        "Buen trato. Pide que el recordatorio se mande también por WhatsApp.",
    ),
    "SLOW": (
        "{short} pide estado de cuenta actualizado antes de programar.",
        "Comenta que paga a 45 días aunque el plazo pactado es menor.",
        "Solo programan pagos los viernes; hay que insistir a media semana.",
        "Dice que el contador anda fuera, que se le llame la próxima semana.",
    ),
    "SEASONAL": (
        "Temporada baja; {short} pide esperar a que repunte la venta.",
        "Reconoce el adeudo, dice que se pone al corriente entrando la temporada.",
        "Flujo apretado fuera de temporada; ofrece abonar lo que pueda.",
    ),
    "PROMISE_BREAKER": (
        "{short} asegura que ya casi tiene el dinero completo.",
        "Contesta de mal modo, dice que ya había quedado en pagar.",
        "Pone pretextos: que el banco, que la terminal, que mañana sin falta.",
        "Se le explica que ya van varios compromisos sin cumplir.",
    ),
    "CHRONIC": (
        "Reconoce el adeudo pero dice no tener fecha de pago.",
        "{short} dice que paga en cuanto venda mercancía parada.",
        "Ofrece devolver parte de la mercancía; se le explica que no procede.",
        "Pide reestructura a seis pagos; se turna a supervisión.",
    ),
    "DISPUTING": (
        "{short} dice que hay diferencias con lo facturado y las está documentando.",
        "No objeta el saldo restante, solo la partida en aclaración.",
        "Pide hablar con el vendedor antes de programar el pago.",
    ),
    "PARTIAL": (
        "{short} ofrece ir abonando; se acepta y se le pide constancia.",
        "Abona conforme vende; pide no cortar el suministro.",
        "Quiere liquidar en dos partes, hoy no alcanza el total.",
    ),
    "STRATEGIC": (
        "{short}, de cuentas por pagar, pide orden de compra y acuse de recepción.",
        "El portal de proveedores rechazó el XML; se vuelve a subir.",
        "Liberan pagos los jueves, previa validación de almacén.",
    ),
}
CONSUMER_ANSWERED_NOTES = {
    "PUNCTUAL": (
        "{short} pensaba que vencía hasta fin de mes; pasa a pagar.",
        "Se le olvidó; pide que le avisen unos días antes.",
    ),
    "SLOW": (
        "{short} paga cuando le cae la quincena.",
        "Dice que le retrasaron el sueldo, paga en la semana.",
        "Va a pasar a la tienda el sábado con el abono.",
    ),
    "SEASONAL": (
        "Trabaja por temporada; se pone al corriente cuando reanuda labores.",
        "{short} comenta que en estos meses baja el trabajo, no se niega a pagar.",
    ),
    "PROMISE_BREAKER": (
        "{short} dice que ahora sí, que ya le prestan para completar.",
        "Contesta y cuelga al identificarse el motivo de la llamada.",
        "Se le explica que ya van varios compromisos sin cumplir.",
    ),
    "CHRONIC": (
        "{short} se quedó sin empleo; pide que le bajen la mensualidad.",
        "Reconoce el adeudo, hoy no puede dar fecha.",
        "Tiene gastos médicos en casa; se sugiere valorar convenio.",
    ),
    "DISPUTING": (
        "Dice que el mueble salió con detalle y no paga hasta que lo revisen.",
        "{short} asegura que ya pagó en ventanilla; busca su comprobante.",
    ),
    "PARTIAL": (
        "{short} abona lo que puede cada quincena.",
        "Completa en dos partes; pide recibo de cada abono.",
    ),
}

NO_ANSWER_NOTES = (
    "No contesta.",
    "Manda a buzón de voz.",
    "Suena ocupado, se intenta de nuevo sin éxito.",
    "Línea fuera de servicio por el momento.",
)
SILENT_NOTES = (
    "Manda directo a buzón de voz, igual que las veces anteriores.",
    "No contesta; el WhatsApp se queda en una palomita.",
    "Cuelgan al contestar.",
    "Sin respuesta en ninguno de los medios registrados.",
)
WRONG_PARTY_NOTE = "Contesta otra persona, no se encuentra {short}; no se da información."
WRONG_PHONE_NOTE = "Grabación: el número marcado no existe. Pendiente actualizar teléfono."
VISIT_NOTES = (
    "Se visita el domicilio; negocio abierto, el encargado no puede dar razón.",
    "Se visita el domicilio; {short} recibe el estado de cuenta y firma de enterado.",
)
SILENT_VISIT_NOTES = (
    "Local cerrado y con aviso de renta.",
    "Domicilio cerrado en horario hábil; se deja citatorio sin datos del adeudo.",
)

PREVENTIVE_NOTE = "Recordatorio preventivo: vence el {due}."
OVERDUE_NOTES = {
    "EMAIL": "Aviso de saldo vencido con estado de cuenta.",
    "WHATSAPP": "Recordatorio de saldo vencido con liga de pago.",
    "SMS": "Recordatorio corto de saldo vencido.",
}
FORMAL_NOTE = "Requerimiento formal de pago entregado por mensajería."
LAST_NOTE = "Último requerimiento antes de turnar el expediente a jurídico."
LEGAL_NOTE = "Expediente integrado y turnado a jurídico para demanda mercantil."

COMPANY_INBOUND_NOTES = (
    "{short} llama para pedir estado de cuenta a la fecha.",
    "Solicitan complemento de pago del mes anterior.",
    "Preguntan si se puede ampliar el plazo de crédito.",
    "Piden cambiar el correo al que llegan las facturas; se toma nota.",
)
CONSUMER_INBOUND_NOTES = (
    "{short} pregunta cuánto le falta para liquidar.",
    "Pide los datos para pagar por transferencia.",
    "Pregunta si puede adelantar mensualidades sin penalización.",
    "Pide que le llamen por la tarde, en la mañana trabaja.",
)

# Reason by topic, in the codes of agreements.
DISPUTE_REASONS = {
    "damaged_goods": "QUALITY",
    "missing_items": "NOT_DELIVERED",
    "price_difference": "WRONG_AMOUNT",
    "not_received": "NOT_DELIVERED",
    "duplicate_invoice": "OTHER",
    "missing_order": "OTHER",
    "already_paid": "ALREADY_PAID",
}
# Topic, then what was written when it was opened.
COMPANY_DISPUTES = (
    ("damaged_goods", "Llegaron dos mesas con la cubierta rayada; mandan fotografías."),
    ("damaged_goods", "Reportan empaques mojados y cubiertas hinchadas en la entrega."),
    ("missing_items", "Faltaron cuatro sillas respecto de la remisión."),
    ("missing_items", "El flete llegó incompleto, faltó la caja de herrajes."),
    ("price_difference", "El precio facturado no coincide con la cotización autorizada."),
    ("price_difference", "No se aplicó el descuento por volumen acordado con ventas."),
    ("not_received", "Almacén dice que no recibió la mercancía de esta factura."),
    ("duplicate_invoice", "Aseguran que la factura está duplicada con la del mes anterior."),
    ("missing_order", "Cuentas por pagar la rechaza: no trae número de orden de compra."),
)
CONSUMER_DISPUTES = (
    ("damaged_goods", "La sala salió con una costura abierta; pide que pase el técnico."),
    ("damaged_goods", "La puerta del ropero no cierra; no paga hasta que la arreglen."),
    ("already_paid", "Dice que pagó en ventanilla y no se lo aplicaron."),
    ("price_difference", "Le prometieron meses sin intereses y el cargo es mayor."),
)
# By topic: state in which it ended and what was written when it was closed.
RESOLUTIONS = {
    "damaged_goods": (
        ("ACCEPTED", "Se repuso la pieza dañada; el cliente libera el pago."),
        ("ACCEPTED", "El técnico reparó el mueble en el domicilio; cliente conforme."),
        ("REJECTED", "La remisión está firmada sin observaciones; procede el cobro."),
    ),
    "missing_items": (
        ("ACCEPTED", "Se entregó el faltante en la siguiente ruta; queda conforme."),
        ("REJECTED", "El acuse trae sello de almacén con la cantidad completa."),
    ),
    "price_difference": (
        ("REJECTED", "Se envió la cotización firmada; el precio es correcto."),
        ("WITHDRAWN", "Revisó el contrato y retira la aclaración."),
    ),
    "not_received": (
        ("REJECTED", "Se envió acuse de entrega firmado y sellado."),
        ("WITHDRAWN", "La mercancía estaba en otra bodega; retiran la aclaración."),
    ),
    "duplicate_invoice": (("REJECTED", "Son dos pedidos distintos; se enviaron ambos acuses."),),
    "missing_order": (("ACCEPTED", "Se agregó la orden de compra y se volvió a presentar."),),
    "already_paid": (
        ("REJECTED", "El comprobante corresponde a la mensualidad anterior."),
        ("WITHDRAWN", "Encontró su recibo, era de otro crédito; retira la aclaración."),
    ),
}

HOLDS = (
    ("NEGOTIATION", "Convenio en negociación con gerencia; no gestionar hasta nueva indicación."),
    ("OTHER", "Cuenta en revisión por diferencias de saldo con contabilidad."),
    ("HARDSHIP", "Familiar hospitalizado; se suspende la gestión por consideración."),
    ("HARDSHIP", "Zona afectada por inundaciones; se suspende la gestión temporalmente."),
)

OPT_OUT_NOTES = {
    "WHATSAPP": "Pide que ya no se le escriba por WhatsApp.",
    "SMS": "Respondió BAJA al mensaje de texto.",
    "EMAIL": "Se dio de baja desde la liga del correo.",
}
