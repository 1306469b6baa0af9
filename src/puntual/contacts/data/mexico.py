"""
Time zones of Mexico by state, municipality and telephone area code (lada).

Sources:
- Ley de los Husos Horarios en los Estados Unidos Mexicanos, DOF 28 October 2022: zones by state, the
  northern border municipalities with seasonal time (art. 4) and Bahía de Banderas on central time. No
  seasonal time elsewhere.
- Its amendment for Chihuahua in force since 30 November 2022: Juárez and the west of the border strip keep
  the time of El Paso; Ojinaga, Coyame del Sotol and Manuel Benavides the central border time.
- IANA time zone database 2022g and later, file "northamerica", for the names of the zones.
- State codes: ISO 3166-2:MX, and the two-letter ones of the CURP (RENAPO).
- Area codes: national numbering plan (IFT). Only those outside the plain central zone are listed; a code
  that serves both sides of a limit lists both zones.
"""

_CENTRAL = "America/Mexico_City"
_BORDER = "America/Matamoros"
_PACIFIC = "America/Mazatlan"
_TIJUANA = "America/Tijuana"
_SONORA = "America/Hermosillo"
_JUAREZ = "America/Ciudad_Juarez"
_OJINAGA = "America/Ojinaga"
_CHIHUAHUA = "America/Chihuahua"
_BANDERAS = "America/Bahia_Banderas"
_CANCUN = "America/Cancun"
_MONTERREY = "America/Monterrey"
_MERIDA = "America/Merida"

# Every zone that some part of the state keeps.
ZONES_OF_STATE: dict[str, tuple[str, ...]] = {
    "AGU": (_CENTRAL,),
    "BCN": (_TIJUANA,),
    "BCS": (_PACIFIC,),
    "CAM": (_MERIDA,),
    "CHH": (_CHIHUAHUA, _JUAREZ, _OJINAGA),
    "CHP": (_CENTRAL,),
    "CMX": (_CENTRAL,),
    "COA": (_MONTERREY, _BORDER),
    "COL": (_CENTRAL,),
    "DUR": (_MONTERREY,),
    "GRO": (_CENTRAL,),
    "GUA": (_CENTRAL,),
    "HID": (_CENTRAL,),
    "JAL": (_CENTRAL,),
    "MEX": (_CENTRAL,),
    "MIC": (_CENTRAL,),
    "MOR": (_CENTRAL,),
    "NAY": (_PACIFIC, _BANDERAS),
    "NLE": (_MONTERREY, _BORDER),
    "OAX": (_CENTRAL,),
    "PUE": (_CENTRAL,),
    "QUE": (_CENTRAL,),
    "ROO": (_CANCUN,),
    "SIN": (_PACIFIC,),
    "SLP": (_CENTRAL,),
    "SON": (_SONORA,),
    "TAB": (_CENTRAL,),
    "TAM": (_MONTERREY, _BORDER),
    "TLA": (_CENTRAL,),
    "VER": (_CENTRAL,),
    "YUC": (_MERIDA,),
    "ZAC": (_CENTRAL,),
}

# Spellings as people and files write them, folded: small letters, no accents, no dots.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "AGU": ("aguascalientes", "agu", "ags", "as"),
    "BCN": ("baja california", "baja california norte", "bcn", "bc", "b c", "b c n"),
    "BCS": ("baja california sur", "bcs", "bs", "b c s"),
    "CAM": ("campeche", "cam", "camp", "cc"),
    "CHH": ("chihuahua", "chh", "chih", "ch"),
    "CHP": ("chiapas", "chp", "chis", "cs"),
    "CMX": (
        "ciudad de mexico",
        "distrito federal",
        "mexico d f",
        "mexico df",
        "cdmx",
        "cd de mexico",
        "cmx",
        "df",
        "d f",
        "dif",
    ),
    "COA": ("coahuila", "coahuila de zaragoza", "coa", "coah", "cl"),
    "COL": ("colima", "col", "cm"),
    "DUR": ("durango", "dur", "dgo", "dg"),
    "GRO": ("guerrero", "gro", "gr"),
    "GUA": ("guanajuato", "gua", "gto", "gt"),
    "HID": ("hidalgo", "hid", "hgo", "hg"),
    "JAL": ("jalisco", "jal", "jc"),
    "MEX": ("estado de mexico", "edo de mexico", "edo mexico", "edo mex", "edomex", "mexico", "mex", "mc"),
    "MIC": ("michoacan", "michoacan de ocampo", "mic", "mich", "mn"),
    "MOR": ("morelos", "mor", "ms"),
    "NAY": ("nayarit", "nay", "nt"),
    "NLE": ("nuevo leon", "nle", "nl", "n l"),
    "OAX": ("oaxaca", "oaxaca de juarez", "oax", "oc"),
    "PUE": ("puebla", "pue", "pl"),
    "QUE": ("queretaro", "queretaro de arteaga", "que", "qro", "qt"),
    "ROO": ("quintana roo", "roo", "q roo", "qroo", "qr"),
    "SIN": ("sinaloa", "sin", "sl"),
    "SLP": ("san luis potosi", "slp", "s l p", "sp"),
    "SON": ("sonora", "son", "sr"),
    "TAB": ("tabasco", "tab", "tc"),
    "TAM": ("tamaulipas", "tam", "tamps", "ts"),
    "TLA": ("tlaxcala", "tla", "tlax", "tl"),
    "VER": ("veracruz", "veracruz de ignacio de la llave", "ver", "vz"),
    "YUC": ("yucatan", "yuc", "yn"),
    "ZAC": ("zacatecas", "zac", "zs"),
}

