"""
The words of names: legal forms of Latin America, abbreviations, and words that hardly tell one from another.

All are written as names are compared: small letters, no accents, no points.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Each as its words; single letters in a row are one word already ("S. A." is "sa"). What stands for the same
# form has the same code.
_FORMS: dict[str, str] = {
    # Mexico
    "sa de cv": "SA DE CV",
    "sadecv": "SA DE CV",
    "sa cv": "SA DE CV",
    "sociedad anonima de capital variable": "SA DE CV",
    "sab de cv": "SAB DE CV",
    "sociedad anonima bursatil de capital variable": "SAB DE CV",
    "sab": "SAB",
    "sapi de cv": "SAPI DE CV",
    "sociedad anonima promotora de inversion de capital variable": "SAPI DE CV",
    "sapi": "SAPI",
    "sociedad anonima promotora de inversion": "SAPI",
    "sapib de cv": "SAPIB DE CV",
    "s de rl de cv": "S DE RL DE CV",
    "srl de cv": "S DE RL DE CV",
    "sde rl de cv": "S DE RL DE CV",
    "sociedad de responsabilidad limitada de capital variable": "S DE RL DE CV",
    "s de rl": "S DE RL",
    "s de rl mi": "S DE RL",
    "s de rl microindustrial": "S DE RL",
    "sociedad de responsabilidad limitada": "S DE RL",
    "srl": "S DE RL",
    "sas de cv": "SAS",
    "sc de rl de cv": "SC DE RL",
    "sc de rl": "SC DE RL",
    "spr de rl de cv": "SPR DE RL",
    "spr de rl": "SPR DE RL",
    "spr de ri": "SPR DE RI",
    "sc": "SC",
    "sociedad civil": "SC",
    "ac": "AC",
    "asociacion civil": "AC",
    "iap": "IAP",
    "iac": "IAC",
    "abp": "ABP",
    "s en c": "S EN C",
    "s en nc": "S EN NC",
    "s en c por a": "S EN C POR A",
    "sofom enr": "SOFOM",
    "sofom er": "SOFOM",
    "sofipo": "SOFIPO",
    # Spain and shared words
    "sa": "SA",
    "sociedad anonima": "SA",
    "sl": "SL",
    "slu": "SL",
    # Colombia
    "sas": "SAS",
    "sas bic": "SAS",
    "sociedad por acciones simplificada": "SAS",
    "ltda": "LTDA",
    "limitada": "LTDA",
    "cia ltda": "LTDA",
    "y cia ltda": "LTDA",
    "compania limitada": "LTDA",
    "y compania limitada": "LTDA",
    "y cia s en c": "S EN C",
    "cia s en c": "S EN C",
    "y cia sca": "SCA",
    "sca": "SCA",
    "sa esp": "SA",
    "sas esp": "SAS",
    "esp": "ESP",
    "eu": "EU",
    "eice": "EICE",
    # Chile
    "spa": "SPA",
    "sociedad por acciones": "SPA",
    "eirl": "EIRL",
    "empresa individual de responsabilidad limitada": "EIRL",
    # Peru
    "sac": "SAC",
    "sociedad anonima cerrada": "SAC",
    "saa": "SAA",
    "sociedad anonima abierta": "SAA",
    "scrl": "S DE RL",
    # Argentina
    "sau": "SAU",
    "saic": "SA",
    "saci": "SA",
    "sacif": "SA",
    "sacifi": "SA",
    "sacifia": "SA",
    "sh": "SH",
    "sociedad de hecho": "SH",
    "scs": "SCS",
    # Brazil
    "ltda me": "LTDA",
    "ltda epp": "LTDA",
    "me ltda": "LTDA",
    "epp": "EPP",
    "mei": "MEI",
    "eireli": "EIRELI",
    "eireli me": "EIRELI",
    "eireli epp": "EIRELI",
    # Ecuador, Venezuela, Paraguay
    "ca": "CA",
    "compania anonima": "CA",
    "eas": "EAS",
    # United States
    "inc": "INC",
    "incorporated": "INC",
    "corp": "CORP",
    "corporation": "CORP",
    "llc": "LLC",
    "llp": "LLP",
    "lp": "LP",
    "pllc": "LLC",
    "ltd": "LTD",
    "limited": "LTD",
    "co": "CO",
    "co inc": "INC",
    "co ltd": "LTD",
    "co llc": "LLC",
    "plc": "PLC",
    "gmbh": "GMBH",
}
LEGAL_FORMS: dict[tuple[str, ...], str] = {tuple(words.split()): code for words, code in _FORMS.items()}
LEGAL_FORM_WORDS_MAX = max(map(len, LEGAL_FORMS))

# What follows a legal form and says how a firm fares, not who it is.
CONDITIONS = frozenset({("en", "liquidacion"), ("en", "concurso", "mercantil"), ("en", "reorganizacion")})

CONNECTIVES = _set(
    "a al and as con da das de del do dos e el en la las los of para por the y",
)

TITLES = _set(
    "arq c cp don dona dr dra ing lic licenciada licenciado mtra mtro prof profa sr sra srita",
)

# A word of this kind on one side only says little; one on each side that differ say more.
WEAK = _set(
    "and associates asociados cia company compania corporacion corporativo empresa empresas foundation fundacion "
    "group grupo gpo holding holdings in international internacional intl systems sistemas the trust us usa "
    "mexico mexicana mexicano colombia chile peru argentina brasil ecuador hermanos bros negocios sucesores",
)

# What a firm does: needed, but much less telling than what it is called.
ACTIVITIES = _set(
    "abarrotes aceros administradora agencia agricola alimentos asesores asesoria autopartes autos boutique "
    "cafeteria carnes centro clinica colegio comercial comercializadora comercio construcciones constructora "
    "consultores consultoria cooperativa corporativo deportes desarrollos despacho diseno distribuciones "
    "distribuidora electrica electronica equipos escuela estudio exportadora fabrica farmacia farmacias ferreteria "
    "ferreterias gasolinera hospital hotel hoteles importadora industria industrial industrias ingenieria "
    "inmobiliaria instituto inversiones joyeria laboratorio laboratorios lacteos llantas logistica maderas "
    "maquinaria maquinados materiales mercado moda motores mueblerias muebleria muebles multiservicios operadora "
    "optica panaderia papeleria pinturas plasticos plaza productora productos promotora proveedora quimicos "
    "refaccionaria refacciones representaciones restaurant restaurante restaurantes ropa seguridad seguros "
    "servicio servicios soluciones suministros supermercado taller talleres tecnologia textiles tienda tiendas "
    "tlapaleria transportes tortilleria universidad ventas veterinaria viajes zapateria",
)

# Sides and parts of a country: two branches differ by them alone, so they are never taken for a slip of the pen.
EXACT = _set(
    "bajio central centro este golfo noreste noroeste norte north occidente oeste oriente pacifico peninsula "
    "poniente south sur sureste suroeste west east matriz sucursal",
)

NUMERALS = _set(
    "ii iii iv vi vii viii ix xi xii",
)

ABBREVIATIONS: dict[str, str] = {
    "adm": "administradora",
    "alim": "alimentos",
    "asoc": "asociados",
    "assoc": "associates",
    "autop": "autopartes",
    "cia": "compania",
    "com": "comercial",
    "comer": "comercializadora",
    "comerc": "comercializadora",
    "const": "constructora",
    "constr": "constructora",
    "construc": "constructora",
    "dist": "distribuidora",
    "distr": "distribuidora",
    "distrib": "distribuidora",
    "esc": "escuela",
    "exp": "exportadora",
    "farm": "farmacia",
    "ferret": "ferreteria",
    "gpo": "grupo",
    "gral": "general",
    "hnos": "hermanos",
    "hosp": "hospital",
    "imp": "importadora",
    "ind": "industrias",
    "inds": "industrias",
    "inst": "instituto",
    "intl": "international",
    "lab": "laboratorio",
    "labs": "laboratorios",
    "mat": "materiales",
    "mex": "mexico",
    "mty": "monterrey",
    "nac": "nacional",
    "nal": "nacional",
    "prod": "productos",
    "prods": "productos",
    "rep": "representaciones",
    "repr": "representaciones",
    "serv": "servicios",
    "servs": "servicios",
    "sist": "sistemas",
    "sta": "santa",
    "sto": "santo",
    "tec": "tecnologia",
    "transp": "transportes",
    "transps": "transportes",
    "univ": "universidad",
    # Given and family names as they are shortened in Mexico
    "dguez": "dominguez",
    "dmgz": "dominguez",
    "fco": "francisco",
    "fdez": "fernandez",
    "fdz": "fernandez",
    "gcia": "garcia",
    "glez": "gonzalez",
    "gmz": "gomez",
    "gpe": "guadalupe",
    "gtz": "gutierrez",
    "gzz": "gonzalez",
    "hdez": "hernandez",
    "hdz": "hernandez",
    "jmz": "jimenez",
    "lpz": "lopez",
    "ma": "maria",
    "mdz": "mendez",
    "mtnez": "martinez",
    "mtz": "martinez",
    "ptz": "perez",
    "rdgz": "rodriguez",
    "rdz": "rodriguez",
    "rguez": "rodriguez",
    "rmz": "ramirez",
    "schz": "sanchez",
    "snchz": "sanchez",
    "vzqz": "vazquez",
}

# Numbers that many share by law: the public at large, foreigners, the final consumer.
GENERIC_TAX_IDS = frozenset(
    {
        "XAXX010101000",
        "XEXX010101000",
        "XEXE010101000",
        "222222222",
        "2222222222",
        "222222222222",
        "9999999999",
        "9999999999999",
        "444444440",
        "444444444",
        "666666666",
        "66666666",
        "11111111",
        "111111111",
    }
)
