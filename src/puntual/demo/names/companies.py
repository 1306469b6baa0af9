"""Words from which the names of the demo company's business customers are built."""

from typing import NamedTuple

LEGAL_FORMS = (
    ("S.A. de C.V.",) * 11 + ("S. de R.L. de C.V.",) * 6 + ("S.A.P.I. de C.V.",) * 2 + ("S.A.S. de C.V.",)
)
SCHOOL_LEGAL_FORMS = ("A.C.", "A.C.", "A.C.", "S.C.", "S.C.")

STRATEGIC_NAME = "Comercializadora y Equipadora Integral de Hoteles y Oficinas del Sureste"
STRATEGIC_LEGAL_FORM = "S.A.P.I. de C.V."

MAILBOXES = ("compras", "pagos", "administracion", "cuentasporpagar", "contabilidad", "tesoreria")


class NameSpace(NamedTuple):
    """Patterns and roots that together make distinct trade names."""

    patterns: tuple[str, ...]
    roots: tuple[str, ...]  # Empty: the surnames of all regions.
    towns: tuple[str, ...] = ()  # Only there; empty: anywhere.


FURNITURE_STORE_NAMES = (
    NameSpace(
        patterns=(
            "Mueblería {}", "Muebles {}", "Casa {}", "Muebles {} Hermanos", "Mueblería {} e Hijos",
            "Comercializadora {}", "Muebles y Colchones {}", "Distribuidora {}", "Grupo Mueblero {}",
        ),
        roots=(),
    ),
    NameSpace(
        patterns=(
            "Mueblería {}", "Muebles y Decoración {}", "Galería del Mueble {}", "Muebles y Línea Blanca {}",
            "Maderas y Muebles {}", "Salas y Recámaras {}", "Mueblería y Colchonería {}",
        ),
        roots=(
            "El Roble", "La Ceiba", "El Hogar", "San José", "Santa Rosa", "La Reforma", "El Encino", "Guadalupana",
            "El Porvenir", "La Económica", "San Judas", "La Fortuna", "El Sauce", "Las Palmas", "La Esperanza",
            "El Nogal", "Santa Cecilia", "La Victoria", "El Cedro Rojo", "San Miguelito", "La Principal",
            "El Trébol", "Los Arcos", "La Central", "El Mezquite", "La Nueva Era", "Los Portales", "El Parián",
        ),
    ),
)  # fmt: skip

HOTEL_NAMES = (
    NameSpace(
        patterns=(
            "Hotel {}", "Hotel Boutique {}", "Posada {}", "Operadora Hotelera {}", "Hotel y Suites {}",
            "Servicios Turísticos {}", "Hacienda {}", "Inmobiliaria Hotelera {}",
        ),
        roots=(
            "Misión Santa Elena", "Las Bugambilias", "Los Girasoles", "Casa Tlayuda", "Jardín del Virrey",
            "La Cantera Rosa", "Los Laureles", "La Noria", "San Patricio", "Puerta de Cantera",
            "El Marqués de la Villa", "La Pérgola", "El Campanario", "La Alborada", "Mirador del Valle",
            "El Aljibe", "Patio de las Flores", "Las Jacarandas", "El Refugio", "Monte Albor",
            "La Casona del Obispo", "Los Balcones", "El Zaguán", "Santa Lucía", "El Convento",
        ),
        towns=(
            "San Cristóbal de las Casas", "Cuauhtémoc", "San Miguel de Allende", "Oaxaca de Juárez", "Mérida",
            "Cuernavaca", "Zacatecas", "Valladolid", "Pátzcuaro", "Morelia", "Querétaro", "Guadalajara", "Puebla",
            "Monterrey", "Chihuahua", "Juárez", "Xalapa", "Tlaxcala", "Durango", "Cuetzalan del Progreso",
        ),
    ),
    NameSpace(
        patterns=(
            "Hotel {}", "Hotel y Suites {}", "Operadora Turística {}", "Villas {}", "Servicios Turísticos {}",
            "Hotel Boutique {}", "Inmobiliaria Hotelera {}",
        ),
        roots=(
            "Costa Dorada del Sol", "El Faro Viejo", "Brisas del Malecón", "Playa Caracol", "Los Cocoteros",
            "Bahía Serena", "Xunaan Kab", "Arena Blanca", "El Pelícano", "Mar de Cortés", "La Palapa Mayor",
            "Caleta Azul", "Las Gaviotas", "El Ancla", "Punta Coral", "Marea Alta", "Las Tortugas", "Ola Verde",
        ),
        towns=(
            "Los Cabos", "La Paz", "Manzanillo", "Acapulco de Juárez", "Puerto Vallarta", "Bahía de Banderas",
            "Playa del Carmen", "Mazatlán", "Veracruz", "Tijuana", "Ensenada", "Benito Juárez", "Benito Juárez",
            "Benito Juárez", "Othón P. Blanco", "Campeche", "Carmen", "Tampico", "Coatzacoalcos",
        ),
    ),
)  # fmt: skip

SCHOOL_NAMES = (
    NameSpace(
        patterns=(
            "Colegio {}", "Instituto {}", "Centro Educativo {}", "Escuela {}", "Centro Escolar {}",
            "Comunidad Educativa {}", "Preparatoria {}",
        ),
        roots=(
            "Nezahualcóyotl", "Sor Juana", "Rosario Castellanos", "Justo Sierra", "José Vasconcelos",
            "Amado Nervo", "Ramón López Velarde", "Ignacio Manuel Altamirano", "Leona Vicario", "Matilde Montoya",
            "Gabino Barreda", "Erasmo Castellanos", "Quetzalcóatl", "Nuevo Horizonte", "Semillas del Saber",
            "Tonantzin", "Los Fundadores", "Manuel Acuña", "Carmen Serdán", "Jaime Torres Bodet", "Ollin",
            "Agustín Yáñez", "La Paz y el Saber", "Yaxché", "Mundo Nuevo", "Guillermo Prieto",
        ),
    ),
)  # fmt: skip

CONTRACTOR_NAMES = (
    NameSpace(
        patterns=(
            "Constructora {}", "Grupo Constructor {}", "Edificaciones {}", "Ingeniería y Acabados {}",
            "Proyectos e Interiores {}", "Desarrollos {}", "Construcciones {} y Asociados",
        ),
        roots=(),
    ),
    NameSpace(
        patterns=(
            "Constructora {}", "Urbanizaciones {}", "Obras y Proyectos {}", "Diseño e Interiores {}",
            "Desarrolladora {}", "Arquitectura y Obra {}",
        ),
        roots=(
            "Tres Ríos", "Piedra Alta", "Sierra Mojada", "Cimarrón", "Punto Áureo", "Cuatro Vientos", "El Pedregal",
            "Muro Firme", "Tezontle", "Línea Recta", "Valle Verde", "Paricutín", "La Sabinosa", "Arco Mayor",
            "Xitle", "Cumbre Norte", "Adobe y Cal", "El Herradero", "Nopalera", "Cantera Blanca",
        ),
    ),
)  # fmt: skip