STATE_CODES: dict[str, str] = {
    **{spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings},
    **{f"mx {code.lower()}": code for code in _SPELLINGS},
}

# Left off the front of a name; the tables below are written without them.
WORDS_BEFORE_MUNICIPALITY = frozenset(
    {"h", "heroica", "municipio", "mpio", "ayuntamiento", "de", "ciudad", "cd", "villa", "el", "la", "los"}
)

# Towns and short names that people write where the municipality belongs.
NAME_OF_MUNICIPALITY: dict[tuple[str, str], str] = {
    ("CHH", "batopilas de manuel gomez morin"): "batopilas",
    ("CHH", "parral"): "hidalgo del parral",
    ("CHH", "porvenir"): "praxedis g guerrero",
    ("CHH", "praxedis guerrero"): "praxedis g guerrero",
    ("CHH", "palomas"): "ascension",
    ("CHH", "puerto palomas"): "ascension",
    ("CHH", "coyame"): "coyame del sotol",
    ("COA", "cuatrocienegas"): "cuatro cienegas",
    ("COA", "parras de la fuente"): "parras",
    ("COA", "san pedro de las colonias"): "san pedro",
    ("NLE", "colombia"): "anahuac",
    ("NLE", "cadereyta"): "cadereyta jimenez",
    ("NLE", "escobedo"): "general escobedo",
    ("NLE", "gral escobedo"): "general escobedo",
    ("NLE", "garza garcia"): "san pedro garza garcia",
    ("NLE", "san pedro"): "san pedro garza garcia",
    ("NLE", "san nicolas"): "san nicolas de los garza",
    ("TAM", "diaz ordaz"): "gustavo diaz ordaz",
    ("TAM", "nueva ciudad guerrero"): "guerrero",
    ("NAY", "bucerias"): "bahia de banderas",
    ("NAY", "nuevo vallarta"): "bahia de banderas",
    ("NAY", "nuevo nayarit"): "bahia de banderas",
    ("NAY", "punta de mita"): "bahia de banderas",
    ("NAY", "sayulita"): "bahia de banderas",
    ("NAY", "valle de banderas"): "bahia de banderas",
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


_MUNICIPALITIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("CHH", _JUAREZ): _names("juarez, ascension, guadalupe, janos, praxedis g guerrero"),
    ("CHH", _OJINAGA): _names("ojinaga, coyame del sotol, manuel benavides"),
    ("CHH", _CHIHUAHUA): _names(
        """
        ahumada, aldama, allende, aquiles serdan, bachiniva, balleza, batopilas, bocoyna, buenaventura,
        camargo, carichi, casas grandes, chihuahua, chinipas, coronado, cruz, cuauhtemoc, cusihuiriachi,
        delicias, dr belisario dominguez, tule, galeana, gomez farias, gran morelos, guachochi, guadalupe y
        calvo, guazapares, guerrero, hidalgo del parral, huejotitan, ignacio zaragoza, jimenez, julimes,
        lopez, madera, maguarichi, matachi, matamoros, meoqui, morelos, moris, namiquipa, nonoava, nuevo
        casas grandes, ocampo, riva palacio, rosales, rosario, san francisco de borja, san francisco de
        conchos, san francisco del oro, santa barbara, santa isabel, satevo, saucillo, temosachic, urique,
        uruachi, valle de zaragoza
        """
    ),
    ("COA", _BORDER): _names(
        "acuna, allende, guerrero, hidalgo, jimenez, morelos, nava, ocampo, piedras negras, union, zaragoza"
    ),
    ("COA", _MONTERREY): _names(
        """
        abasolo, arteaga, candela, castanos, cuatro cienegas, escobedo, francisco i madero, frontera,
        general cepeda, juarez, lamadrid, matamoros, monclova, muzquiz, nadadores, parras, progreso, ramos
        arizpe, sabinas, sacramento, saltillo, san buenaventura, san juan de sabinas, san pedro, sierra
        mojada, torreon, viesca
        """
    ),
    ("NLE", _BORDER): _names("anahuac"),
    ("NLE", _MONTERREY): _names(
        """
        abasolo, agualeguas, allende, apodaca, aramberri, bustamante, cadereyta jimenez, cerralvo, china,
        cienega de flores, doctor arroyo, doctor coss, doctor gonzalez, carmen, galeana, garcia, general
        bravo, general escobedo, general teran, general trevino, general zaragoza, general zuazua,
        guadalupe, hidalgo, higueras, hualahuises, iturbide, juarez, lampazos de naranjo, linares, aldamas,
        herreras, ramones, marin, melchor ocampo, mier y noriega, mina, montemorelos, monterrey, paras,
        pesqueria, rayones, sabinas hidalgo, salinas victoria, san nicolas de los garza, san pedro garza
        garcia, santa catarina, santiago, vallecillo, villaldama
        """
    ),
    ("TAM", _BORDER): _names(
        """
        nuevo laredo, guerrero, mier, miguel aleman, camargo, gustavo diaz ordaz, reynosa, rio bravo,
        valle hermoso, matamoros
        """
    ),
    ("TAM", _MONTERREY): _names(
        """
        abasolo, aldama, altamira, antiguo morelos, burgos, bustamante, casas, madero, cruillas, mante,
        gomez farias, gonzalez, guemez, hidalgo, jaumave, jimenez, llera, mainero, mendez, miquihuana,
        nuevo morelos, ocampo, padilla, palmillas, san carlos, san fernando, san nicolas, soto la marina,
        tampico, tula, victoria, villagran, xicotencatl
        """
    ),
    ("NAY", _BANDERAS): _names("bahia de banderas"),
    ("NAY", _PACIFIC): _names(
        """
        acaponeta, ahuacatlan, amatlan de canas, compostela, del nayar, nayar, huajicori, ixtlan del rio,
        jala, yesca, rosamorada, ruiz, san blas, san pedro lagunillas, santa maria del oro, santiago
        ixcuintla, tecuala, tepic, tuxpan, xalisco
        """
    ),
}

