"""The state store over Firestore."""

from __future__ import annotations

from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud import firestore
from google.cloud.firestore_v1.field_path import FieldPath

from python_runners.platform.google_errors import platform_errors
from python_runners.platform.state import Fields, StateDocument, check_path

_INSTANT: Any = DatetimeWithNanoseconds
_TIMEOUT_SECONDS = 30.0


class FirestoreStateStore:
    """Documents in one Firestore database; with `FIRESTORE_EMULATOR_HOST` set, in that emulator."""

    def __init__(self, project: str, *, client: Any = None) -> None:
        """Use the default database of a project."""
        self._client = client or firestore.Client(project=project)

    def _reference(self, collection: str, name: str) -> Any:
        check_path(collection, name)
        return self._client.collection(collection).document(name)

    def create(self, collection: str, name: str, fields: Fields) -> StateDocument:
        """Write a document that does not exist yet; of several writers exactly one succeeds."""
        reference = self._reference(collection, name)
        with platform_errors(f"{collection}/{name}"):
            result = reference.create(dict(fields), timeout=_TIMEOUT_SECONDS)
        return StateDocument(collection, name, dict(fields), result.update_time.rfc3339())

    def get(self, collection: str, name: str) -> StateDocument | None:
        """Return a document, or None."""
        reference = self._reference(collection, name)
        with platform_errors(f"{collection}/{name}"):
            snapshot = reference.get(timeout=_TIMEOUT_SECONDS)
        return _document(collection, snapshot) if snapshot.exists else None

    def replace(self, former: StateDocument, fields: Fields) -> StateDocument:
        """Write the whole content anew, if nobody wrote since `former` was read."""
        reference = self._reference(former.collection, former.name)
        # Firestore takes a precondition with an update only, and an update keeps what it does not name.
        update = {_quoted(key): firestore.DELETE_FIELD for key in former.fields if key not in fields}
        update |= {_quoted(key): value for key, value in fields.items()}
        seen = _INSTANT.from_rfc3339(former.version).timestamp_pb()
        with platform_errors(f"{former.collection}/{former.name}"):
            result = reference.update(
                update, option=self._client.write_option(last_update_time=seen), timeout=_TIMEOUT_SECONDS
            )
        return StateDocument(former.collection, former.name, dict(fields), result.update_time.rfc3339())

    def documents(self, collection: str, prefix: str = "") -> list[StateDocument]:
        """Return the documents of a collection whose names start with `prefix`, in order of their names."""
        members = self._client.collection(collection)
        query = members.order_by("__name__")
        if prefix:
            query = query.start_at({"__name__": members.document(prefix)})
            query = query.end_at({"__name__": members.document(f"{prefix}\uf8ff")})
        with platform_errors(collection):
            return [_document(collection, snapshot) for snapshot in query.stream(timeout=_TIMEOUT_SECONDS)]

    def delete(self, collection: str, name: str) -> None:
        """Delete a document; one that is not there is no error."""
        reference = self._reference(collection, name)
        with platform_errors(f"{collection}/{name}"):
            reference.delete(timeout=_TIMEOUT_SECONDS)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _document(collection: str, snapshot: Any) -> StateDocument:
    return StateDocument(collection, snapshot.id, snapshot.to_dict(), snapshot.update_time.rfc3339())


def _quoted(key: str) -> str:
    return str(FieldPath(key).to_api_repr())
