"""The part of a deployment that runs: functions, who may call them, and the schedules that do."""

from __future__ import annotations

import json
from collections.abc import Iterator

from python_runners.operations.deploy_steps import STAGE, Step, Target
from python_runners.platform.topology import Function, Schedule

_BUCKET_SETTINGS = {"payloads": "PAYLOAD_BUCKET", "published": "PUBLISHED_BUCKET", "models": "MODELS_BUCKET"}


def functions(target: Target) -> Iterator[Step]:
    """Deploy the functions; nobody but the invoker may call them."""
    for function in target.declared.functions:
        yield Step(
            "functions",
            target.gcloud(
                "functions", "deploy", function.deployed_name, "--gen2", f"--region={target.region}",
                f"--runtime={target.declared.runtime}", f"--source={STAGE}", f"--entry-point={function.name}",
                "--trigger-http", "--no-allow-unauthenticated",
                f"--service-account={target.email(function.service_account)}", f"--memory={function.memory}",
                f"--cpu={function.cpu}", f"--concurrency={function.concurrency}",
                f"--timeout={function.timeout_seconds}s", "--min-instances=0",
                f"--max-instances={function.max_instances}",
                "--set-build-env-vars=GOOGLE_FUNCTION_SOURCE=cloud_functions/main.py",
                # The values hold commas, so the list is separated by something else.
                f"--set-env-vars=^;^{';'.join(_environment(target, function))}",
            ),
        )  # fmt: skip
    for function in target.declared.functions:
        yield Step(
            "roles",
            target.gcloud(
                "functions", "add-invoker-policy-binding", function.deployed_name, f"--region={target.region}",
                f"--member={target.member('invoker')}",
            ),
        )  # fmt: skip


def _environment(target: Target, function: Function) -> Iterator[str]:
    yield "NBA_PROPS_RUNTIME=cloud"
    yield f"NBA_PROPS_PROJECT={target.project}"
    yield "NBA_PROPS_TARGET=bigquery"
    yield f"NBA_PROPS_BIGQUERY_PROJECT={target.project}"
    yield f"NBA_PROPS_BIGQUERY_LOCATION={target.region}"
    for name in target.buckets:
        yield f"NBA_PROPS_{_BUCKET_SETTINGS[name]}={target.bucket(name)}"
    yield "NBA_PROPS_PUSH_IDENTITY_REQUIRED=true"
    yield f"NBA_PROPS_PUSH_AUDIENCE={target.url(function)}"
    yield f"NBA_PROPS_PUSH_SERVICE_ACCOUNTS={json.dumps([target.email('invoker')])}"
    # The only folder that a function may write to.
    yield "NBA_PROPS_DATA_DIR=/tmp/nba-props"
    yield "DBT_TARGET_PATH=/tmp/nba-props/target"
    yield "DBT_LOG_PATH=/tmp/nba-props/logs"


def schedules(target: Target) -> Iterator[Step]:
    """Create the calls by the clock."""
    for schedule in target.declared.schedules:
        flags = tuple(_call_flags(target, schedule))
        where = f"--location={target.region}"
        yield Step(
            "schedules",
            target.gcloud("scheduler", "jobs", "create", "http", schedule.name, where, *flags),
            exists=target.gcloud("scheduler", "jobs", "describe", schedule.name, where),
            update=target.gcloud("scheduler", "jobs", "update", "http", schedule.name, where, *flags),
        )


def _call_flags(target: Target, schedule: Schedule) -> Iterator[str]:
    function = target.declared.function_of(schedule.function)
    yield f"--schedule={schedule.cron}"
    yield f"--time-zone={target.declared.time_zone}"
    yield f"--uri={target.url(function)}{schedule.path}"
    yield "--http-method=POST"
    yield f"--oidc-service-account-email={target.email('invoker')}"
    yield f"--oidc-token-audience={target.url(function)}"
    yield f"--attempt-deadline={schedule.deadline_seconds}s"
