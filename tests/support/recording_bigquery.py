"""A BigQuery that runs nothing: it keeps every job that is sent to it and answers as if the job had succeeded.

It holds the tables that it is told about, so dbt finds them there and sends what an incremental run sends. What a query
gives is up to the test.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Row = Mapping[str, Any]
_API = re.compile(r"/bigquery/v2/projects/[^/]+/(.*)")
_NO_ROWS = re.compile(r"limit 0\s*$")
# What every job is said to have used.
BYTES_OF_A_JOB = 1000
SLOT_MILLISECONDS_OF_A_JOB = 70
_KINDS = {bool: "BOOLEAN", int: "INTEGER"}
_TYPES = {"float64": "FLOAT", "int64": "INTEGER", "bool": "BOOLEAN"}


@dataclass
class Recorded:
    """What was sent, and what is there.

    Attributes:
        tables: columns by `dataset.table`, as name and GoogleSQL type.
        answer: rows that a query gives, all with the same keys; one that ends in `limit 0` is told the keys alone.
        jobs: configuration of every job, in the order in which they came.
    """

    tables: Mapping[str, Mapping[str, str]]
    answer: Callable[[str], list[Row]] = lambda sql: []
    jobs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def statements(self) -> list[str]:
        """SQL of every query job."""
        return [job["configuration"]["query"]["query"] for job in self.jobs]


def _statement_type(sql: str) -> str:
    words = re.sub(r"/\*.*?\*/", "", sql, flags=re.DOTALL).lower().split(maxsplit=4)
    if words[0] == "begin":
        return "SCRIPT"
    if words[0] == "create":
        return "CREATE_" + next(word for word in words[1:] if word in {"table", "view", "schema"}).upper()
    return "SELECT" if words[0] in {"select", "with"} else words[0].upper()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@contextmanager
def recording_bigquery(recorded: Recorded) -> Iterator[str]:
    """Serve on a free port of this machine and give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"recorded": recorded}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    recorded: Recorded

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Answer for datasets, tables, jobs and their results."""
        words = self._words()
        match words:
            case ["datasets", dataset]:
                self._give({"datasetReference": {"projectId": "offline", "datasetId": dataset}, "location": "US"})
            case ["datasets", dataset, "tables"]:
                names = [name.split(".")[1] for name in self.recorded.tables if name.split(".")[0] == dataset]
                self._give({"tables": [self._table(dataset, name) for name in names], "totalItems": len(names)})
            case ["datasets", _, "routines"]:
                self._give({})
            case ["datasets", dataset, "tables", table] if "__dbt_tmp" in table:
                self._give(self._table(dataset, table.split("__dbt_tmp")[0]))
            case ["datasets", "_results", "tables", table]:
                self._give(self._table("_results", table))
            case ["datasets", dataset, "tables", table] if f"{dataset}.{table}" in self.recorded.tables:
                self._give(self._table(dataset, table))
            case ["jobs", number]:
                self._give(self._job(int(number)))
            case ["queries", number]:
                self._give(self._results(int(number)))
            case ["datasets"]:
                datasets = sorted({name.split(".")[0] for name in self.recorded.tables})
                self._give(
                    {"datasets": [{"datasetReference": {"projectId": "offline", "datasetId": d}} for d in datasets]}
                )
            case _:
                self._give({"error": {"code": 404, "message": f"not found: {self.path}"}}, 404)

    def do_POST(self) -> None:
        """Take a job or a dataset."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._words() == ["jobs"]:
            self.recorded.jobs.append(body)
            self._give(self._job(len(self.recorded.jobs) - 1))
        else:
            self._give(body)

    def do_PUT(self) -> None:
        """Take what is put as it is."""
        self.do_POST()

    def do_PATCH(self) -> None:
        """Take what is patched as it is."""
        self.do_POST()

    def do_DELETE(self) -> None:
        """Say that it is gone."""
        self._give({})

    def _words(self) -> list[str]:
        found = _API.fullmatch(self.path.split("?")[0])
        return found.group(1).split("/") if found else []

    def _give(self, body: Mapping[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _table(self, dataset: str, name: str) -> dict[str, Any]:
        columns = self.recorded.tables.get(f"{dataset}.{name}", {})
        fields = [
            {"name": column, "type": "STRING", "mode": "REPEATED"}
            if kind == "array<string>"
            else {"name": column, "type": _TYPES.get(kind, kind.upper())}
            for column, kind in columns.items()
        ]
        reference = {"projectId": "offline", "datasetId": dataset, "tableId": name}
        return {"type": "TABLE", "tableReference": reference, "schema": {"fields": fields}, "location": "US"}

    def _job(self, number: int) -> dict[str, Any]:
        job = self.recorded.jobs[number]
        destination = {"projectId": "offline", "datasetId": "_results", "tableId": str(number)}
        configuration = {"jobType": "QUERY", "query": job["configuration"]["query"] | {"destinationTable": destination}}
        sql = configuration["query"]["query"]
        return {
            "id": f"offline:US.{number}",
            "jobReference": {"projectId": "offline", "jobId": str(number), "location": "US"},
            "configuration": configuration,
            "status": {"state": "DONE"},
            "statistics": {
                "totalBytesProcessed": str(BYTES_OF_A_JOB),
                "totalSlotMs": str(SLOT_MILLISECONDS_OF_A_JOB),
                "query": {
                    "statementType": _statement_type(sql),
                    "totalBytesProcessed": str(BYTES_OF_A_JOB),
                    "totalBytesBilled": "10485760",
                    "totalSlotMs": str(SLOT_MILLISECONDS_OF_A_JOB),
                },
            },
        }

    def _results(self, number: int) -> dict[str, Any]:
        sql = self.recorded.statements[number]
        rows = self.recorded.answer(sql)
        names = list(rows[0]) if rows else ["nothing"]
        kinds = {name: _KINDS.get(type(rows[0][name]) if rows else str, "STRING") for name in names}
        cells = [{"f": [{"v": None if row[n] is None else _text(row[n])} for n in names]} for row in rows]
        return {
            "jobReference": {"projectId": "offline", "jobId": str(number), "location": "US"},
            "jobComplete": True,
            "schema": {"fields": [{"name": name, "type": kinds[name]} for name in names]},
            "totalRows": "0" if _NO_ROWS.search(sql) else str(len(rows)),
            "rows": [] if _NO_ROWS.search(sql) else cells,
        }
