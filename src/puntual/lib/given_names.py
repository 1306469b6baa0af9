"""
How a person is greeted: by the first name, whole where it is a compound, and by all of the name where it is unclear.

A name is one text, written in whatever order a company's system keeps it, so a first name is taken only where its
words are known as such. To greet somebody by a surname is worse than to greet them by all of their name.
"""

from puntual.lib.text import folded

_GIVEN_WORDS = """
    abel abigail abraham ada adan adela adelina adolfo adrian adriana agustin agustina aida aide alan alba alberto
    aldo alejandra alejandro alejo alexa alexander alexandra alexis alfonso alfredo alicia alina alma alondra alvaro
    amada amalia amanda amelia america amparo ana anabel anahi andrea andres angel angela angelica angelina anita
    antonia antonio araceli aracely ariadna ariana ariel armando arturo aurelio aurora baltazar barbara beatriz belen
    benito benjamin berenice bernardo berta bertha betsabe blanca brayan brenda bruno camila camilo carina carla carlos
    carlota carmen carolina catalina cecilia celia cesar cesareo christian christopher cinthia citlali clara clarisa
    claudia claudio clemente concepcion consuelo cristian cristina cristobal cuauhtemoc cynthia dalia dania daniel
    daniela dante dario david dayana debora delfina delfino delia denisse diana diego dinorah dolores domingo dora
    dulce edgar edith edmundo eduardo efrain elba elena eleazar eleuterio elia elias eliseo elisa eliud elizabeth elias
    elodia eloisa elsa elvia elvira ema emanuel emilia emiliano emilio emma emmanuel enrique enriqueta erasmo eric
    erica erick erika ernestina ernesto esmeralda esperanza esteban estefania estela estephanie esther eugenia eugenio
    eulalia eunice eusebio eva evangelina evelia evelyn everardo fabian fabiola fatima faustino federico felicitas
    felipa felipe fernanda fernando fidel flor flora florencia florencio florentino francisca francisco freddy gabino
    gabriel gabriela genaro georgina gerardo german gilberto gildardo giovanni gisela gladys gloria gonzalo graciela
    gregoria gregorio griselda guadalupe guillermina guillermo gustavo hector heriberto hermelinda herminia hilario
    hilda homero horacio hortensia hugo humberto ignacia ignacio ileana imelda ines ingrid irene iris irma irving
    isaac isabel isaias isela isidro ismael israel itzel ivan ivette ivonne jacinto jacobo jacqueline jaime janet
    jaqueline javier jazmin jennifer jeronimo jessica jesus jimena joaquin joel jonathan jorge josafat jose josefa
    josefina joselin josue juan juana juanita judith julia julian juliana julieta julio justino karen karina karla
    kevin laura laureano lazaro leandro leobardo leonardo leonel leonor leopoldo leticia lidia ligia liliana lilia
    lizbeth lorena lorenzo lourdes lucas lucero lucia luciano lucila lucio luis luisa luz lydia magali magdalena
    manuel manuela marcela marcelino marcelo marcial marco marcos margarita maria mariana mariano maribel maricela
    maricruz mariela marina mario marisa marisela marisol maritza marlene marta martha martin martina mateo matias
    matilde mauricio maximiliano maximino mayra melchor melissa melisa mercedes micaela michelle miguel mildred
    minerva miranda mireya miriam misael moises monica monserrat montserrat nadia nallely nancy natalia natividad
    nayeli nayely nelly nelson nestor nicolas nicolasa noe noel noemi nora norberto norma octavio odette ofelia olga
    olivia omar orlando oscar osvaldo oswaldo pablo paloma pamela paola pascual patricia patricio paula paulina paulo
    pedro perla petra piedad porfirio primitivo priscila rafael rafaela ramiro ramon ramona raquel raul raymundo rebeca
    refugio regina reina renata rene reyna ricardo rigoberto rita roberta roberto rocio rodolfo rodrigo rogelio roman
    romualdo ronaldo rosa rosalba rosalia rosalinda rosalio rosana rosario rosaura rosendo roxana ruben rufino ruth
    sabina salma salvador samanta samuel sandra santa santiago santos sara sarai saturnino saul sebastian selene
    serafin sergio silverio silvestre silvia simon socorro sofia soledad sonia stephanie susana tania teodoro teofilo
    teresa teresita thelma tomas tomasa trinidad ulises ursula uriel valentin valentina valeria vanesa vanessa
    veronica vicente victor victoria vidal violeta virginia viridiana viviana wendy wilbert wilberth wilfrido ximena
    xochitl yadira yamileth yaretzi yareli yazmin yesenia yolanda yuliana zaira zenaida zoila zulema
"""
# Given names that are surnames as often: as a second word they are taken only after a name that usually has a
# second, and where two surnames follow.
_SURNAMES_TOO_WORDS = """
    abraham agustin alonso andres angel baltazar benito bernardo clemente cristobal domingo esteban fabian felipe german
    gregorio jacinto jacobo jaime jeronimo julian lazaro leon lorenzo lucas luz marcial marcos mariano marin martin
    mateo matias melchor miguel miranda nicolas pascual patricio pablo paula rafael roman rosario rosas salvador samuel
    santiago santos sebastian silvestre simon soledad tomas trinidad valentin vicente victoria vidal
"""
_GIVEN = frozenset(_GIVEN_WORDS.split())
_SURNAMES_TOO = frozenset(_SURNAMES_TOO_WORDS.split())
_JOINED = {
    "de": ("dios", "jesus", "lourdes", "fatima", "guadalupe", "asis"),
    "del": (
        "carmen",
        "rosario",
        "pilar",
        "socorro",
        "refugio",
        "consuelo",
        "rocio",
        "mar",
        "sol",
        "sagrario",
    ),
    "de la": ("luz", "paz", "concepcion", "asuncion"),
    "de los": ("angeles",),
    "de las": ("nieves", "mercedes"),
}
_HAVE_A_SECOND = ("ana", "jesus", "jose", "juan", "luis", "marco", "maria", "miguel")
_SMALL = ("de", "del", "la", "los", "las")


