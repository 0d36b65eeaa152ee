"""Questions of ten topics, each with its right answer and a wrong one, all of them made by rule.

What can be computed is computed, so that a right answer is right and a wrong one wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple


class Question(NamedTuple):
    """A prompt and two answers to it."""

    prompt: str
    right: str
    wrong: str


def dates(rng: random.Random) -> Question:
    """Ask about the calendar."""
    day = date(2024, 1, 1) + timedelta(days=rng.randrange(3650))
    apart = rng.randrange(20, 200)
    other = day + timedelta(days=apart)
    slip = rng.choice((-2, -1, 1, 2))
    match rng.randrange(4):
        case 0:
            return Question(
                f"Which day of the week is {_long(day)}?",
                f"{_long(day)} is a {day:%A}.",
                f"{_long(day)} is a {day + timedelta(days=slip):%A}.",
            )
        case 1:
            return Question(
                f"Which date is {apart} days after {_long(day)}?",
                f"It is {_long(other)}.",
                f"It is {_long(other + timedelta(days=slip))}.",
            )
        case 2:
            return Question(
                f"How many days lie between {_long(day)} and {_long(other)}?",
                f"{apart} days.",
                f"{apart + slip} days.",
            )
        case _:
            earlier = day - timedelta(days=apart)
            return Question(
                f"The invoice of {_long(day)} was sent {apart} days late. When was it due?",
                f"It was due on {_long(earlier)}.",
                f"It was due on {_long(earlier + timedelta(days=slip))}.",
            )


def geometry(rng: random.Random) -> Question:
    """Ask about areas, lengths and angles."""
    a, b, c = (rng.randrange(3, 40) for _ in range(3))
    match rng.randrange(5):
        case 0:
            return Question(
                f"What is the area of a triangle with base {2 * a} cm and height {b} cm?",
                f"The area is {a * b} square cm.",
                f"The area is {2 * a * b} square cm.",
            )
        case 1:
            return Question(
                f"A rectangle is {a} m wide and {a + b} m long. What is its perimeter?",
                f"Its perimeter is {2 * (2 * a + b)} m.",
                f"Its perimeter is {2 * a + b} m.",
            )
        case 2:
            return Question(
                f"What is the volume of a box with edges of {a}, {b} and {c} cm?",
                f"Its volume is {a * b * c} cubic cm.",
                f"Its volume is {2 * (a * b + b * c + a * c)} cubic cm.",
            )
        case 3:
            return Question(
                f"What is the sum of the inner angles of a polygon with {a} corners?",
                f"It is {(a - 2) * 180} degrees.",
                f"It is {a * 180} degrees.",
            )
        case _:
            return Question(
                f"A right triangle has legs of {3 * a} and {4 * a} cm. How long is its hypotenuse?",
                f"Its hypotenuse is {5 * a} cm long.",
                f"Its hypotenuse is {7 * a} cm long.",
            )


def sql(rng: random.Random) -> Question:
    """Ask for a query."""
    table, column, key = rng.choice(
        (
            ("customers", "city", "age"),
            ("orders", "status", "total"),
            ("employees", "department", "salary"),
            ("books", "publisher", "price"),
            ("flights", "airline", "delay"),
        )
    )
    number = rng.randrange(2, 60)
    match rng.randrange(4):
        case 0:
            return Question(
                f"Write an SQL query: how many {table} are there for each {column} that has more "
                f"than {number}?",
                f"SELECT {column}, COUNT(*) FROM {table} GROUP BY {column} "
                f"HAVING COUNT(*) > {number};",
                f"SELECT {column}, COUNT(*) FROM {table} WHERE COUNT(*) > {number} "
                f"GROUP BY {column};",
            )
        case 1:
            return Question(
                f"Write an SQL query for the {number} {table} with the highest {key}.",
                f"SELECT * FROM {table} ORDER BY {key} DESC LIMIT {number};",
                f"SELECT * FROM {table} ORDER BY {key} LIMIT {number};",
            )
        case 2:
            return Question(
                f"Write an SQL query for the {table} whose {column} is not known and whose id is "
                f"over {number}.",
                f"SELECT * FROM {table} WHERE {column} IS NULL AND id > {number};",
                f"SELECT * FROM {table} WHERE {column} = NULL AND id > {number};",
            )
        case _:
            return Question(
                f"Write an SQL statement that deletes the {table} whose {column} is 'x{number}'.",
                f"DELETE FROM {table} WHERE {column} = 'x{number}';",
                f"DELETE {column} FROM {table} WHERE 'x{number}';",
            )


def percentages(rng: random.Random) -> Question:
    """Ask about parts of a hundred."""
    percent, hundreds = rng.randrange(3, 60), rng.randrange(2, 60)
    thing = rng.choice(("A coat", "A lamp", "A bicycle", "A ticket", "A printer"))
    if rng.random() < 0.5:
        return Question(
            f"{thing} costs {hundreds * 100} euros. What does it cost at {percent} percent off?",
            f"{hundreds * (100 - percent)} euros.",
            f"{hundreds * 100 - percent} euros.",
        )
    return Question(
        f"How much is {percent} percent of {hundreds * 100} votes?",
        f"{percent * hundreds} votes.",
        f"{percent * hundreds * 10} votes.",
    )


def units(rng: random.Random) -> Question:
    """Ask for another unit."""
    small, big, factor = rng.choice(
        (
            ("metres", "kilometres", 1000),
            ("grams", "kilograms", 1000),
            ("minutes", "hours", 60),
            ("millilitres", "litres", 1000),
            ("inches", "feet", 12),
            ("ounces", "pounds", 16),
        )
    )
    number = rng.randrange(3, 90)
    return Question(
        f"Convert {number} {big} into {small}.",
        f"{number} {big} are {number * factor} {small}.",
        f"{number} {big} are {number * factor * 10} {small}.",
    )


def numerals(rng: random.Random) -> Question:
    """Ask for Roman numerals."""
    number = rng.randrange(40, 3000)
    if rng.random() < 0.5:
        return Question(
            f"Write {number} in Roman numerals.", f"{_roman(number)}", f"{_roman(number + 9)}"
        )
    return Question(
        f"Which number is the Roman numeral {_roman(number)}?", f"{number}", f"{number + 10}"
    )


def letters(rng: random.Random) -> Question:
    """Ask how words are spelled."""
    word = rng.choice(_WORDS)
    letter = rng.choice(word)
    count = word.count(letter)
    if rng.random() < 0.5:
        return Question(
            f"How often does the letter {letter} occur in the word {word}?",
            f"{_times(count)}.",
            f"{_times(count + 1)}.",
        )
    return Question(
        f"Spell the word {word} backwards, letter by letter.",
        "-".join(reversed(word)),
        "-".join([*reversed(word[2:]), *word[:2]]),
    )


def capitals(rng: random.Random) -> Question:
    """Ask where a country is governed from."""
    (country, city), (_, other) = rng.sample(sorted(_CAPITALS.items()), 2)
    return Question(
        rng.choice(
            (f"What is the capital of {country}?", f"From which city is {country} governed?")
        ),
        f"The capital of {country} is {city}.",
        f"The capital of {country} is {other}.",
    )


def translation(rng: random.Random) -> Question:
    """Ask for a word of another language."""
    language, words = rng.choice(sorted(_DICTIONARY.items()))
    (english, foreign), (_, other) = rng.sample(sorted(words.items()), 2)
    return Question(f"Translate the English noun “{english}” into {language}.", foreign, other)


def python(rng: random.Random) -> Question:
    """Ask what an expression of Python is."""
    numbers = [rng.randrange(1, 30) for _ in range(rng.randrange(3, 6))]
    match rng.randrange(3):
        case 0:
            at = rng.randrange(1, len(numbers))
            return Question(
                f"In Python, what does {numbers}[{-at}] return?",
                f"`{numbers[-at]}`",
                f"`{numbers[-at] + 1}`",
            )
        case 1:
            step = rng.randrange(2, 9)
            return Question(
                f"In Python, what does sum(range(0, {numbers[0] + 9}, {step})) return?",
                f"`{sum(range(0, numbers[0] + 9, step))}`",
                f"`{sum(range(0, numbers[0] + 9, step)) + step}`",
            )
        case _:
            a, b = numbers[0] + 40, numbers[1] + 2
            return Question(
                f"In Python, what does {a} // {b} + {a} % {b} return?",
                f"`{a // b + a % b}`",
                f"`{a // b + a % b - 1}`",
            )


TOPICS: Mapping[str, Callable[[random.Random], Question]] = {
    each.__name__: each
    for each in (
        *(dates, geometry, sql, percentages, units),
        *(numerals, letters, capitals, translation, python),
    )
}
"""What makes a question of each topic, by the topic's name."""

