"""NBA.com file of all transactions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from python_runners.errors import NoData
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.shapes import (
    LIST,
    NUMBER,
    OBJECT,
    TEXT,
    day,
    fields,
    id_text,
    one_of,
    parsed,
    read_json,
    record,
    records,
    text,
    whole,
)
from python_runners.loaders.parsers.sides import FOREIGN_TEAM
from python_runners.teams import tricode_of_id

TABLE = "nbac_player_movement"

_TRANSACTION = {
    **fields(TEXT, "Transaction_Type", "TRANSACTION_DATE", "TRANSACTION_DESCRIPTION", "PLAYER_SLUG", "GroupSort"),
    **fields(NUMBER, "TEAM_ID", "PLAYER_ID", "Additional_Sort"),
}
_TYPES = ("Signing", "Waive", "Trade", "ContractConverted", "AwardOnWaivers")


def parse(obj: RawObject) -> ParsedRows:
    """Parse the whole file into nbac_player_movement; ids are decimals in the feed, 0 stands for none.

    Raises:
        NoData: an empty file.
    """
    root = record(read_json(obj), "movement", {"NBA_Player_Movement": OBJECT}, is_closed=True)
    file = record(root["NBA_Player_Movement"], "NBA_Player_Movement", {"rows": LIST}, {"columns": LIST}, is_closed=True)
    transactions = records(file["rows"], "rows", _TRANSACTION)
    if not transactions:
        raise NoData("the file lists no transaction")
    dropped: Counter[str] = Counter()
    rows = []
    for transaction in transactions:
        if tricode_of_id(transaction["TEAM_ID"]) is None:
            dropped[FOREIGN_TEAM] += 1
        else:
            rows.append(_row(transaction))
    return parsed(TABLE, rows, [{}], dropped)


def _row(transaction: dict[str, Any]) -> Row:
    where = transaction["GroupSort"]
    return {
        "transaction_date": day(transaction["TRANSACTION_DATE"].partition("T")[0], where),
        "transaction_type": one_of(transaction["Transaction_Type"], _TYPES, where),
        "group_sort": transaction["GroupSort"],
        "team_id": whole(transaction["TEAM_ID"], where),
        "team": tricode_of_id(transaction["TEAM_ID"]),
        "player_id": id_text(transaction["PLAYER_ID"]),
        "player_slug": text(transaction["PLAYER_SLUG"]),
        "counterpart_team_id": whole(transaction["Additional_Sort"], where) or None,
        "description": text(transaction["TRANSACTION_DESCRIPTION"]),
    }
