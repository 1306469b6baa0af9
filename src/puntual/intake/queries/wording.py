"""What intake says to people: reasons, questions, assumptions, warnings. Codes in, words out."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from puntual.intake.types import Field, FileKind, Question, QuestionCode, Reason, Remark, RemarkCode

_REASONS = {
    Reason.CUSTOMER_MISSING: lazy("Falta el número de cliente."),
    Reason.DOCUMENT_MISSING: lazy("Falta el folio del documento."),
    Reason.DUE_DATE_MISSING: lazy("Falta la fecha de vencimiento."),
    Reason.PAID_DATE_MISSING: lazy("Falta la fecha de pago."),
    Reason.AMOUNT_MISSING: lazy("Falta el importe."),
    Reason.DATE_INVALID: lazy("La fecha no se entiende."),
    Reason.DATE_OUT_OF_RANGE: lazy("La fecha está fuera de rango (1990 a 2099)."),
    Reason.AMOUNT_INVALID: lazy("El importe no se entiende."),
    Reason.AMOUNT_NOT_POSITIVE: lazy("El importe debe ser mayor que cero."),
    Reason.AMOUNT_TOO_LARGE: lazy("El importe es demasiado grande."),
    Reason.BALANCE_NEGATIVE: lazy("El saldo es negativo."),
    Reason.BALANCE_ABOVE_AMOUNT: lazy("El saldo es mayor que el importe."),
    Reason.BALANCE_RISES: lazy(
        "El saldo del archivo es mayor que el registrado: el archivo puede ser anterior a pagos ya registrados."
    ),
    Reason.AMOUNT_BELOW_PAID: lazy("El nuevo importe es menor que lo que ya se pagó."),
    Reason.NOTHING_OWED: lazy("El saldo es cero y el documento no está en la cartera."),
    Reason.CURRENCY_UNKNOWN: lazy("La moneda no se conoce."),
    Reason.CURRENCY_DIFFERS: lazy("La moneda no es la misma en todos los datos del documento."),
    Reason.CREDIT_NOTE: lazy("Es una nota de crédito, no un adeudo."),
    Reason.ID_MANGLED: lazy("La hoja de cálculo abrevió este número y se perdieron dígitos."),
    Reason.TOO_LONG: lazy("El dato es demasiado largo."),
    Reason.TOO_MANY_CELLS: lazy("La fila tiene más celdas que columnas: sobra un separador."),
    Reason.BROKEN_QUOTES: lazy("Unas comillas sin cerrar juntaron varias filas en una celda."),
    Reason.UNREADABLE_CHARACTERS: lazy("Hay caracteres dañados en la fila."),
    Reason.PAID_IN_FUTURE: lazy("La fecha de pago es futura."),
    Reason.INSTALMENT_MISSING: lazy("Falta el número de cuota."),
    Reason.INSTALMENT_COUNT_INVALID: lazy("El número de cuotas no se entiende (1 a 600)."),
    Reason.INSTALMENTS_DIFFER: lazy("Las cuotas no suman el importe del crédito:"),
    Reason.INSTALMENT_INCOMPLETE: lazy("A una cuota le falta la fecha o el importe:"),
    Reason.FREQUENCY_UNKNOWN: lazy(
        "La frecuencia de pago no se conoce (mensual, quincenal, catorcenal o semanal)."
    ),
    Reason.TERM_IN_MONTHS: lazy(
        "El plazo se cuenta de otro modo que la frecuencia de pago: no se sabe cuántas cuotas son."
    ),
    Reason.RECORD_UNKNOWN: lazy("No se sabe qué es la fila (factura, pago, nota de crédito…)."),
    Reason.ISSUE_DATE_MISSING: lazy("Falta la fecha."),
    Reason.AMOUNT_ZERO: lazy("El importe es cero."),
    Reason.REPEATED_ROW: lazy("La fila repite un documento (entre paréntesis, la fila que se tomó)."),
    Reason.CONFLICTING_ROWS: lazy(
        "El mismo documento o cliente viene con datos distintos (entre paréntesis, su primera fila)."
    ),
    Reason.CUSTOMER_UNKNOWN: lazy("El cliente no está en la cartera."),
    Reason.DOCUMENT_UNKNOWN: lazy("El documento no está en la cartera."),
    Reason.DOCUMENT_AMBIGUOUS: lazy("Hay varios documentos con ese folio."),
    Reason.CFDI_BROKEN: lazy("El XML está dañado y no se puede leer (entre paréntesis, la línea)."),
    Reason.CFDI_UNSAFE: lazy("El XML define entidades o una codificación que no se admite: no se leyó."),
    Reason.CFDI_OTHER_XML: lazy("Es un XML, pero no es un CFDI."),
    Reason.CFDI_VERSION: lazy("La versión del CFDI no se admite (se admiten 3.2, 3.3 y 4.0)."),
    Reason.CFDI_TYPE: lazy("El tipo de comprobante no se conoce."),
    Reason.CFDI_NO_PAYMENTS: lazy("Es un recibo de pago sin complemento de pagos."),
    Reason.CFDI_PUBLIC: lazy("Es una factura al público en general: no hay a quién cobrarla."),
    Reason.CFDI_RECEIVED: lazy("Es una factura recibida, no emitida: es por pagar, no por cobrar. Emisor:"),
    Reason.CFDI_NO_DEBT: lazy("No es un adeudo:"),
    Reason.CFDI_REPEATED: lazy("El mismo CFDI ya viene en este archivo."),
    Reason.CFDI_CANCELLED: lazy("Está cancelado según los metadatos del SAT."),
    Reason.CFDI_IN_FORCE: lazy("Está vigente: los metadatos del SAT no traen más que hacer."),
    Reason.OTHER_FILE: lazy("No es un CFDI:"),
    Reason.MEMBER_TOO_LARGE: lazy("El archivo es demasiado grande:"),
    Reason.MEMBER_BROKEN: lazy("El archivo está dañado o comprimido de un modo que no se admite:"),
    Reason.MEMBER_NESTED: lazy("Es otro archivo comprimido: ábralo y cargue lo que trae:"),
    Reason.BLANK: lazy("Fila en blanco."),
    Reason.TOTAL: lazy("Fila de totales."),
    Reason.REPEATED_HEADER: lazy("Encabezado repetido."),
    Reason.DELETED: lazy("Registro borrado que sigue en el archivo."),
}

FIELD_NAMES = {
    Field.CUSTOMER_ID: lazy("Número de cliente"),
    Field.NAME: lazy("Nombre o razón social"),
    Field.SHORT_NAME: lazy("Nombre corto"),
    Field.CUSTOMER_KIND: lazy("Tipo de persona"),
    Field.TAX_ID: lazy("RFC"),
    Field.LANGUAGE: lazy("Idioma"),
    Field.EMAIL: lazy("Correo electrónico"),
    Field.PHONE: lazy("Teléfono"),
    Field.STATE: lazy("Estado"),
    Field.CITY: lazy("Municipio"),
    Field.POSTAL_CODE: lazy("Código postal"),
    Field.TIME_ZONE: lazy("Zona horaria"),
    Field.SECTOR: lazy("Giro"),
    Field.TAGS: lazy("Etiquetas"),
    Field.ACCOUNT: lazy("Contrato"),
    Field.PRODUCT: lazy("Producto"),
    Field.DOCUMENT_KIND: lazy("Tipo de documento"),
    Field.DOCUMENT_NUMBER: lazy("Folio"),
    Field.CURRENCY: lazy("Moneda"),
    Field.ISSUE_DATE: lazy("Fecha de emisión"),
    Field.DUE_DATE: lazy("Fecha de vencimiento"),
    Field.AMOUNT: lazy("Importe"),
    Field.OPEN_AMOUNT: lazy("Saldo"),
    Field.PAID_DATE: lazy("Fecha de pago"),
    Field.PAID_AMOUNT: lazy("Importe pagado"),
    Field.PAYMENT_METHOD: lazy("Forma de pago"),
    Field.PAYMENT_REFERENCE: lazy("Referencia del pago"),
    Field.GUARANTOR_NAME: lazy("Nombre del aval"),
    Field.GUARANTOR_PHONE: lazy("Teléfono del aval"),
    Field.DISPUTED: lazy("En aclaración"),
    Field.RECORD: lazy("Qué es la fila"),
    Field.RELATED_DOCUMENT: lazy("Documento al que se refiere"),
    Field.PAYMENT_GROUP: lazy("Pago del que es parte"),
    Field.PAYMENT_TOTAL: lazy("Total del pago del que es parte"),
    Field.CANCELLED_DATE: lazy("Fecha de cancelación"),
    Field.INSTALMENT_NUMBER: lazy("Número de cuota"),
    Field.PRINCIPAL: lazy("Capital"),
    Field.INTEREST: lazy("Intereses"),
    Field.FEE: lazy("Comisión"),
    Field.INSTALMENT_AMOUNT: lazy("Importe de cada cuota"),
    Field.INSTALMENT_COUNT: lazy("Cuántas cuotas son"),
    Field.INSTALMENTS_PAID: lazy("Cuántas cuotas se han pagado"),
    Field.FIRST_DUE_DATE: lazy("Primer vencimiento"),
    Field.FREQUENCY: lazy("Frecuencia de pago"),
    Field.MOTIVE: lazy("Motivo"),
    Field.DISPUTE_REASON: lazy("Motivo de la aclaración"),
    Field.CONTACT_NAME: lazy("Nombre del contacto"),
    Field.CONTACT_ROLE: lazy("Papel del contacto"),
    Field.CONSENT: lazy("Acepta que lo contacten"),
    Field.CONSENT_EMAIL: lazy("Acepta correos"),
    Field.CONSENT_SMS: lazy("Acepta SMS"),
    Field.CONSENT_WHATSAPP: lazy("Acepta WhatsApp"),
    Field.CONSENT_CALL: lazy("Acepta llamadas"),
    Field.OPT_OUT: lazy("Pidió no ser contactado"),
}

_ASSUMPTIONS = {
    RemarkCode.CURRENCY_OF_COMPANY: lazy(
        "El archivo no dice la moneda: se toma %(currency)s, la de la empresa."
    ),
    RemarkCode.CURRENCY_OF_HEADER: lazy("La moneda se toma del encabezado: %(currency)s."),
    RemarkCode.CUSTOMER_BY_TAX_ID: lazy("No hay número de cliente: cada cliente se reconoce por su RFC."),
    RemarkCode.CUSTOMER_BY_NAME: lazy(
        "No hay número de cliente ni RFC: cada cliente se reconoce por su nombre, tal como viene escrito."
    ),
    RemarkCode.NAME_IS_NUMBER: lazy("No hay nombres: los clientes nuevos llevan su número como nombre."),
    RemarkCode.ISSUE_IS_DUE: lazy("No hay fecha de emisión: se toma la de vencimiento."),
    RemarkCode.AMOUNT_IS_BALANCE: lazy("No hay importe original: en los documentos nuevos se toma el saldo."),
    RemarkCode.PAID_IN_FULL: lazy(
        "Las filas con fecha de pago se toman como pagadas por completo en esa fecha."
    ),
    RemarkCode.LOAN_ROWS: lazy(
        "Créditos en una sola fila: %(count)s. Cada uno se carga como un documento por cuota."
    ),
    RemarkCode.KIND_OF_CUSTOMER: lazy(
        "No hay tipo de persona: se toma del RFC o del nombre y, si no lo dicen, persona física."
    ),
    RemarkCode.OTHER_SHEETS: lazy("Se lee la hoja «%(sheet)s»; no se leen: %(others)s."),
    RemarkCode.UNREAD_COLUMNS: lazy(
        "Columnas que la tabla guarda en otro archivo (memo, imagen) y que no se leen: %(columns)s."
    ),
    RemarkCode.APPLIED_BEFORE: lazy("Este mismo archivo ya se cargó antes."),
    RemarkCode.DUE_BEFORE_ISSUE: lazy("Filas que vencen antes de emitirse: %(count)s."),
    RemarkCode.ISSUED_AHEAD: lazy(
        "Filas con fecha de emisión que todavía no llega: %(count)s. Se cargan; la antigüedad las cuenta desde ese día."
    ),
    RemarkCode.OTHER_NAMES: lazy(
        "Clientes con más de un nombre en el archivo: %(count)s, por ejemplo %(customer)s, «%(first)s» y «%(other)s». "
        "Se toma el nombre que viene primero; revise que no sean dos clientes con el mismo número."
    ),
    RemarkCode.ODD_CONTACTS: lazy(
        "Correos o teléfonos que no se pueden usar: %(count)s. Se guardan como atributo del cliente."
    ),
    RemarkCode.ODD_VALUES: lazy("Valores que no se conocen: %(count)s. Se guardan como atributo."),
    RemarkCode.CFDI_ISSUER: lazy(
        "No se conoce el RFC de la empresa: se toman como propios los CFDI que emite %(issuer)s (%(count)s). "
        "Escriba su RFC en la configuración para que se rechacen los recibidos."
    ),
    RemarkCode.CFDI_AT_ONCE: lazy(
        "Facturas de pago en una sola exhibición (PUE) sin condiciones de pago: %(count)s. Vencen el día en que "
        "se emiten."
    ),
    RemarkCode.CFDI_DEFAULT_TERMS: lazy(
        "Facturas que no dicen cuándo vencen: %(count)s. Se toma el plazo que se eligió."
    ),
    RemarkCode.CFDI_UNSTAMPED: lazy(
        "CFDI sin timbre: %(count)s. No tienen folio fiscal: se reconocen por su serie y folio, si los traen."
    ),
    RemarkCode.CFDI_BY_NAME: lazy(
        "CFDI con RFC genérico: %(count)s. Su cliente se reconoce por el nombre, tal como viene escrito."
    ),
    RemarkCode.CFDI_REPLACES: lazy(
        "Facturas que sustituyen a otra: %(count)s. Si la otra está en la cartera, cárguense los metadatos del SAT "
        "para que se cierre al cancelarse."
    ),
    RemarkCode.CFDI_NO_DEBTS: lazy(
        "Comprobantes que no son adeudos (nómina, traslado, retenciones): %(count)s. No se cargan."
    ),
    RemarkCode.CFDI_UNAPPLIED: lazy(
        "Pagos que traen más dinero del que aplican a sus documentos: %(count)s. El resto queda como saldo a favor "
        "del cliente."
    ),
    RemarkCode.CFDI_OVERAPPLIED: lazy(
        "Pagos que aplican a sus documentos más dinero del que traen: %(count)s. Se carga lo que dicen de cada "
        "documento; revise el recibo, su importe y su tipo de cambio."
    ),
    RemarkCode.CFDI_OLDEST_FIRST: lazy(
        "Notas de crédito que no nombran ninguna factura: %(count)s. Bajan el adeudo más antiguo del cliente."
    ),
    RemarkCode.CFDI_OTHER_FILES: lazy("Archivos que no son CFDI: %(count)s. No se leen."),
    RemarkCode.CFDI_REPEATED: lazy(
        "Copias de CFDI que ya vienen en el archivo: %(count)s. No se cargan otra vez."
    ),
    RemarkCode.DAMAGED_TEXT: lazy("Textos con letras perdidas en un programa anterior: %(count)s."),
    RemarkCode.NEGATIVE_AMOUNTS: lazy("Filas con importe negativo: %(count)s."),
    RemarkCode.BEFORE_PROMPT_PAY: lazy(
        "Los saldos de después no restan el descuento por pronto pago que pueden ganar los pagos de estas filas al "
        "aplicarse: %(rows)s."
    ),
    RemarkCode.FULL_WITHOUT_PROFILE: lazy(
        "Archivo completo, pero sin perfil: no se sabe de qué origen debía venir todo, así que no se cierra nada."
    ),
}

_REFUSALS = {
    "file-empty": lazy("El archivo está vacío."),
    "file-too-large": lazy("El archivo es demasiado grande; el límite es de %(detail)s MB."),
    "file-too-large-inside": lazy("El archivo es demasiado grande al abrirlo."),
    "file-too-many-cells": lazy(
        "La hoja ocupa demasiadas celdas; borre las filas y columnas que no se usan."
    ),
    "file-erased": lazy(
        "El archivo se vació al borrar los datos de una persona; súbalo de nuevo si hace falta."
    ),
    "file-pdf": lazy("Es un PDF, no una hoja de cálculo. Pida el archivo en CSV o XLSX."),
    "file-document": lazy("Es un documento de texto o una presentación, no una hoja de cálculo."),
    "file-encrypted": lazy("El libro tiene contraseña. Guárdelo sin contraseña y súbalo de nuevo."),
    "file-xlsb": lazy("Es un libro de Excel binario (XLSB). Guárdelo como XLSX."),
    "file-numbers": lazy("Es un libro de Numbers. Expórtelo como XLSX o CSV."),
    "file-image": lazy("Es una imagen, no una hoja de cálculo."),
    "file-database": lazy("Es una base de datos (SQLite o Access). Exporte la tabla en CSV o XLSX."),
    "file-parquet": lazy("Es un archivo de datos por columnas (Parquet, ORC o Arrow). Expórtelo en CSV."),
    "file-archive": lazy("Es un archivo comprimido u otro formato. Suba la hoja en CSV o XLSX."),
    "folder-without-cfdi": lazy(
        "Una carpeta se lee sólo si trae CFDI en XML o metadatos del SAT, y ésta no los trae. Indique el archivo mismo."
    ),
    "file-binary": lazy("No es una hoja de cálculo ni un archivo de texto."),
    "file-encoding": lazy(
        "No se reconoce la codificación del texto: no son letras de español ni de portugués. Guárdelo en UTF-8."
    ),
    "file-html": lazy(
        "Es una página web sin ninguna tabla, quizá la de inicio de sesión del sistema o un mensaje de error. Entre al "
        "sistema y exporte de nuevo."
    ),
    "file-html-nested": lazy(
        "La página web trae demasiadas tablas. Ábrala en Excel y guarde la tabla como XLSX."
    ),
    "file-mhtml": lazy("Es una página web de un solo archivo (MHTML). Ábrala en Excel y guárdela como XLSX."),
    "file-dbase-7": lazy("Es una tabla de dBase 7, que no se lee. Expórtela como dBase IV, CSV o XLSX."),
    "file-dbase-count": lazy(
        "La tabla DBF está incompleta: dice cuántos registros trae y no son los que hay (%(detail)s). Ciérrela en el "
        "sistema que la usa y cópiela de nuevo."
    ),
    "file-xml": lazy("Es un archivo XML que no es un CFDI. Suba la hoja en CSV o XLSX."),
    "xml-unsafe": lazy("El XML define entidades o una codificación que no se admite: no se leyó."),
    "xml-broken": lazy("El XML está dañado y no se puede leer a partir de la línea %(detail)s."),
    "archive-encrypted": lazy("El ZIP tiene contraseña. Súbalo sin contraseña."),
    "archive-too-many": lazy(
        "El ZIP trae demasiados archivos; el límite es de %(detail)s. Súbalo en partes."
    ),
    "file-bank-statement": lazy(
        "Es un estado de cuenta o un archivo de cobranza del banco (%(detail)s), no una cartera ni una lista de pagos."
    ),
    "file-json-broken": lazy("El JSON está dañado en la línea %(detail)s."),
    "file-json-no-list": lazy("El JSON no trae ninguna lista de objetos."),
    "file-broken": lazy("El archivo está dañado y no se puede abrir."),
    "file-broken-row": lazy("El archivo no se puede leer a partir de la fila %(detail)s."),
    "file-no-rows": lazy("El archivo tiene encabezados pero ninguna fila."),
    "wrong-columns": lazy(
        "No se reconocen las columnas. No parece una cartera ni una lista de pagos o de clientes: hacen falta al menos "
        "cliente, folio, vencimiento e importe (para pagos: cliente o folio, fecha de pago e importe), cada uno en una "
        "columna con su encabezado, y las fechas y los importes con datos que se puedan leer. Revise que sea el "
        "archivo correcto. Se leyó: %(detail)s"
    ),
    "file-no-cells": lazy("Las hojas del archivo están vacías. Revise que sea el archivo correcto."),
    "one-column": lazy(
        "No se reconocen las columnas. Cada fila trae un solo dato: si las columnas se separan con un signo poco "
        "usual, guárdelo en CSV (con comas) o XLSX. Se leyó: %(detail)s"
    ),
    "unknown-currency": lazy("La moneda «%(detail)s» no se conoce; use una clave como MXN."),
    "unknown-column": lazy("El archivo no tiene la columna «%(detail)s»."),
}


def reason_text(*, reason: str, detail: str = "") -> str:
    """Tell why a row stayed out, with what stood there."""
    known = _REASONS.get(Reason(reason)) if reason in set(Reason) else None
    text = str(known) if known else reason
    return f"{text} {detail}" if detail else text.removesuffix(":")


def refusal_text(*, code: str, detail: str = "") -> str:
    """Tell why a file cannot be taken."""
    return str(_REFUSALS[code]) % {"detail": detail or "—"}


def field_name(*, field: Field) -> str:
    """Name a meaning of a column."""
    return str(FIELD_NAMES[field])


def worded_remarks(*, remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Put assumptions or warnings into words."""
    return tuple(replace(remark, text=_remark_text(remark)) for remark in remarks)


