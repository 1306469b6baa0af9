"""The authorities to which evidence is handed, with the address of a cover letter."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority and how it is addressed."""

    key: str
    country: str
    name: str
    lines: tuple[str, ...]


AUTHORITIES: tuple[Authority, ...] = (
    Authority(
        "condusef",
        "MX",
        "CONDUSEF (REDECO)",
        (
            "Comisión Nacional para la Protección y Defensa de los Usuarios de Servicios Financieros",
            "Registro de Despachos de Cobranza (REDECO)",
            "Av. Insurgentes Sur 762, Col. Del Valle, 03100 Ciudad de México, México",
        ),
    ),
    Authority(
        "profeco",
        "MX",
        "PROFECO",
        (
            "Procuraduría Federal del Consumidor",
            "Av. José Vasconcelos 208, Col. Condesa, 06140 Ciudad de México, México",
        ),
    ),
    Authority(
        "sernac",
        "CL",
        "SERNAC",
        ("Servicio Nacional del Consumidor", "Teatinos 50, Santiago, Chile"),
    ),
    Authority(
        "sic",
        "CO",
        "SIC",
        (
            "Superintendencia de Industria y Comercio",
            "Carrera 13 núm. 27-00, Bogotá, D. C., Colombia",
        ),
    ),
    Authority(
        "indecopi",
        "PE",
        "INDECOPI",
        (
            "Instituto Nacional de Defensa de la Competencia y de la Protección de la Propiedad Intelectual",
            "Calle De la Prosa 104, San Borja, Lima, Perú",
        ),
    ),
)


def authorities(*, country: str) -> list[Authority]:
    """List the authorities, those of a country first."""
    return sorted(AUTHORITIES, key=lambda one: one.country != country)
