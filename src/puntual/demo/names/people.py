"""Given names and surnames of Mexico, with the surnames that tell a region."""

FEMALE_NAMES = (
    "María Guadalupe", "María Fernanda", "María del Carmen", "María José", "María Elena", "Ana María",
    "Ana Karen", "Ana Sofía", "Guadalupe", "Verónica", "Leticia", "Alejandra", "Patricia", "Rosa María",
    "Rosalba", "Gabriela", "Claudia", "Claudia Ivette", "Norma Angélica", "Silvia", "Araceli", "Adriana",
    "Martha Alicia", "Yolanda", "Josefina", "Beatriz", "Irma", "Gloria", "Sandra Luz", "Lucía", "Mónica",
    "Xóchitl", "Itzel", "Citlali", "Nayeli", "Yaretzi", "Ximena", "Regina", "Valeria", "Daniela", "Diana Laura",
    "Brenda", "Fabiola", "Liliana", "Lorena", "Maricela", "Maribel", "Esperanza", "Concepción", "Dolores",
    "Elvia", "Graciela", "Hortensia", "Imelda", "Karla", "Karina", "Luz Elena", "Magdalena", "Margarita",
    "Mayra", "Miriam", "Nancy", "Ofelia", "Perla", "Rebeca", "Rocío", "Rosario", "Sofía", "Susana", "Teresa",
    "Teresita de Jesús", "Violeta", "Yesenia", "Zenaida", "Blanca Estela", "Elizabeth", "Erika", "Griselda",
)  # fmt: skip

MALE_NAMES = (
    "José Luis", "José Antonio", "José Guadalupe", "José Manuel", "José de Jesús", "Juan", "Juan Carlos",
    "Juan Manuel", "Juan Pablo", "Luis Ángel", "Luis Fernando", "Miguel Ángel", "Francisco", "Francisco Javier",
    "Jesús", "Jesús Alberto", "Carlos", "Carlos Alberto", "Alejandro", "Jorge", "Jorge Luis", "Ricardo",
    "Roberto", "Fernando", "Daniel", "Eduardo", "Sergio", "Rafael", "Raúl", "Héctor", "Héctor Hugo", "Arturo",
    "Armando", "Gerardo", "Javier", "Enrique", "Martín", "Manuel", "Pedro", "Salvador", "Rubén", "Rodolfo",
    "Rogelio", "Ramón", "Óscar", "Víctor Manuel", "Víctor Hugo", "Marco Antonio", "Mario", "Alfredo", "Alberto",
    "Ángel", "Andrés", "Benjamín", "César", "Cuauhtémoc", "David", "Emiliano", "Ernesto", "Everardo", "Felipe",
    "Gilberto", "Gonzalo", "Gustavo", "Hugo", "Ignacio", "Isaac", "Ismael", "Jaime", "Joaquín", "Lázaro",
    "Leonardo", "Mauricio", "Moisés", "Noé", "Omar", "Pascual", "Saúl", "Tomás", "Ulises", "Wilberth",
)  # fmt: skip

ENGLISH_NAMES = ("Jennifer", "Michael", "Karen", "Robert", "Susan", "Daniel", "Laura", "Steven")

COMMON_SURNAMES = (
    "Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez",
    "Cruz", "Flores", "Gómez", "Morales", "Vázquez", "Reyes", "Jiménez", "Torres", "Díaz", "Gutiérrez",
    "Ruiz", "Mendoza", "Aguilar", "Ortiz", "Moreno", "Castillo", "Romero", "Álvarez", "Méndez", "Chávez",
    "Rivera", "Juárez", "Ramos", "Domínguez", "Herrera", "Medina", "Castro", "Vargas", "Guzmán", "Velázquez",
    "Muñoz", "Rojas", "Contreras", "Salazar", "Luna", "De la Cruz", "Ortega", "Guerrero", "Santiago",
    "Estrada", "Bautista", "Cortés", "Soto", "Alvarado", "Espinoza", "Lara", "Ríos", "Cervantes", "Silva",
    "Delgado", "Vega", "Márquez", "Sandoval", "Fuentes", "León", "Carrillo", "Peña", "Núñez", "Ibarra",
    "Zúñiga", "Campos", "Navarro", "Mejía", "Ayala", "Rosales", "Maldonado", "Serrano", "Valdez", "Ávila",
)  # fmt: skip

REGIONAL_SURNAMES = {
    "centro": (
        "Olvera", "Pacheco", "Ángeles", "Trejo", "Arellano", "Barrera", "Galicia", "Monroy", "Cuautle", "Nolasco",
        "Cadena", "Islas", "Quezada", "Montes de Oca", "Xicohténcatl", "Tepox", "Legorreta", "Tlapanco", "Coyotl",
        "Percástegui", "Xochitiotzin", "Ñáñez",
    ),
    "noreste": (
        "Garza", "Treviño", "Cantú", "Elizondo", "Villarreal", "Benavides", "Lozano", "Cavazos", "Guajardo",
        "Saldívar", "Montemayor", "Tijerina", "De la Garza", "Leal", "Sepúlveda", "Longoria", "Ibáñez",
        "Del Ángel", "Escamilla", "Zertuche", "De León", "Chapa",
    ),
    "noroeste": (
        "Valenzuela", "Félix", "Bojórquez", "Beltrán", "Ochoa", "Lizárraga", "Gaxiola", "Osuna", "Verdugo",
        "Quiñónez", "Encinas", "Astorga", "Tirado", "Inzunza", "Araujo", "Cota", "Holguín", "Terrazas",
        "Armendáriz", "Ceseña", "Quihuis", "Buitimea", "Yocupicio", "Moroyoqui",
    ),
    "occidente": (
        "Padilla", "Orozco", "Magaña", "Plascencia", "Villaseñor", "Macías", "Bañuelos", "Barragán", "Equihua",
        "Ornelas", "Covarrubias", "Briseño", "Nuño", "Gallardo", "De Anda", "Íñiguez", "Tzintzun", "Arriaga",
        "Cuiriz", "Huipe", "Escobedo", "Huacuz", "Verduzco", "Baltazar",
    ),
    "sur": (
        "Toledo", "Matus", "Vásquez", "Sántiz", "Nucamendi", "Tovilla", "Gordillo", "Coutiño", "Girón", "Zárate",
        "Cabrera", "Ordaz", "Chincoya", "Pineda", "Regalado", "Jijón", "Avendaño", "Utrilla", "Hidalgo",
        "Ovando", "Priego", "Castañeda", "Zamudio", "Xolo",
    ),
    "sureste": (
        "Canul", "Chablé", "Pech", "Uc", "Dzul", "Ek", "Cauich", "Poot", "Chi", "May", "Balam", "Ku", "Euán",
        "Kantún", "Tuz", "Canché", "Puc", "Cocom", "Chan", "Couoh", "Peraza", "Cetina", "Sosa", "Patrón",
    ),
}  # fmt: skip