def worded_questions(*, questions: Iterable[Question]) -> tuple[Question, ...]:
    """Put open questions into words."""
    return tuple(replace(question, text=_question_text(question)) for question in questions)


def reworded(*, preview: dict[str, Any]) -> dict[str, Any]:
    """Put a kept preview into the words of whoever reads it now; what this version does not know keeps its words."""
    said = {
        name: [_reworded(one, make) for one in preview[name]]
        for name, make in (
            ("questions", _question_text),
            ("assumptions", _remark_text),
            ("warnings", _remark_text),
        )
        if name in preview
    }
    return {**preview, **said}


def _reworded(kept: dict[str, Any], make: Callable[[Any], str]) -> dict[str, Any]:
    values = tuple((name, value) for name, value in kept.get("values", ()))
    try:
        if make is _remark_text:
            return {**kept, "text": make(Remark(RemarkCode(kept["code"]), values))}
        options = tuple(kept.get("options", ()))
        asked = Question(QuestionCode(kept["code"]), kept.get("column", ""), options, values)
        return {**kept, "text": make(asked)}
    except (KeyError, ValueError):
        return kept


def _remark_text(remark: Remark) -> str:
    return str(_ASSUMPTIONS[remark.code]) % dict(remark.values)


_OF_LOANS = frozenset({QuestionCode.LOAN_FREQUENCY, QuestionCode.LOAN_AMOUNT, QuestionCode.LOAN_BALANCE})


