"""Identity tokens of pushes, signed here and checked against a certificate made here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt
from google.auth.exceptions import TransportError

from python_runners.errors import Forbidden, MissingSetting, SourceUnavailable, Unauthenticated
from python_runners.platform.push_identity import CachingTransport, PushIdentity, push_identity
from python_runners.settings import Settings

AUDIENCE = "https://functions.example/on_raw_complete"
PUSHER = "invoker@nba-props.iam.gserviceaccount.com"
KEY_ID = "k1"


@dataclass(frozen=True)
class Answer:
    status: int
    data: bytes


@dataclass(frozen=True)
class Signer:
    """A key, and the certificate by which its signatures are known."""

    key: rsa.RSAPrivateKey

    def certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = datetime.now(UTC)
        signed = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def token(self, **claims: Any) -> str:
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        now = int(datetime.now(UTC).timestamp())
        payload = {
            "iss": "https://accounts.google.com",
            "aud": AUDIENCE,
            "email": PUSHER,
            "email_verified": True,
            "iat": now,
            "exp": now + 600,
        } | claims
        encoded: bytes = jwt.encode(crypt.RSASigner.from_string(private, key_id=KEY_ID), payload)  # type: ignore[no-untyped-call]
        return encoded.decode()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture
def identity(signer: Signer) -> PushIdentity:
    certificates = json.dumps({KEY_ID: signer.certificate()}).encode()
    return PushIdentity(AUDIENCE, (PUSHER,), lambda url, method="GET", **options: Answer(200, certificates))


def test_a_token_of_the_pusher_is_let_in(identity: PushIdentity, signer: Signer) -> None:
    assert identity.admit(f"Bearer {signer.token()}")["email"] == PUSHER


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer ", "Bearer no.token", "Bearer a.b.c"])
def test_without_a_readable_token_nobody_is_let_in(identity: PushIdentity, header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        identity.admit(header)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"iss": "https://evil.example"},
        {"iat": 1_500_000_000, "exp": 1_500_000_600},
        {"iat": 4_000_000_000, "exp": 4_000_000_600},
    ],
)
def test_a_token_for_another_place_or_time_is_refused(
    identity: PushIdentity, signer: Signer, claims: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        identity.admit(f"Bearer {signer.token(**claims)}")


def test_a_signature_by_somebody_else_is_refused(identity: PushIdentity) -> None:
    other = Signer(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with pytest.raises(Unauthenticated):
        identity.admit(f"Bearer {other.token()}")


@pytest.mark.parametrize("claims", [{"email": "somebody@example.com"}, {"email_verified": False}, {"email": None}])
def test_who_may_not_push_is_forbidden(identity: PushIdentity, signer: Signer, claims: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        identity.admit(f"Bearer {signer.token(**claims)}")


@pytest.mark.parametrize("status", [500, 503])
def test_without_certificates_the_message_comes_again(signer: Signer, status: int) -> None:
    identity = PushIdentity(AUDIENCE, (PUSHER,), lambda url, method="GET", **options: Answer(status, b""))
    with pytest.raises(SourceUnavailable):
        identity.admit(f"Bearer {signer.token()}")


def test_certificates_are_asked_for_once_an_hour_and_failures_again() -> None:
    asked: list[str] = []
    now = [0.0]
    answers = [Answer(500, b""), Answer(200, b"first"), Answer(200, b"second")]

    def inner(url: str, method: str = "GET", **options: Any) -> Answer:
        asked.append(url)
        return answers[len(asked) - 1]

    transport = CachingTransport(inner, seconds=3600, clock=lambda: now[0])
    assert [transport("u").status, transport("u").data, transport("u").data] == [500, b"first", b"first"]
    now[0] = 3601.0
    assert transport("u").data == b"second"
    assert asked == ["u"] * 3


def test_a_transport_that_breaks_is_transient(signer: Signer) -> None:
    def broken(url: str, method: str = "GET", **options: Any) -> Answer:
        raise TransportError("no route")  # type: ignore[no-untyped-call]

    with pytest.raises(SourceUnavailable, match="no route"):
        PushIdentity(AUDIENCE, (PUSHER,), broken).admit(f"Bearer {signer.token()}")


def test_identity_is_asked_for_only_when_the_settings_say_so() -> None:
    assert push_identity(Settings(push_identity_required=False)) is None
    with pytest.raises(MissingSetting, match="PUSH_AUDIENCE"):
        push_identity(Settings(push_identity_required=True))
    with pytest.raises(MissingSetting, match="PUSH_SERVICE_ACCOUNTS"):
        push_identity(Settings(push_identity_required=True, push_audience=AUDIENCE))
    settings = Settings(push_identity_required=True, push_audience=AUDIENCE, push_service_accounts=(PUSHER,))
    assert push_identity(settings) is not None