# Only of states that have more than one zone.
ZONE_OF_MUNICIPALITY: dict[tuple[str, str], str] = {
    (state, name): zone for (state, zone), names in _MUNICIPALITIES.items() for name in names
}

_AREA_CODES: dict[tuple[str, ...], str] = {
    (_TIJUANA,): "616 646 658 661 663 664 665 686",
    (_SONORA,): "622 623 631 632 633 634 637 638 641 642 643 644 645 647 651 662",
    # San Luis Río Colorado and the valley of Mexicali beside it.
    (_SONORA, _TIJUANA): "653",
    (_PACIFIC,): ("311 319 323 324 325 389 612 613 615 624 660 667 668 669 672 673 687 694 695 696 697 698"),
    # Compostela and the coast beside Bahía de Banderas.
    (_PACIFIC, _BANDERAS): "327",
    (_CENTRAL, _BANDERAS): "322 329",
    (_JUAREZ,): "656",
    (_CHIHUAHUA,): "614 621 625 627 628 629 635 639 648 649 652",
    # Nuevo Casas Grandes with Janos and Ascensión; newer codes whose area is not told apart.
    (_CHIHUAHUA, _JUAREZ): "636 657 659",
    (_OJINAGA, _CHIHUAHUA): "626",
    (_BORDER,): "867 868 877 878 894 897 899",
    (_MONTERREY, _BORDER): "861 862 864 869 872 873 891 892",
    (_CANCUN,): "983 984 987 998",
}

ZONES_OF_AREA_CODE: dict[str, tuple[str, ...]] = {
    code: zones for zones, codes in _AREA_CODES.items() for code in codes.split()
}

ZONES_ELSEWHERE = (_CENTRAL,)

# Free, shared-cost and personal numbers say nothing about the place.
NON_GEOGRAPHIC = ("200", "201", "300", "500", "600", "700", "800", "900")