def _question_text(question: Question) -> str:
    values = dict(question.values)
    column = {"column": question.column}
    if question.code is QuestionCode.DATE_ORDER and "example" in values:
        return _(
            "¿Cómo se escriben las fechas de «%(column)s»? «%(example)s» puede leerse de dos maneras."
        ) % {
            **column,
            "example": values["example"],
        }
    if question.code is QuestionCode.DATE_ORDER:
        return _("Las fechas de «%(column)s» se contradicen: %(examples)s. ¿En qué orden vienen?") % {
            **column,
            "examples": ", ".join(f"«{example}»" for example in values.values()),
        }
    if question.code is QuestionCode.DECIMAL_SIGN:
        text = _("¿Qué signo separa los centavos en «%(column)s»? «%(example)s» puede leerse de dos maneras.")
        if "other" in values:
            text = _(
                "¿Qué signo separa los centavos en «%(column)s»? «%(example)s» y «%(other)s» se contradicen: lo que no "
                "se lea con el que elija se rechaza."
            )
        return text % {**column, "example": "", **values}
    if question.code in _OF_LOANS:
        return _loan_text(question, values)
    if question.code is QuestionCode.KIND:
        return _kind_text(question)
    if question.code is QuestionCode.NEGATIVE_AMOUNTS:
        return ngettext(
            "Una fila trae un importe negativo. ¿Es una nota de crédito a favor del cliente, o se rechaza?",
            "%(count)s filas traen un importe negativo. ¿Son notas de crédito a favor del cliente, o se rechazan?",
            int(values["count"]),
        ) % {"count": values["count"]}
    if question.code is QuestionCode.MISSING_COLUMN:
        names = [field_name(field=Field(option)) for option in question.options]
        return _("¿Qué columna es «%(names)s»?") % {"names": _("» o «").join(names)}
    if question.code is QuestionCode.NAME_COLUMNS:
        return _columns_text(question)
    if question.code is QuestionCode.SHEET:
        return _("Varias hojas traen filas del mismo tipo: %(sheets)s. ¿Cuál se carga?") % {
            "sheets": ", ".join(f"«{name}»" for name in question.options)
        }
    if question.code is QuestionCode.FLIPPED_DATES:
        return _(
            "En %(count)s de %(rows)s filas el plazo entre «%(column)s» sólo es el usual si se intercambian día y "
            "mes, por ejemplo %(issue)s y %(due)s: parece que otro programa los invirtió. Corrija el archivo o "
            "confirme que se cargue así."
        ) % {**values, **column}
    if question.code is QuestionCode.DUE_BEFORE_ISSUE:
        return _(
            "%(count)s de %(rows)s filas vencen antes de emitirse: parece que día y mes se invirtieron al "
            "exportar. Corrija el archivo o confirme que se cargue así."
        ) % {"count": values["count"], "rows": values["rows"]}
    if question.code is QuestionCode.CFDI_TERMS:
        return _terms_text(values)
    if question.code is QuestionCode.CFDI_ISSUERS:
        return _(
            "El archivo trae CFDI de varios emisores: %(issuers)s. ¿Son todos de la empresa? Si no, escriba el RFC "
            "de la empresa en la configuración y revise de nuevo el archivo."
        ) % {"issuers": values["issuers"]}
    if question.code is QuestionCode.SHAPE_CHANGED:
        return _shape_text(values)
    return (
        _(
            "En «%(column)s» unas fechas son texto y otras ya son fechas, todas con día 12 o menor: parece que la "
            "hoja de cálculo invirtió día y mes. Corrija el archivo o confirme que se cargue así."
        )
        % column
    )


