"""Municipalities of all 32 states with their area code, postal codes and time zone."""

from typing import NamedTuple


class Place(NamedTuple):
    """A municipality where customers live."""

    state: str
    municipality: str
    region: str
    area_code: str
    postal_codes: tuple[int, int]  # First and last; codes in between end in zero.
    time_zone: str
    weight: int
    is_rural: bool = False


_CENTRO = "America/Mexico_City"
_MONTERREY = "America/Monterrey"
_MAZATLAN = "America/Mazatlan"
_MERIDA = "America/Merida"
_CANCUN = "America/Cancun"
_TIJUANA = "America/Tijuana"
_HERMOSILLO = "America/Hermosillo"
_CHIHUAHUA = "America/Chihuahua"
_MATAMOROS = "America/Matamoros"

PLACES = (
    Place("Aguascalientes", "Aguascalientes", "occidente", "449", (20000, 20290), _CENTRO, 3),
    Place("Baja California", "Tijuana", "noroeste", "664", (22000, 22710), _TIJUANA, 6),
    Place("Baja California", "Mexicali", "noroeste", "686", (21000, 21390), _TIJUANA, 3),
    Place("Baja California", "Ensenada", "noroeste", "646", (22800, 22890), _TIJUANA, 2),
    Place("Baja California Sur", "La Paz", "noroeste", "612", (23000, 23090), _MAZATLAN, 2),
    Place("Baja California Sur", "Los Cabos", "noroeste", "624", (23400, 23470), _MAZATLAN, 3),
    Place("Campeche", "Campeche", "sureste", "981", (24000, 24090), _MERIDA, 2),
    Place("Campeche", "Carmen", "sureste", "938", (24100, 24180), _MERIDA, 1),
    Place("Chiapas", "Tuxtla Gutiérrez", "sur", "961", (29000, 29090), _CENTRO, 3),
    Place("Chiapas", "San Cristóbal de las Casas", "sur", "967", (29200, 29290), _CENTRO, 2),
    Place("Chiapas", "Ocosingo", "sur", "919", (29950, 29950), _CENTRO, 1, True),
    Place("Chiapas", "Tapachula", "sur", "962", (30700, 30790), _CENTRO, 2),
    Place("Chihuahua", "Chihuahua", "noroeste", "614", (31000, 31240), _CHIHUAHUA, 4),
    Place("Chihuahua", "Juárez", "noroeste", "656", (32000, 32690), "America/Ciudad_Juarez", 5),
    Place("Chihuahua", "Bocoyna", "noroeste", "635", (33200, 33200), _CHIHUAHUA, 1, True),
    Place("Ciudad de México", "Cuauhtémoc", "centro", "55", (6000, 6900), _CENTRO, 5),
    Place("Ciudad de México", "Iztapalapa", "centro", "55", (9000, 9890), _CENTRO, 5),
    Place("Ciudad de México", "Benito Juárez", "centro", "55", (3000, 3940), _CENTRO, 4),
    Place("Ciudad de México", "Gustavo A. Madero", "centro", "55", (7000, 7980), _CENTRO, 4),
    Place("Ciudad de México", "Coyoacán", "centro", "55", (4000, 4980), _CENTRO, 3),
    Place("Ciudad de México", "Álvaro Obregón", "centro", "55", (1000, 1900), _CENTRO, 3),
    Place("Ciudad de México", "Xochimilco", "centro", "55", (16000, 16900), _CENTRO, 2),
    Place("Coahuila", "Saltillo", "noreste", "844", (25000, 25290), _MONTERREY, 3),
    Place("Coahuila", "Torreón", "noreste", "871", (27000, 27290), _MONTERREY, 3),
    Place("Coahuila", "Piedras Negras", "noreste", "878", (26000, 26090), _MATAMOROS, 1),
    Place("Colima", "Colima", "occidente", "312", (28000, 28090), _CENTRO, 2),
    Place("Colima", "Manzanillo", "occidente", "314", (28200, 28290), _CENTRO, 1),
    Place("Durango", "Durango", "noreste", "618", (34000, 34290), _MONTERREY, 2),
    Place("Estado de México", "Toluca", "centro", "722", (50000, 50290), _CENTRO, 4),
    Place("Estado de México", "Ecatepec de Morelos", "centro", "55", (55000, 55490), _CENTRO, 5),
    Place("Estado de México", "Nezahualcóyotl", "centro", "55", (57000, 57900), _CENTRO, 4),
    Place("Estado de México", "Naucalpan de Juárez", "centro", "55", (53000, 53900), _CENTRO, 4),
    Place("Guanajuato", "León", "occidente", "477", (37000, 37690), _CENTRO, 5),
    Place("Guanajuato", "Celaya", "occidente", "461", (38000, 38090), _CENTRO, 2),
    Place("Guanajuato", "San Miguel de Allende", "occidente", "415", (37700, 37790), _CENTRO, 2),
    Place("Guerrero", "Acapulco de Juárez", "sur", "744", (39300, 39890), _CENTRO, 3),
    Place("Guerrero", "Chilpancingo de los Bravo", "sur", "747", (39000, 39090), _CENTRO, 1),
    Place("Hidalgo", "Pachuca de Soto", "centro", "771", (42000, 42090), _CENTRO, 2),
    Place("Hidalgo", "Ixmiquilpan", "centro", "759", (42300, 42300), _CENTRO, 1, True),
    Place("Jalisco", "Guadalajara", "occidente", "33", (44100, 44990), _CENTRO, 7),
    Place("Jalisco", "Zapopan", "occidente", "33", (45010, 45230), _CENTRO, 5),
    Place("Jalisco", "San Pedro Tlaquepaque", "occidente", "33", (45500, 45630), _CENTRO, 3),
    Place("Jalisco", "Puerto Vallarta", "occidente", "322", (48280, 48390), _CENTRO, 3),
    Place("Jalisco", "Ocotlán", "occidente", "392", (47800, 47890), _CENTRO, 2),
    Place("Michoacán", "Morelia", "occidente", "443", (58000, 58290), _CENTRO, 4),
    Place("Michoacán", "Uruapan", "occidente", "452", (60000, 60190), _CENTRO, 2),
    Place("Michoacán", "Pátzcuaro", "occidente", "434", (61600, 61600), _CENTRO, 1, True),
    Place("Michoacán", "Cherán", "occidente", "423", (60270, 60270), _CENTRO, 1, True),
    Place("Morelos", "Cuernavaca", "centro", "777", (62000, 62490), _CENTRO, 3),
    Place("Nayarit", "Tepic", "occidente", "311", (63000, 63190), _MAZATLAN, 2),
    Place("Nayarit", "Bahía de Banderas", "occidente", "329", (63730, 63730), "America/Bahia_Banderas", 1),
    Place("Nuevo León", "Monterrey", "noreste", "81", (64000, 64990), _MONTERREY, 7),
    Place("Nuevo León", "San Nicolás de los Garza", "noreste", "81", (66400, 66490), _MONTERREY, 3),
    Place("Nuevo León", "Guadalupe", "noreste", "81", (67100, 67190), _MONTERREY, 3),
    Place("Nuevo León", "Linares", "noreste", "821", (67700, 67790), _MONTERREY, 1, True),
    Place("Oaxaca", "Oaxaca de Juárez", "sur", "951", (68000, 68150), _CENTRO, 3),
    Place("Oaxaca", "Juchitán de Zaragoza", "sur", "971", (70000, 70090), _CENTRO, 1),
    Place("Oaxaca", "Heroica Ciudad de Tlaxiaco", "sur", "953", (69800, 69800), _CENTRO, 1, True),
    Place("Puebla", "Puebla", "centro", "222", (72000, 72590), _CENTRO, 5),
    Place("Puebla", "Tehuacán", "centro", "238", (75700, 75790), _CENTRO, 2),
    Place("Puebla", "Cuetzalan del Progreso", "centro", "233", (73560, 73560), _CENTRO, 1, True),
    Place("Querétaro", "Querétaro", "centro", "442", (76000, 76230), _CENTRO, 4),
    Place("Querétaro", "San Juan del Río", "centro", "427", (76800, 76890), _CENTRO, 1),
    Place("Quintana Roo", "Benito Juárez", "sureste", "998", (77500, 77580), _CANCUN, 5),
    Place("Quintana Roo", "Playa del Carmen", "sureste", "984", (77710, 77730), _CANCUN, 3),
    Place("Quintana Roo", "Othón P. Blanco", "sureste", "983", (77000, 77090), _CANCUN, 1),
    Place("Quintana Roo", "Felipe Carrillo Puerto", "sureste", "983", (77200, 77200), _CANCUN, 1, True),
    Place("San Luis Potosí", "San Luis Potosí", "occidente", "444", (78000, 78390), _CENTRO, 3),
    Place("San Luis Potosí", "Ciudad Valles", "noreste", "481", (79000, 79090), _CENTRO, 1),
    Place("Sinaloa", "Culiacán", "noroeste", "667", (80000, 80290), _MAZATLAN, 4),
    Place("Sinaloa", "Mazatlán", "noroeste", "669", (82000, 82190), _MAZATLAN, 4),
    Place("Sinaloa", "Ahome", "noroeste", "668", (81200, 81290), _MAZATLAN, 2),
    Place("Sonora", "Hermosillo", "noroeste", "662", (83000, 83290), "America/Hermosillo", 4),
    Place("Sonora", "Cajeme", "noroeste", "644", (85000, 85190), "America/Hermosillo", 2),
    Place("Sonora", "Nogales", "noroeste", "631", (84000, 84090), "America/Hermosillo", 1),
    Place("Tabasco", "Centro", "sur", "993", (86000, 86190), _CENTRO, 3),
    Place("Tamaulipas", "Reynosa", "noreste", "899", (88500, 88790), _MATAMOROS, 3),
    Place("Tamaulipas", "Nuevo Laredo", "noreste", "867", (88000, 88290), _MATAMOROS, 2),
    Place("Tamaulipas", "Tampico", "noreste", "833", (89000, 89360), _MONTERREY, 3),
    Place("Tlaxcala", "Tlaxcala", "centro", "246", (90000, 90070), _CENTRO, 1),
    Place("Tlaxcala", "Apizaco", "centro", "241", (90300, 90390), _CENTRO, 1),
    Place("Veracruz", "Veracruz", "sur", "229", (91700, 91910), _CENTRO, 4),
    Place("Veracruz", "Xalapa", "sur", "228", (91000, 91190), _CENTRO, 3),
    Place("Veracruz", "Coatzacoalcos", "sur", "921", (96400, 96580), _CENTRO, 2),
    Place("Veracruz", "Tantoyuca", "noreste", "789", (92100, 92120), _CENTRO, 1, True),
    Place("Yucatán", "Mérida", "sureste", "999", (97000, 97300), _MERIDA, 6),
    Place("Yucatán", "Valladolid", "sureste", "985", (97780, 97780), _MERIDA, 1, True),
    Place("Yucatán", "Tizimín", "sureste", "986", (97700, 97700), _MERIDA, 1, True),
    Place("Zacatecas", "Zacatecas", "occidente", "492", (98000, 98090), _CENTRO, 2),
    Place("Zacatecas", "Fresnillo", "occidente", "493", (99000, 99090), _CENTRO, 1),
)