def greeting_of(*, name: str, short_name: str, is_person: bool) -> str:
    """Say how somebody is greeted: as the company calls them, by the first name, or else by the whole name."""
    if short_name.strip():
        return short_name.strip()
    whole = " ".join(name.split())
    if not is_person:
        return whole
    surnames, comma, after = whole.partition(",")
    words = after.split() if comma else surnames.split()
    count = _given_count(words=[folded(word) for word in words], is_alone=bool(comma))
    return " ".join(_as_written(word) for word in words[:count]) if count else whole


def _given_count(*, words: list[str], is_alone: bool) -> int:
    """Count the words of the first name; zero where that is unclear. Alone, no surname is among the words."""
    if not words or words[0] not in _GIVEN:
        return 0
    if is_alone:
        return len(words)
    # "Santiago Flores María": surnames that came first.
    last = words[-1]
    if len(words) > 2 and last in _GIVEN and last not in _SURNAMES_TOO and words[1] not in _GIVEN:
        return 0
    joined = _joined_count(words)
    if joined:
        return joined
    if len(words) > 2 and words[1] in _GIVEN:
        surnames = sum(1 for word in words[2:] if word not in _SMALL)
        return 2 if words[1] not in _SURNAMES_TOO or (words[0] in _HAVE_A_SECOND and surnames >= 2) else 1
    return 1


def _joined_count(words: list[str]) -> int:
    """Count "Juan de Dios" or "María de los Ángeles"; zero where what is joined is a surname, as in "de la Cruz"."""
    for end in (3, 4):
        small, named = " ".join(words[1 : end - 1]), words[end - 1 : end]
        if len(words) > end and named and named[0] in _JOINED.get(small, ()):
            return end
    return 0


def _as_written(word: str) -> str:
    """Write a word of a name that came in capitals, or in small letters, as names are written."""
    if not (word.isupper() or word.islower()):
        return word
    return word.lower() if word.lower() in _SMALL else word.capitalize()
