"""Injury reports: PDFs drawn here word by word, and a real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import injury_report

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]

Cell = tuple[float, float, str]
HEIGHT = 595
COLUMNS = (23.0, 120.0, 200.0, 265.0, 425.0, 586.0, 666.0)
HEADERS = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
TITLE: Cell = (289.0, 46.0, "Injury Report: 01/04/24 12:30 PM")


def pdf(*pages: list[Cell]) -> bytes:
    """Write a PDF with text at (x, distance from the top)."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for cells in pages:
        drawn = "\n".join(
            f"BT /F1 8 Tf {x} {HEIGHT - top} Td ({text.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET"
            for x, top, text in cells
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 {HEIGHT}] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    body += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return body.encode("latin-1")


def header(top: float = 108) -> list[Cell]:
    return [(x, top, text) for x, text in zip(COLUMNS, HEADERS, strict=True)]


def line(top: float, *texts: str | None) -> list[Cell]:
    return [(x + 1, top, text) for x, text in zip(COLUMNS, texts, strict=True) if text]


def footer(page: int, pages: int) -> Cell:
    return (399.0, 538.0, f"Page {page} of {pages}")


def first_page(*lines: list[Cell], pages: int = 1) -> list[Cell]:
    return [TITLE, *header(), *(cell for cells in lines for cell in cells), footer(1, pages)]


MIL = line(130, "01/04/2024", "07:30 (ET)", "MIL@SAS", "Milwaukee Bucks", None, None, "NOT YET SUBMITTED")
SAS = line(150, None, None, None, "San Antonio Spurs", "Barlow, Dominick", "Questionable", "G League - Two-Way")
DUKE = line(170, None, None, None, None, "Duke Jr., David", "Out", "Injury/Illness - Left Ankle; Sprain")


def test_cells_are_carried_down(stored: Stored, fits_contract: Fits) -> None:
    parsed = injury_report.parse(stored(pdf(first_page(MIL, SAS, DUKE))))
    fits_contract(parsed)
    bucks, barlow, duke = parsed.rows
    assert {row["report_at"] for row in parsed.rows} == {datetime(2024, 1, 4, 17, 30, tzinfo=UTC)}
    assert {(row["report_date"], row["game_date"]) for row in parsed.rows} == {(date(2024, 1, 4), date(2024, 1, 4))}
    assert (bucks["team"], bucks["injury_status"], bucks["player_name_raw"]) == ("MIL", "not_submitted", None)
    assert (bucks["reason"], bucks["reason_category"], bucks["listing_order"]) == (None, None, 1)
    assert (barlow["player_name_raw"], barlow["injury_status"]) == ("Barlow, Dominick", "questionable")
    assert (barlow["reason"], barlow["reason_category"]) == ("G League - Two-Way", "g_league")
    assert (duke["team"], duke["listing_order"], duke["player_name_raw"]) == ("SAS", 2, "Duke Jr., David")
    assert {row["game_time_text"] for row in parsed.rows} == {"07:30 (ET)"}
    assert parsed.scopes == [{"report_at": datetime(2024, 1, 4, 17, 30, tzinfo=UTC)}]


def test_a_reason_wraps_above_and_below_its_line(stored: Stored) -> None:
    wrapped = [
        *line(163, None, None, None, None, None, None, "Injury/Illness - Right Forearm;"),
        *line(170, None, None, None, None, "McDermott, Doug", "Out", None),
        *line(177, None, None, None, None, None, None, "Contusion"),
    ]
    after = line(192, None, None, None, None, "Zed, Al", "Available", "Rest")
    rows = injury_report.parse(stored(pdf(first_page(MIL, SAS, wrapped, after)))).rows
    assert [row["reason"] for row in rows[1:]] == [
        "G League - Two-Way",
        "Injury/Illness - Right Forearm; Contusion",
        "Rest",
    ]


def test_a_hyphen_that_ends_a_line_stays_one(stored: Stored) -> None:
    wrapped = [
        *line(163, None, None, None, None, None, None, "Injury/Illness - Right Fore-"),
        *line(170, None, None, None, None, "Caldwell-", "Out", None),
        *line(177, None, None, None, None, "Pope, Kentavious", None, "arm; Contusion"),
    ]
    (_, _, row) = injury_report.parse(stored(pdf(first_page(MIL, SAS, wrapped)))).rows
    assert (row["player_name_raw"], row["reason"]) == (
        "Caldwell- Pope, Kentavious",
        "Injury/Illness - Right Fore- arm; Contusion",
    )


