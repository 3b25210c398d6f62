"""Who pushes: the OIDC token that Pub/Sub and Cloud Scheduler send, verified against Google's certificates."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.requests import Request as HttpTransport
from google.oauth2 import id_token

from python_runners.errors import Forbidden, MissingSetting, SourceUnavailable, Unauthenticated
from python_runners.settings import Settings

CERTIFICATES_SECONDS = 3600.0
CLOCK_SKEW_SECONDS = 10
_SCHEME = "bearer "


class Transport(Protocol):
    """Fetches the certificates; `google.auth.transport.requests.Request` is one."""

    def __call__(self, url: str, method: str = "GET", **options: Any) -> Any:
        """Return a response with `status` and `data`."""


class CachingTransport:
    """Asks for each address once in a while instead of once a message."""

    def __init__(
        self,
        inner: Transport,
        *,
        seconds: float = CERTIFICATES_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep answers of `inner` for `seconds`; failures are not kept."""
        self._inner, self._seconds, self._clock = inner, seconds, clock
        self._kept: dict[str, tuple[float, Any]] = {}

    def __call__(self, url: str, method: str = "GET", **options: Any) -> Any:
        """Return the answer to a request, from memory while it is fresh."""
        until, answer = self._kept.get(url, (0.0, None))
        if answer is not None and self._clock() < until:
            return answer
        answer = self._inner(url, method=method, **options)
        if answer.status == 200:
            self._kept[url] = (self._clock() + self._seconds, answer)
        return answer


class PushIdentity:
    """Admits a request by its `Authorization` header."""

    def __init__(self, audience: str, accounts: tuple[str, ...], transport: Transport) -> None:
        """Admit tokens made out to `audience` for one of the service accounts."""
        self._audience, self._accounts, self._transport = audience, accounts, transport

    def admit(self, authorization: str | None) -> Mapping[str, Any]:
        """Return the claims of the caller.

        Raises:
            Unauthenticated: no token, or one that is malformed, expired, for another audience or not signed by Google.
            Forbidden: the token is in order but stands for nobody who may push.
            SourceUnavailable: the certificates cannot be fetched.
        """
        if authorization is None or not authorization.lower().startswith(_SCHEME):
            raise Unauthenticated("a push without an identity token")
        token = authorization[len(_SCHEME) :].strip()
        try:
            claims: Mapping[str, Any] = id_token.verify_oauth2_token(  # type: ignore[no-untyped-call]
                token, self._transport, self._audience, clock_skew_in_seconds=CLOCK_SKEW_SECONDS
            )
        except TransportError as error:
            raise SourceUnavailable(f"the certificates of Google: {error}") from error
        except (GoogleAuthError, ValueError) as error:
            raise Unauthenticated(f"the identity token is refused: {error}") from error
        account = claims.get("email")
        if not claims.get("email_verified") or account not in self._accounts:
            raise Forbidden(f"{account or 'a caller without address'} may not push")
        return claims


def push_identity(settings: Settings, transport: Transport | None = None) -> PushIdentity | None:
    """Return who may push, None when the settings let everybody in.

    Raises:
        MissingSetting: identity is required but audience or accounts are not set.
    """
    if not settings.push_identity_required:
        return None
    if settings.push_audience is None:
        raise MissingSetting("NBA_PROPS_PUSH_AUDIENCE", "the address that identity tokens are made out to")
    if not settings.push_service_accounts:
        raise MissingSetting("NBA_PROPS_PUSH_SERVICE_ACCOUNTS", 'who may push, as a JSON list: ["a@b.iam"]')
    return PushIdentity(
        settings.push_audience, settings.push_service_accounts, transport or CachingTransport(HttpTransport())
    )
