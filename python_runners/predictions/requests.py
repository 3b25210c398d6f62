"""What the coordinator is asked over HTTP, parsed once."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from python_runners.errors import InvalidMessage


class CoordinatorRequest(BaseModel):
    """Body of a call.

    Attributes:
        game_date: US Eastern game date; default is the slate of now.
        player_ids: players to look at; default is all.
        correlation_id: journey that the call belongs to; default is a new one.
        trigger_source: who calls.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    game_date: date | None = None
    player_ids: tuple[str, ...] | None = None
    correlation_id: str | None = None
    trigger_source: Literal["scheduler", "manual"] = "manual"


def parse_request(document: Any) -> CoordinatorRequest:
    """Parse the body of a call; an empty object asks for the defaults.

    Raises:
        InvalidMessage: it is no object, or a field is unknown or does not validate.
    """
    if not isinstance(document, dict):
        raise InvalidMessage("the body is no JSON object")
    try:
        return CoordinatorRequest.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidMessage(f"{place}: {first['msg']}") from error
