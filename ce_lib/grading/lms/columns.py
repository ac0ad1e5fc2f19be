"""What a column is, from its header in the languages of Moodle.

Canvas does not translate the headers of its gradebook; Moodle does, and reads them back in the
language of whoever uploads the file. Here are English, German, French and Spanish, in the words of
Moodle's language packs (components ``moodle``, ``assign`` and ``grades``) for versions 3.9 to 4.5.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["KINDS", "NO", "kind", "kinds", "plain"]

#: kind -> headers, in any case.
KINDS: dict[str, tuple[str, ...]] = {
    # Moodle's grading worksheet of one assignment
    "participant": ("Identifier", "ID", "Identifiant", "Identificador"),
    "name": ("Full name", "Vollständiger Name", "Nom complet", "Nombre completo", "Student"),
    "email": (
        "Email address", "Email", "E-mail address", "E-Mail-Adresse", "E-Mail",
        "Adresse de courriel", "Dirección de correo", "Dirección de correo electrónico",
    ),
    "status": ("Status", "Statut", "Estatus", "Estado"),
    "grade": ("Grade", "Bewertung", "Note", "Calificación"),
    "maximum": ("Maximum grade", "Bestwertung", "Note maximale", "Calificación máxima"),
    "changeable": (
        "Grade can be changed", "Bewertung kann geändert werden", "La note peut être modifiée",
        "La calificación puede ser cambiada", "La calificación puede cambiarse",
    ),
    "submitted": (
        "Last modified (submission)", "Zuletzt geändert (Abgabe)",
        "Dernière modification (travail remis)", "Última modificación (entrega)",
    ),
    "graded": (
        "Last modified (grade)", "Zuletzt geändert (Bewertung)", "Dernière modification (note)",
        "Última modificación (calificación)",
    ),
    "feedback": (
        "Feedback comments", "Feedback als Kommentar", "Feedback par commentaires",
        "Comentarios de retroalimentación",
    ),
    # Moodle's gradebook and user fields
    "first_name": ("First name", "Vorname", "Prénom", "Nombre", "first_name", "FirstName"),
    "last_name": (
        "Last name", "Surname", "Nachname", "Nom de famille", "Nom", "Apellido(s)", "Apellidos",
        "last_name", "LastName",
    ),
    "id_number": (
        "ID number", "ID-Nummer", "Matrikelnummer", "Numéro d'identification", "Número de ID",
    ),
    "username": ("Username", "Anmeldename", "Nom d'utilisateur", "Nombre de usuario"),
    "downloaded": (
        "Last downloaded from this course", "Zuletzt aus diesem Kurs geladen",
        "Dernier téléchargement depuis ce cours", "Última descarga de este curso",
    ),
    # Canvas
    "sis_user_id": ("SIS User ID",),
    "login": ("SIS Login ID",),
    "integration_id": ("Integration ID",),
    "section": ("Section",),
    # a list of one's own, as `nbgrader db student import` reads it
    "course_id": ("student_id", "course_id"),
    "lms_user_id": ("lms_user_id",),
}  # fmt: skip

#: How Moodle says that a grade cannot be changed.
NO = frozenset({"no", "nein", "non"})


def plain(text: str) -> str:
    """A text for comparing: one form for each accent, one space, no case."""
    text = unicodedata.normalize("NFC", text).replace("’", "'").replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(text.split()).casefold()


_KIND = {plain(word): name for name, words in KINDS.items() for word in words}


def kind(header: str) -> str:
    """What a column is; an empty string if its header says nothing known."""
    # some programs leave a space, and then the quotes are no quotes
    return _KIND.get(plain(header.strip().strip('"')), "")


def kinds(headers: Sequence[str]) -> dict[str, int]:
    """Where the known columns are; of two of one kind, the first."""
    found: dict[str, int] = {}
    for column, header in enumerate(headers):
        if name := kind(header):
            found.setdefault(name, column)
    return found
