"""Invented names, with every spelling that has to be read correctly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random

from python_runners.identity import player_lookup_base

SUFFIXES = ("Jr.", "Sr.", "II", "III", "IV")

# Each of these stands for a way of writing that a source or a normaliser can get wrong.
SPECIAL_NAMES: tuple[tuple[str, str], ...] = (
    ("Nikolaj", "Šarenić"),
    ("Luka", "Đorđanić"),
    ("Łukasz", "Wielgórski"),
    ("Ömer", "Aydınoğlu"),
    ("Søren", "Kjærgård"),
    ("Jürgen", "Strauß"),
    ("P.J.", "Hathcock Jr."),
    ("De'Marrick", "Tolliver"),
    ("Shae", "Brindle-Okonjo"),
    ("Karl-Emil", "Vantress"),
    ("A.J.", "Quarrels"),
    ("Gary", "Pellworth II"),
    ("Jimothy", "Bullard III"),
    ("Trey", "Ammerling IV"),
    ("D'Lonzo", "O'Farrow"),
    ("José", "Alcántarez"),
    ("Kelvin", "Ubray Jr."),
    ("Théo", "Malédanne"),
    ("TyTy", "Washburne Jr."),
    ("Nah'Keem", "St. Clairmont"),
)

_FIRST = (
    "Aaric Abdoul Aldin Amiri Andrell Ansel Arlo Auden Bastien Beckham Benji Braxten Brennon Cabel Caelin Calix Camden "
    "Cashel Cedron Chaz Clayborn Coltrane Corbin Daelen Damion Darvell Dashawn Davion Deandrick Delroy Denzell Desh "
    "Dimitar Donte Dravin Eamon Edric Eliud Elwyn Emeka Enzo Ezrell Fenton Fodé Garrick Gideon Grantham Hakeem Hollis "
    "Ibrahima Idris Ignas Immanuel Isandro Izaak Jabriel Jacoby Jaelyn Jamarcus Jareth Jaxon Jerome Joakim Jorrell "
    "Kadeem Kaiden Karsten Keldon Kendric Keyshawn Khalon Kobi Kwame Lamont Landrick Leif Lenox Lorenz Lucian Maddox "
    "Malakai Mamadou Marcelin Marquel Mateus Maxim Micaiah Mylo Nasir Nathon Nolan Octavio Olek Omari Orlan Osei Pascal "
    "Percival Quade Quincy Ransom Rashad Reggin Rhett Rodrick Rowan Sadiq Samson Sekou Silas Sterling Tavion Terrick "
    "Thaddeus Tobin Torin Tremell Tyrese Ulric Vashon Vernell Wendel Xavion Yannis Yusuf Zaire Zeke Zoran"
).split()
_LAST = (
    "Abernethy Adeyanju Ainsley Akintola Alderson Amsterdam Ardley Ashgrove Bainwright Balderas Banbury Barlowe Bassett "
    "Beaulieu Bellwood Benbow Birkdale Blackmoor Bloxham Boatswain Bolden Bracewell Brightmon Brockhurst Buckland "
    "Burgoyne Cadwell Calloway Cantrell Carmody Castellane Chadbourne Chalmersby Cheswick Claremore Coatsworth Colburne "
    "Copeland Corrigan Crayford Croftman Culpepper Dabney Dalrymple Danforth Darlington Delacroy Demarest Dillingham "
    "Dockery Draycott Dunmore Eastmond Eberhardt Edgecombe Ellingham Emberton Enright Eubanksley Everdale Fairbairn "
    "Falconer Farnsworth Fenwick Fitzroy Fontenay Forsythe Foxworthy Frampton Gadsden Gallimore Garrity Gathers Glanville "
    "Goodspeed Grayling Greenlaw Grimsby Gunderson Hadleigh Halloway Hammersley Hargrove Harkness Hartwell Haverford "
    "Hawksley Hazelton Heathcote Hendershot Holcombe Hollander Honeycutt Huddleston Ingersoll Islington Jessup Kassebaum "
    "Keating Kellerman Kendrick Kershaw Kilbride Kingsolver Kirkwood Lambright Langston Larkspur Lathrop Leatherby "
    "Lindqvist Lockhart Lovelace Lydgate Mabry Maddern Mallory Manningly Marchetti Marlowe Massenburgh Maycomb McAllaster "
    "McBrayer McCandless Meriwether Middlebrook Montclair Moorehead Mulgrew Nightwood Northcott Oakhurst Ogbonnaya Okafori "
    "Oldcastle Ormsby Osterman Overstreet Pemberton Penhallow Petrossian Pickering Pinkston Plimpton Ponsford Prescott "
    "Pritchett Quarles Quimby Radcliffe Rainsford Ravenel Redfield Renshaw Ridgeway Rockwell Rosewood Rutherford Sandifer "
    "Satterfield Scarbrough Sedgewick Selwyn Shackleford Sherborne Silvermann Skelton Somerset Southgate Stanfield Stebbins "
    "Stockbridge Stonebraker Summerlin Swinton Talmadge Tarkenton Tavarez Templeton Thackeray Thornbury Tillman Tomlinson "
    "Trueblood Turnbow Underhill Upshaw Vandermeer Vaughters Venables Vickery Wadsworth Wainwright Wakefield Walsingham "
    "Warburton Waverly Weatherspoon Wellington Westbrooke Wetherby Whitlock Wickham Winterbourne Witherspoon Woodruff "
    "Wyndham Yarborough Yeardley Zabriskie Zeigler"
).split()


def name_stream(rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (first, last) names, suffix with the last name, no two alike in their normalised form without suffix."""
    taken: set[str] = set()
    specials = list(SPECIAL_NAMES)
    rng.shuffle(specials)
    drawn = 0
    while True:
        is_special = specials and drawn % 9 == 4
        first, last = specials.pop() if is_special else (rng.choice(_FIRST), rng.choice(_LAST))
        lookup = player_lookup_base(f"{first} {last}")
        if lookup in taken:
            continue
        taken.add(lookup)
        drawn += 1
        yield first, last


def plain_ascii(text: str) -> str:
    """Return a name as a bookmaker types it: no diacritics, letters without decomposition replaced."""
    replaced = text.translate(
        str.maketrans({"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "ß": "ss", "æ": "ae"})
    )
    decomposed = unicodedata.normalize("NFKD", replaced)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def slug(name: str) -> str:
    """Return a name as it stands in addresses: lower case, hyphens between words."""
    words = plain_ascii(name).lower().replace(".", "").replace("'", "").split()
    return "-".join(words)


def without_suffix(last: str) -> str:
    """Return a last name without its generational suffix."""
    words = last.split()
    return " ".join(words[:-1]) if words[-1] in SUFFIXES else last


def last_first(first: str, last: str) -> str:
    """Return "Last Suffix, First" as the injury report prints names."""
    return f"{last}, {first}"
