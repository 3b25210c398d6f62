"""The base of every scraper: what to ask for, where to store it, what "nothing" looks like."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from python_runners.errors import PermanentError
from python_runners.scrapers.http import HttpClient, Request, Response
from python_runners.settings import Settings

Params = Mapping[str, str]
Status = Literal["success", "no_data", "failed"]
_GZIP_ABOVE = 64 * 1024


@dataclass(frozen=True)
class Payload:
    """What a fetch brought: the body, the last status, the attempts made, and the payload's own snapshot time."""

    body: bytes
    status: int
    attempts: int
    observed_at: datetime | None = None
    validators: Mapping[str, str] | None = None


class Scraper(ABC):
    """One source endpoint. Subclasses say what to ask for, where to store it, and what "nothing" looks like.

    Attributes:
        name: scraper name, as payload metadata and messages carry it.
        source_system: host family of the source.
        variant: feed variant that the parsers know.
        extension: file extension of the stored object.
        pause_seconds: pause that the source asks for between two requests.
        required: parameters that a call must give.
        is_conditional: the source honours If-None-Match and If-Modified-Since.
    """

    name: ClassVar[str]
    source_system: ClassVar[str]
    variant: ClassVar[str]
    extension: ClassVar[str] = "json"
    pause_seconds: ClassVar[float] = 0.0
    required: ClassVar[tuple[str, ...]] = ()
    is_conditional: ClassVar[bool] = False
    no_data_status: ClassVar[frozenset[int]] = frozenset({403, 404})

    def __init__(self, settings: Settings, http: HttpClient) -> None:
        """Use the base URLs and keys of `settings` through `http`."""
        self.settings = settings
        self.http = http

    @abstractmethod
    def request(self, params: Params) -> Request:
        """Return the request for `params`."""

    @abstractmethod
    def folder(self, params: Params) -> str:
        """Return the folder of the stored object: source/dataset/partition/scope."""

    def is_empty(self, document: Any) -> bool:
        """Tell whether a JSON body says that there is nothing."""
        return document in ([], {})

    def fetch(self, params: Params, validators: Mapping[str, str]) -> Payload:
        """Send the request; sources with pages override this.

        Raises:
            SourceUnavailable: the source does not answer.
            PermanentError: the source refuses the request.
        """
        request = self.request(params)
        headers = {**request.headers, **(validators if self.is_conditional else {})}
        response = self.http.get(Request(request.url, request.params, headers, self.pause_seconds))
        return self.payload(response)

    def payload(self, response: Response) -> Payload:
        """Turn an answer into a payload.

        Raises:
            PermanentError: the status is no success, no "nothing there" and not "unchanged".
        """
        if response.status not in {200, 304} | self.no_data_status:
            raise PermanentError(f"{self.name}: the source answered {response.status}")
        lowered = {name.lower(): value for name, value in response.headers.items()}
        validators = {
            request_header: lowered[header]
            for header, request_header in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
            if header in lowered
        }
        body = response.body if response.status == 200 else b""
        return Payload(body, response.status, response.attempts, self.snapshot_time(body), validators)

    def snapshot_time(self, body: bytes) -> datetime | None:
        """Return the payload's own snapshot time, where it has one."""
        return None


def check_params(scraper: type[Scraper], params: Params) -> None:
    """Refuse a call that lacks a parameter.

    Raises:
        PermanentError: names the missing parameters.
    """
    missing = [name for name in scraper.required if not params.get(name)]
    if missing:
        raise PermanentError(f"{scraper.name} needs {', '.join(missing)}")