def _kind_text(question: Question) -> str:
    if FileKind.LOANS.value in question.options:
        return _(
            "¿Cada fila es un crédito con todas sus cuotas? Si no, las columnas numeradas o de plazo se guardan como "
            "datos extra."
        )
    if FileKind.RECEIVABLES.value in question.options:
        return _("¿El archivo trae adeudos o pagos? Tiene fecha de pago y no de vencimiento.")
    return _("¿Qué trae el archivo: notas de crédito, ajustes o pagos? Se refiere a documentos ya cargados.")


def _loan_text(question: Question, values: dict[str, str]) -> str:
    column = {"column": question.column}
    if question.code is QuestionCode.LOAN_FREQUENCY and values["count"]:
        return _("¿Cada cuándo se pagan los créditos que no lo dicen? Son %(count)s.") % values
    if question.code is QuestionCode.LOAN_FREQUENCY:
        return _("¿Cada cuándo vence una cuota? El archivo no lo dice.")
    if question.code is QuestionCode.LOAN_BALANCE:
        return _("¿Qué dice «%(column)s» de las cuotas de cada crédito?") % column
    if values["count"]:
        return _(
            "En %(count)s créditos «%(column)s» no es la suma de sus cuotas, por ejemplo %(example)s. ¿Qué manda?"
        ) % {**column, **values}
    return (
        _("¿Qué es «%(column)s»: todo lo que se paga por el crédito o lo que se paga en cada cuota?") % column
    )