@pytest.mark.parametrize("with_header", [True, False])
def test_cells_are_carried_across_pages(stored: Stored, with_header: bool) -> None:
    top = line(130, None, None, None, None, "Collins, Zach", "Out", "Personal Reasons")
    following = line(150, None, "10:00 (ET)", "DEN@GSW", "Denver Nuggets", "Reggie, Jackson", "Probable", "-")
    second = [TITLE, *(header() if with_header else []), *top, *following, footer(2, 2)]
    rows = injury_report.parse(stored(pdf(first_page(MIL, SAS, pages=2), second))).rows
    found = [(row["team"], row["matchup"], row["listing_order"], row["reason_category"]) for row in rows[1:]]
    assert found == [
        ("SAS", "MIL@SAS", 1, "g_league"),
        ("SAS", "MIL@SAS", 2, "personal"),
        ("DEN", "DEN@GSW", 1, "other"),
    ]
    assert rows[-1]["game_date"] == date(2024, 1, 4)


def test_a_second_page_without_title_or_header_loses_nothing(stored: Stored) -> None:
    second = [*line(46, None, None, None, None, "Collins, Zach", "Out", "Personal"), footer(2, 2)]
    rows = injury_report.parse(stored(pdf(first_page(MIL, SAS, pages=2), second))).rows
    assert [row["player_name_raw"] for row in rows] == [None, "Barlow, Dominick", "Collins, Zach"]


def test_summer_time_in_the_title(stored: Stored) -> None:
    page = [(289.0, 46.0, "Injury Report: 10/25/25 05:30 PM"), *first_page(MIL, SAS)[1:]]
    assert injury_report.parse(stored(pdf(page))).rows[0]["report_at"] == datetime(2025, 10, 25, 21, 30, tzinfo=UTC)


def test_foreign_opponents_leave_with_a_count(stored: Stored) -> None:
    guests = line(130, "01/04/2024", "07:30 (ET)", "RMD@SAS", "Real Madrid", None, None, "NOT YET SUBMITTED")
    own = line(150, None, None, "MIL@SAS", "San Antonio Spurs", "Barlow, Dominick", "Out", "Rest")
    parsed = injury_report.parse(stored(pdf(first_page(guests, own))))
    assert (len(parsed.rows), parsed.dropped) == (1, {"foreign_team": 1})


def test_a_report_without_lines(stored: Stored) -> None:
    with pytest.raises(NoData):
        injury_report.parse(stored(pdf(first_page())))


@pytest.mark.parametrize(
    "page",
    [
        [TITLE, *MIL, *SAS, footer(1, 1)],
        [*header(), *MIL, footer(1, 1)],
        [TITLE, *header(), *MIL],
        [TITLE, *header(), *MIL, footer(1, 3)],
        first_page(SAS),
        first_page(MIL, line(150, None, None, None, None, "A, B", "Sick", "Rest")),
        first_page(MIL, line(150, None, None, None, "San Antonio Spurs", None, "Out", "Rest")),
        first_page(line(130, "01/04/2024", "07:30 (ET)", "MIL at SAS", "Milwaukee Bucks", "A, B", "Out", "Rest")),
        first_page(line(130, None, None, None, None, "A, B", None, "Rest")),
        first_page(MIL, line(150, None, None, "DEN@GSW", None, "A, B", "Out", "Rest")),
    ],
)
def test_another_layout_is_refused(stored: Stored, page: list[Cell]) -> None:
    with pytest.raises(UnknownPayloadShape):
        injury_report.parse(stored(pdf(page)))


def test_a_team_outside_its_matchup_fails(stored: Stored) -> None:
    wrong = line(150, None, None, None, "Denver Nuggets", "A, B", "Out", "Rest")
    with pytest.raises(InvariantViolated, match="does not play"):
        injury_report.parse(stored(pdf(first_page(MIL, wrong))))


@pytest.mark.parametrize("body", [b"<html>403</html>", b"", pdf(first_page(MIL, SAS))[:300]])
def test_no_readable_pdf(stored: Stored, body: bytes) -> None:
    with pytest.raises(UnknownPayloadShape):
        injury_report.parse(stored(body))


def test_real_report(real: Stored, fits_contract: Fits) -> None:
    parsed = injury_report.parse(real("nba_other/injury_report_f4391904.pdf"))
    fits_contract(parsed)
    statuses = Counter(row["injury_status"] for row in parsed.rows)
    assert len(parsed.rows) == 43
    assert statuses == {"not_submitted": 29, "out": 10, "questionable": 2, "doubtful": 1, "probable": 1}
    assert Counter(row["game_date"] for row in parsed.rows) == {date(2024, 1, 4): 15, date(2024, 1, 5): 28}
    by_name = {row["player_name_raw"]: row for row in parsed.rows if row["player_name_raw"]}
    assert by_name["McDermott, Doug"]["reason"] == "Injury/Illness - Right Forearm; Contusion"
    assert by_name["Payton II, Gary"]["team"] == "GSW"
    assert by_name["Duke Jr., David"]["reason_category"] == "g_league"
    assert by_name["Green, Draymond"]["reason_category"] == "suspension"
    matchups = {(row["game_date"], row["matchup"]) for row in parsed.rows}
    assert len(matchups) == 16
    assert len({(row["game_date"], row["team"]) for row in parsed.rows}) == 32
