"""What findings say to people: what is wrong, what it blocks, how it is mended. Codes in, words out."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.companies.types import PortalIdentity
from puntual.insights.rules.tax_ids import NAMES, TaxIdFault
from puntual.insights.types import FindingCode, Mend
from puntual.lib import formats

_C = FindingCode
# Title of the kind, what it blocks or spoils.
_KINDS: Mapping[FindingCode, tuple[Any, Any]] = {
    _C.BANK_ACCOUNT_INVALID: (
        lazy("CLABE de la empresa incorrecta"),
        lazy("Los deudores no pueden pagar por transferencia: ningún mensaje debería salir con ella."),
    ),
    _C.TIME_ZONE_UNKNOWN: (
        lazy("No se sabe la hora del deudor"),
        lazy("Bloquea todo contacto: la ley fija horarios y sin estado ni zona horaria no se puede cumplir."),
    ),
    _C.UNREACHABLE: (
        lazy("Sin medio de contacto que sirva"),
        lazy("Bloquea todo contacto: no hay por dónde buscar al deudor."),
    ),
    _C.PLAN_CHANNEL_MISSING: (
        lazy("Sin medio para los canales del plan"),
        lazy("Los pasos del plan no le llegan: solo se le puede buscar por otro canal."),
    ),
    _C.PHONE_INVALID: (
        lazy("Teléfono que no se puede marcar"),
        lazy("Las llamadas y los mensajes a ese número fallan."),
    ),
    _C.EMAIL_INVALID: (lazy("Correo mal escrito"), lazy("Los correos a esa dirección rebotan.")),
    _C.PHONE_UNREADABLE: (
        lazy("Teléfono del archivo que no se entendió"),
        lazy("No quedó como medio de contacto y el deudor no tiene otro teléfono."),
    ),
    _C.EMAIL_UNREADABLE: (
        lazy("Correo del archivo que no se entendió"),
        lazy("No quedó como medio de contacto y el deudor no tiene otro correo."),
    ),
    _C.TAX_ID_MISSING: (
        lazy("Falta el registro fiscal (RFC)"),
        lazy("Impide facturar y que el deudor se identifique en el portal."),
    ),
    _C.PORTAL_PROOF_MISSING: (
        lazy("Sin dato con que entrar al portal"),
        lazy("Sus mensajes no llevan liga: no tiene RFC propio, ni teléfono suyo ni contrato que probar."),
    ),
    _C.TAX_ID_INVALID: (
        lazy("Registro fiscal mal formado"),
        lazy("Impide facturar, y el deudor no podrá identificarse en el portal con él."),
    ),
    _C.TAX_ID_CHECK_DIGIT: (
        lazy("Registro fiscal con dígito verificador que no corresponde"),
        lazy("Casi siempre es un error de captura: las facturas se rechazan y los clientes se duplican."),
    ),
    _C.TAX_ID_GENERIC: (
        lazy("Registro fiscal genérico"),
        lazy("No identifica a nadie: no sirve para el portal, para unir clientes ni para demandar."),
    ),
    _C.TAX_ID_SHARED: (
        lazy("El mismo registro fiscal en varios clientes"),
        lazy("Puede ser un cliente duplicado: recibe avisos dobles y su saldo se ve partido."),
    ),
    _C.TAX_ID_OF_OTHER_KIND: (
        lazy("Registro fiscal de otro tipo de persona"),
        lazy("El trato y los textos cambian entre personas físicas y morales."),
    ),
    _C.STATE_UNKNOWN: (
        lazy("Estado que no se reconoce"),
        lazy("La hora del deudor se está tomando de otro dato."),
    ),
    _C.POSTAL_CODE_INVALID: (
        lazy("Código postal incorrecto"),
        lazy("Las cartas y visitas no llegan, y el CFDI lo pide exacto."),
    ),
    _C.CLABE_INVALID: (
        lazy("CLABE del cliente incorrecta"),
        lazy("Una devolución o domiciliación a esa cuenta falla."),
    ),
    _C.DUE_BEFORE_ISSUE: (
        lazy("Vence antes de emitirse"),
        lazy("Los días de atraso y la etapa salen mal: se cobra lo que quizá no ha vencido."),
    ),
    _C.ISSUED_AHEAD: (
        lazy("Fecha de emisión que todavía no llega"),
        lazy("Se suma en Inicio y no en la antigüedad de hoy: los dos no cuadran hasta ese día."),
    ),
    _C.DOCUMENT_REPEATED: (
        lazy("Documento que parece repetido"),
        lazy("Se cobra dos veces lo mismo."),
    ),
    _C.DOCUMENT_ALIKE: (
        lazy("Facturas gemelas"),
        lazy("Misma fecha, plazo e importe con otro folio: puede ser la misma factura dos veces."),
    ),
    _C.AMOUNT_UNUSUAL: (
        lazy("Importe lejos de lo normal del cliente"),
        lazy("Si es un error de captura, se cobra una cantidad que no es."),
    ),
    _C.BALANCE_TINY: (
        lazy("Saldo de centavos"),
        lazy("Cobrarlo cuesta más que el saldo y molesta al cliente."),
    ),
    _C.PAPER_MISSING: (
        lazy("Falta un documento del expediente"),
        lazy("Sin él la deuda no se puede probar en una aclaración ni en un juicio."),
    ),
    _C.PAYMENT_BEFORE_ISSUE: (
        lazy("Pago anterior al documento que paga"),
        lazy("Puede ser un anticipo, o un pago aplicado a otro documento del que era."),
    ),
    _C.PAYMENT_RETURNED: (
        lazy("Pago devuelto"),
        lazy("Señal de falta de fondos: conviene llamar antes de que venza lo que sigue."),
    ),
    _C.PAYS_SLOWER: (
        lazy("Paga más tarde que antes"),
        lazy("Señal de que su situación cambió: conviene hablar con el cliente."),
    ),
    _C.PAYS_IN_PARTS: (
        lazy("Empezó a pagar en partes"),
        lazy("Señal de que su situación cambió: puede necesitar un convenio."),
    ),
}
_MENDS: Mapping[Mend, Any] = {
    Mend.EDIT_CUSTOMER: lazy("Corregir datos del cliente"),
    Mend.MERGE_CUSTOMERS: lazy("Ver y unir clientes"),
    Mend.ADD_POINT: lazy("Agregar medio de contacto"),
    Mend.MARK_POINT: lazy("Corregir medio de contacto"),
    Mend.PAUSE_DOCUMENT: lazy("Pausar mientras se aclara"),
    Mend.MARK_PAPER: lazy("Marcar que ya está"),
    Mend.SEE_PAYMENT: lazy("Ver el pago"),
    Mend.SEE_CUSTOMER: lazy("Ver al cliente"),
    Mend.EDIT_COMPANY: lazy("Corregir datos de la empresa"),
}
_FAULTS: Mapping[str, Any] = {
    TaxIdFault.FORM: lazy("no tiene la forma de un %(name)s"),
    TaxIdFault.LENGTH: lazy("no tiene el largo de un %(name)s"),
    TaxIdFault.PART: lazy("tiene una parte que no puede ser (fecha o tipo) en un %(name)s"),
    TaxIdFault.INCOMPLETE: lazy("está incompleto: faltan los últimos caracteres del %(name)s"),
    TaxIdFault.CHECK_DIGIT: lazy("no cumple el dígito verificador del %(name)s"),
    TaxIdFault.GENERIC: lazy("es el %(name)s genérico"),
}
_UNREACHABLE: Mapping[str, Any] = {
    "no-points": lazy("No tiene ningún medio de contacto."),
    "points-of-others": lazy("Solo hay datos de otras personas (aval, referencia), no del deudor."),
    "opted-out": lazy("Pidió que no se use ninguno de los canales por los que se le podía buscar."),
    "points-wrong": lazy("Todos sus datos rebotaron, son equivocados o no se pueden usar."),
}
_CHANNELS: Mapping[str, Any] = {
    "EMAIL": lazy("correo"),
    "SMS": lazy("SMS"),
    "WHATSAPP": lazy("WhatsApp"),
    "CALL": lazy("llamada"),
    "LETTER": lazy("carta"),
    "VISIT": lazy("visita"),
    "PORTAL": lazy("portal"),
}


def finding_title(*, code: FindingCode) -> str:
    """Name a kind of finding."""
    return str(_KINDS[code][0])


def finding_blocks(*, code: FindingCode) -> str:
    """Say what a kind of finding blocks or spoils."""
    return str(_KINDS[code][1])


def mend_text(*, mend: Mend) -> str:
    """Name the act that mends."""
    return str(_MENDS[mend])


def finding_text(*, code: FindingCode, detail: Mapping[str, Any]) -> str:
    """Say in one sentence what was found, with its values."""
    return _TEXTS[code](detail)


def _day(text: str) -> str:
    return formats.day(value=date.fromisoformat(text), locale=_locale())


def _money(detail: Mapping[str, Any], key: str = "amount") -> str:
    return formats.money(amount=Decimal(detail[key]), currency=detail["currency"], locale=_locale())


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _tax_id(detail: Mapping[str, Any]) -> str:
    name = NAMES.get(detail["country"], _("registro fiscal"))
    fault = str(_FAULTS[detail["fault"]]) % {"name": name}
    return _("«%(value)s» %(fault)s.") % {"value": detail["value"], "fault": fault}


def _tax_id_missing(detail: Mapping[str, Any]) -> str:
    if detail["invoices"]:
        return _("Debe facturas y no tiene %(name)s.") % {
            "name": NAMES.get(detail["country"], _("registro fiscal"))
        }
    return _("No tiene registro fiscal, y con él se entra al portal.")


def _proof_missing(detail: Mapping[str, Any]) -> str:
    if detail["policy"] == PortalIdentity.TAX_ID_ONLY:
        return _("No tiene un RFC propio, y solo con él se entra al portal.")
    return _("No tiene RFC propio, teléfono suyo ni número de contrato con que probar quién es.")


def _tax_id_kind(detail: Mapping[str, Any]) -> str:
    if detail["kind"] == "PERSON":
        return _("«%(value)s» es de una empresa y el cliente está como persona física.") % {
            "value": detail["value"]
        }
    return _("«%(value)s» es de una persona física y el cliente está como empresa.") % {
        "value": detail["value"]
    }


def _shared(detail: Mapping[str, Any]) -> str:
    count = len(detail["others"])
    if detail["more"]:
        return _("«%(value)s» también está en otros %(count)s clientes o más.") % {
            "value": detail["value"],
            "count": count,
        }
    if count == 1:
        return _("«%(value)s» también está en otro cliente.") % {"value": detail["value"]}
    return _("«%(value)s» también está en otros %(count)s clientes.") % {
        "value": detail["value"],
        "count": count,
    }


def _zone(detail: Mapping[str, Any]) -> str:
    if detail["state"]:
        return _(
            "El estado «%(state)s» no se reconoce y no hay zona horaria ni teléfono que diga su hora."
        ) % {"state": detail["state"]}
    return _("No hay estado, zona horaria ni teléfono que diga su hora.")


def _plan_channels(detail: Mapping[str, Any]) -> str:
    return _("El plan contacta por %(plan)s; al cliente solo se le puede buscar por %(open)s.") % {
        "plan": ", ".join(str(_CHANNELS.get(one, one)) for one in detail["plan"]),
        "open": ", ".join(str(_CHANNELS.get(one, one)) for one in detail["open"]),
    }


def _postal_code(detail: Mapping[str, Any]) -> str:
    if detail["lost_zero"]:
        return _("«%(value)s» perdió un dígito: quizá es 0%(value)s.") % {"value": detail["value"]}
    return _("«%(value)s» no es un código postal de cinco dígitos.") % {"value": detail["value"]}


def _clabe(detail: Mapping[str, Any]) -> str:
    if detail["digits"] != 18:
        return _("«%(value)s» tiene %(digits)s dígitos y una CLABE tiene 18.") % dict(detail)
    return _("«%(value)s» no cumple su dígito de control.") % {"value": detail["value"]}


def _unusual(detail: Mapping[str, Any]) -> str:
    text = _("%(amount)s; su normal es de %(low)s a %(high)s (%(documents)s documentos).") % {
        "amount": _money(detail),
        "low": _money(detail, "low"),
        "high": _money(detail, "high"),
        "documents": detail["documents"],
    }
    if detail["slip"]:
        text += " " + _("Parece un punto decimal corrido %(places)s lugares.") % {
            "places": abs(detail["slip"])
        }
    return text


def _repeated(detail: Mapping[str, Any]) -> str:
    if detail["same_amount"]:
        return _("Es el mismo folio que %(other)s, escrito de otra forma, y por el mismo importe.") % {
            "other": detail["other"]
        }
    return _("Es el mismo folio que %(other)s, escrito de otra forma, por otro importe.") % {
        "other": detail["other"]
    }


def _returned(detail: Mapping[str, Any]) -> str:
    text = _("Se devolvió un pago de %(amount)s el %(day)s") % {
        "amount": _money(detail),
        "day": _day(detail["returned_on"]),
    }
    if detail["count"] > 1:
        text = _("Se devolvieron %(count)s pagos en 90 días, el último de %(amount)s el %(day)s") % {
            "count": detail["count"],
            "amount": _money(detail),
            "day": _day(detail["returned_on"]),
        }
    return f"{text}: {detail['reason']}." if detail["reason"] else f"{text}."


def _slower(detail: Mapping[str, Any]) -> str:
    return _("En 90 días paga %(now)s; antes pagaba %(before)s.") % {
        "now": _delay(detail["now"]),
        "before": _delay(detail["before"]),
    }


def _delay(days: int) -> str:
    if days > 0:
        return _("%(days)s días tarde") % {"days": days}
    if days < 0:
        return _("%(days)s días antes") % {"days": -days}
    return _("el mismo día")


_TEXTS: Mapping[FindingCode, Callable[[Mapping[str, Any]], str]] = {
    _C.BANK_ACCOUNT_INVALID: lambda detail: (
        _("«%(value)s» no es una CLABE: no cumple sus 18 dígitos y su dígito de control.") % detail
    ),
    _C.TIME_ZONE_UNKNOWN: _zone,
    _C.UNREACHABLE: lambda detail: str(_UNREACHABLE[detail["why"]]),
    _C.PLAN_CHANNEL_MISSING: _plan_channels,
    _C.PHONE_INVALID: lambda detail: _("«%(value)s» no es un número que exista.") % detail,
    _C.EMAIL_INVALID: lambda detail: _("«%(value)s» no es una dirección de correo.") % detail,
    _C.PHONE_UNREADABLE: lambda detail: _("«%(value)s» (columna %(heading)s) no es un teléfono.") % detail,
    _C.EMAIL_UNREADABLE: lambda detail: _("«%(value)s» (columna %(heading)s) no es un correo.") % detail,
    _C.TAX_ID_MISSING: _tax_id_missing,
    _C.PORTAL_PROOF_MISSING: _proof_missing,
    _C.TAX_ID_INVALID: _tax_id,
    _C.TAX_ID_CHECK_DIGIT: _tax_id,
    _C.TAX_ID_GENERIC: _tax_id,
    _C.TAX_ID_OF_OTHER_KIND: _tax_id_kind,
    _C.TAX_ID_SHARED: _shared,
    _C.STATE_UNKNOWN: lambda detail: _("«%(value)s» no es un estado de México que se reconozca.") % detail,
    _C.POSTAL_CODE_INVALID: _postal_code,
    _C.CLABE_INVALID: _clabe,
    _C.DUE_BEFORE_ISSUE: lambda detail: (
        _("Vence el %(due)s y se emitió el %(issue)s.")
        % {"due": _day(detail["due_date"]), "issue": _day(detail["issue_date"])}
    ),
    _C.ISSUED_AHEAD: lambda detail: _("Se emite el %s.") % _day(detail["issue_date"]),
    _C.DOCUMENT_REPEATED: _repeated,
    _C.DOCUMENT_ALIKE: lambda detail: (
        _("Tiene la misma fecha, vencimiento e importe que %(other)s.") % detail
    ),
    _C.AMOUNT_UNUSUAL: _unusual,
    _C.BALANCE_TINY: lambda detail: _("Quedan %(amount)s por cobrar.") % {"amount": _money(detail)},
    _C.PAPER_MISSING: lambda detail: _("Falta: %(paper)s.") % detail,
    _C.PAYMENT_BEFORE_ISSUE: lambda detail: (
        _("El pago es del %(paid)s y %(document)s se emitió el %(issue)s.")
        % {
            "paid": _day(detail["value_date"]),
            "document": detail["document"],
            "issue": _day(detail["issue_date"]),
        }
    ),
    _C.PAYMENT_RETURNED: _returned,
    _C.PAYS_SLOWER: _slower,
    _C.PAYS_IN_PARTS: lambda detail: (
        _(
            "En 90 días pagó en partes %(parts)s de %(documents)s documentos; antes %(before)s de %(before_documents)s."
        )
        % detail
    ),
}
