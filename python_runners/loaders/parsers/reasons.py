"""Why somebody does not play: from the league's wording to a category."""

from __future__ import annotations

NOT_WITH_TEAM = "not_with_team"
_OTHER = "other"
_CATEGORIES = (
    ("injury/illness", "injury"),
    ("g league", "g_league"),
    ("not with team", NOT_WITH_TEAM),
    ("personal", "personal"),
    ("rest", "rest"),
    ("coach's decision", "coach_decision"),
    ("suspension", "suspension"),
    ("suspended", "suspension"),
)


def reason_category(reason: str | None) -> str | None:
    """Return the category of a reason, judged by the part before " - "; NULL without a reason.

    Categories: injury, g_league, not_with_team, personal, rest, coach_decision, suspension, other.
    """
    if reason is None:
        return None
    # "Rest" must not be found in longer words, so phrases are matched from the start or as a last word.
    head = reason.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split(" - ")[0].strip().lower()
    for phrase, category in _CATEGORIES:
        if head == phrase or head.startswith(f"{phrase} ") or head.endswith(f" {phrase}"):
            return category
    return _OTHER


def dnp_category(reason: str | None) -> str | None:
    """Return the category of a gamebook remark such as "DNP - Coach's Decision" or "NWT - Injury/Illness - ...".

    NWT alone, or with a wording that no other category covers, is not_with_team.
    """
    if reason is None:
        return None
    prefix, dash, rest = reason.strip().partition(" - ")
    if prefix not in ("DNP", "DND", "NWT"):
        return reason_category(reason)
    category = reason_category(rest) if dash else _OTHER
    return NOT_WITH_TEAM if prefix == "NWT" and category == _OTHER else category