_WORDS = (
    *("banana", "lantern", "committee", "parallel", "raspberry", "mississippi", "bookkeeper"),
    *("assassin", "tomorrow", "balloon", "occurrence", "necessary", "calendar", "umbrella"),
    *("architecture", "television", "cucumber", "pepper", "whispering", "millennium"),
)
_CAPITALS = {
    **{"Peru": "Lima", "Kenya": "Nairobi", "Norway": "Oslo", "Chile": "Santiago", "Iran": "Tehran"},
    **{
        "Cuba": "Havana",
        "Egypt": "Cairo",
        "Nepal": "Kathmandu",
        "Ghana": "Accra",
        "Mali": "Bamako",
    },
    **{
        "Japan": "Tokyo",
        "Latvia": "Riga",
        "Greece": "Athens",
        "Qatar": "Doha",
        "Sweden": "Stockholm",
    },
    **{"Canada": "Ottawa", "Turkey": "Ankara", "Senegal": "Dakar", "Poland": "Warsaw"},
    **{"Uruguay": "Montevideo", "Vietnam": "Hanoi", "Finland": "Helsinki", "Portugal": "Lisbon"},
}
_DICTIONARY = {
    "French": {
        **{"bread": "pain", "house": "maison", "river": "rivière", "dog": "chien", "key": "clé"},
        **{
            "tree": "arbre",
            "window": "fenêtre",
            "book": "livre",
            "moon": "lune",
            "horse": "cheval",
        },
    },
    "German": {
        **{"bread": "Brot", "house": "Haus", "river": "Fluss", "dog": "Hund", "key": "Schlüssel"},
        **{"tree": "Baum", "window": "Fenster", "book": "Buch", "moon": "Mond", "horse": "Pferd"},
    },
    "Spanish": {
        **{"bread": "pan", "house": "casa", "river": "río", "dog": "perro", "key": "llave"},
        **{
            "tree": "árbol",
            "window": "ventana",
            "book": "libro",
            "moon": "luna",
            "horse": "caballo",
        },
    },
}


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _times(count: int) -> str:
    return {1: "Once", 2: "Twice"}.get(count, f"{count} times")


def _roman(number: int) -> str:
    signs = (
        *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
        *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
    )
    written = ""
    for value, sign in signs:
        written += sign * (number // value)
        number %= value
    return written
