"""The only module that runs dbt: one resident runner with a manifest parsed once."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from python_runners.errors import BuildFailed, EmptySelection
from python_runners.pipeline.engine_use import EngineUse, engine_use
from python_runners.pipeline.event_loops import closed_event_loops
from python_runners.pipeline.lean_manifest import lean_manifest
from python_runners.settings import PROJECT_ROOT

_QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-use-colors")
# Only the schemas of the models that run are looked up at the start.
_LEAN = ("--cache-selected-only",)
_BAD = frozenset({"error", "fail", "runtime error"})

# dbt keeps adapters and flags in process-wide state: one invocation at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class NodeResult:
    """Result of one dbt node: status as dbt words it, its message, its SQL or Python and what it used."""

    unique_id: str
    name: str
    resource_type: str
    status: str
    message: str
    compiled_code: str = ""
    use: EngineUse = field(default_factory=EngineUse)

    @property
    def seconds(self) -> float:
        """Wall time in seconds."""
        return self.use.seconds


@dataclass(frozen=True)
class DbtRun:
    """Results of one invocation."""

    nodes: tuple[NodeResult, ...]

    def raise_on_failure(self) -> None:
        """Raise when a node failed.

        Raises:
            BuildFailed: names every failed node with its message.
        """
        failed = [node for node in self.nodes if node.status in _BAD]
        if failed:
            lines = "; ".join(f"{node.name}: {' '.join(node.message.split())[:400]}" for node in failed)
            names = tuple(node.name for node in failed)
            raise BuildFailed(f"{len(failed)} dbt node(s) failed: {lines}", names)


class DbtRunner:
    """Runs dbt commands in this process with one parsed manifest."""

    def __init__(self, project_dir: Path = PROJECT_ROOT, target: str | None = None) -> None:
        """Use the dbt project at `project_dir` on a target of its profile; nothing is parsed before the first use."""
        self._project_dir = project_dir
        self._target = target
        self._lean_manifests: dict[tuple[str, ...], Any] = {}
        self._ahead: subprocess.Popen[bytes] | None = None

    @cached_property
    def _manifest(self) -> Any:
        from dbt.cli.main import dbtRunner

        if self._ahead is not None:
            self._ahead.wait()
        result = dbtRunner().invoke(["parse", *self._common(), *_QUIET])
        if not result.success:
            raise BuildFailed(f"the dbt project does not parse: {result.exception}")
        return result.result

    @contextmanager
    def parsing_ahead(self) -> Iterator[None]:
        """Parse in another process while this one does something else; the first use waits for it and takes it over.

        Parsing keeps one processor busy for many seconds. What the other process leaves in the target folder is loaded
        by this one; where that one failed it left nothing, and this one parses from the start.
        """
        command = [sys.executable, "-m", "dbt.cli.main", "parse", *self._common(), *_QUIET]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as self._ahead:  # noqa: S603
            try:
                yield
            finally:
                self._ahead.terminate()

    def run_models(self, names: Sequence[str], variables: Mapping[str, Any]) -> DbtRun:
        """Run a few models by name, with a manifest that holds no more than they need.

        dbt links and searches the whole graph at each start, tests included, which costs more than a small model. The
        models and what lies upstream of them are all that a run by name can touch.

        Args:
            names: models of this project.
            variables: vars of the run, as model bodies read them.

        Raises:
            BuildFailed: dbt could not run, or a model failed.
            EmptySelection: no model has any of these names.
        """
        arguments = ["run", *self._common(), *_QUIET, *_LEAN, "--select", *names, "--vars", json.dumps(variables)]
        return self._results(self._lean_manifest(tuple(names)), arguments, names)

    def _lean_manifest(self, names: tuple[str, ...]) -> Any:
        if names not in self._lean_manifests:
            self._lean_manifests[names] = lean_manifest(self._manifest, names)
        return self._lean_manifests[names]

    def _common(self) -> list[str]:
        target = ["--target", self._target] if self._target else []
        return ["--project-dir", str(self._project_dir), "--profiles-dir", str(self._project_dir), *target]

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest as the plain mapping that dbt writes to disk."""
        return dict(self._manifest.writable_manifest().to_dict(omit_none=False))

    def invoke(
        self,
        command: str,
        *,
        select: Sequence[str] = (),
        exclude: Sequence[str] = (),
        exclude_types: Sequence[str] = (),
        variables: Mapping[str, Any] | None = None,
        full_refresh: bool = False,
        on_node: Callable[[str], None] | None = None,
    ) -> DbtRun:
        """Run a dbt command and return the results of its nodes.

        Args:
            command: `run`, `build`, `seed`, `snapshot` or `test`.
            select: node selectors; empty selects everything.
            exclude: node selectors to leave out.
            exclude_types: resource types to leave out.
            variables: vars of the run, as model bodies read them.
            full_refresh: rebuild incremental models from nothing.
            on_node: called with the name of each finished node.

        Raises:
            BuildFailed: dbt could not run, or a node failed.
            EmptySelection: the selection matches no node.
        """
        arguments = [command, *self._common(), *_QUIET]
        if select:
            arguments += ["--select", *select]
        if exclude:
            arguments += ["--exclude", *exclude]
        for resource_type in exclude_types:
            arguments += ["--exclude-resource-type", resource_type]
        if variables:
            arguments += ["--vars", json.dumps(variables)]
        if full_refresh:
            arguments.append("--full-refresh")
        return self._results(self._manifest, arguments, select, on_node)

    def _results(
        self,
        manifest: Any,
        arguments: list[str],
        select: Sequence[str],
        on_node: Callable[[str], None] | None = None,
    ) -> DbtRun:
        from dbt.cli.main import dbtRunner

        callbacks = [_node_callback(on_node)] if on_node else []
        with _ONE_AT_A_TIME, closed_event_loops():
            result = dbtRunner(manifest=manifest, callbacks=callbacks).invoke(arguments)
        if result.exception is not None:
            raise BuildFailed(f"dbt {arguments[0]} did not run: {result.exception}")
        results: Any = result.result
        run = DbtRun(tuple(_node_result(node) for node in results.results))
        if not run.nodes:
            raise EmptySelection(f"dbt {arguments[0]} selected nothing for {' '.join(select)}")
        run.raise_on_failure()
        return run

    def compiled_sql(self, *, full_refresh: bool = False, variables: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Compile every SQL model and return the SQL by unique id.

        Args:
            full_refresh: as a full refresh would run it, whatever stands in the warehouse.
            variables: vars of the run, as model bodies read them.

        Raises:
            BuildFailed: dbt could not compile.
        """
        from dbt.cli.main import dbtRunner

        arguments = ["compile", *self._common(), *_QUIET, "--vars", json.dumps(variables or {})]
        if full_refresh:
            arguments.append("--full-refresh")
        with _ONE_AT_A_TIME:
            result = dbtRunner(manifest=self._manifest).invoke(arguments)
        if not result.success:
            raise BuildFailed(f"dbt compile failed: {result.exception}")
        nodes: Any = result.result
        return {
            node.node.unique_id: node.node.compiled_code
            for node in nodes.results
            if node.node.resource_type == "model" and node.node.language == "sql"
        }

    def generate_docs(self, target: Path) -> None:
        """Write the documentation of the built project into `target`, as one static page.

        Raises:
            BuildFailed: dbt could not generate it.
        """
        from dbt.cli.main import dbtRunner

        quiet = [flag for flag in _QUIET if flag != "--no-write-json"]
        arguments = ["docs", "generate", "--static", *self._common(), *quiet, "--target-path", str(target)]
        with _ONE_AT_A_TIME:
            # dbt writes only a manifest that it parsed itself, and the page is made of the written one.
            self._manifest.write(str(target / "manifest.json"))
            result = dbtRunner(manifest=self._manifest).invoke(arguments)
        if not result.success:
            raise BuildFailed(f"dbt docs generate failed: {result.exception or 'see `dbt docs generate`'}")


def _node_callback(on_node: Callable[[str], None]) -> Callable[[Any], None]:
    def receive(event: Any) -> None:
        if event.info.name == "NodeFinished":
            on_node(event.data.node_info.node_name)

    return receive


def _node_result(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        name=result.node.name,
        resource_type=str(result.node.resource_type),
        status=str(result.status),
        message=str(result.message or ""),
        compiled_code=str(getattr(result.node, "compiled_code", None) or ""),
        use=engine_use(float(result.execution_time), result.adapter_response or {}),
    )