def _terms_text(values: dict[str, str]) -> str:
    """Ask when vouchers fall due that do not say it."""
    example = f" ({values['example']})" if values["example"] else ""
    return _("¿A cuántos días vencen las facturas que no lo dicen? Son %(count)s%(example)s.") % {
        "count": values["count"],
        "example": example,
    }


def _columns_text(question: Question) -> str:
    """Ask what the columns are that no header names, or none that is known."""
    names = ", ".join(field_name(field=Field(option)) for option in question.options)
    headers = dict(question.values).get("headers", "")
    if not headers:
        return _(
            "El archivo no trae encabezados: la primera fila ya es de datos. Diga qué es cada columna; hace falta: "
            "%(names)s."
        ) % {"names": names}
    return _(
        "No se conocen los encabezados del archivo: %(headers)s. Diga qué es cada columna; hace falta: %(names)s."
    ) % {"headers": headers, "names": names}


def _shape_text(values: dict[str, str]) -> str:
    told = [
        words % {"columns": values[name]}
        for name, words in (
            ("renamed", _("cambiaron de nombre: %(columns)s")),
            ("missing", _("ya no vienen: %(columns)s")),
            ("added", _("son nuevas: %(columns)s")),
        )
        if values.get(name)
    ]
    return _("El archivo ya no tiene la forma del perfil «%(name)s». Columnas que %(told)s.") % {
        "name": values["name"],
        "told": "; ".join(told),
    }
