"""The commands that bring a Google Cloud project to the declaration, in order; running them again changes nothing.

Nothing is ever deleted here: what leaves the declaration is removed by a person.
"""

from __future__ import annotations

from collections.abc import Iterator

from python_runners.operations.deploy_functions import functions, schedules
from python_runners.operations.deploy_messaging import subscriptions, topics
from python_runners.operations.deploy_steps import STAGE, Step, Target
from python_runners.platform.warehouse import SCRATCH, SCRATCH_LIFE

_APIS = (
    "artifactregistry", "bigquery", "cloudbuild", "cloudfunctions", "cloudscheduler", "firestore", "iam", "pubsub",
    "run", "storage",
)  # fmt: skip


def plan(target: Target) -> tuple[Step, ...]:
    """Return every step, each after what it needs."""
    return (
        *_source(),
        *_foundations(target),
        *_accounts(target),
        *topics(target),
        *functions(target),
        *subscriptions(target),
        *schedules(target),
    )


def _source() -> Iterator[Step]:
    """The committed tree and its locked requirements, in a folder of their own."""
    yield Step("source", ("mkdir", "-p", STAGE))
    yield Step("source", ("git", "archive", "--format=tar", f"--output={STAGE}.tar", "HEAD"))
    yield Step("source", ("tar", "--extract", f"--file={STAGE}.tar", f"--directory={STAGE}"))
    yield Step(
        "source",
        (
            "uv", "export", "--frozen", "--no-default-groups", "--no-emit-project", "--no-hashes", "--quiet",
            f"--output-file={STAGE}/requirements.txt",
        ),
    )  # fmt: skip


def _foundations(target: Target) -> Iterator[Step]:
    apis = [f"{name}.googleapis.com" for name in _APIS]
    yield Step("services", target.gcloud("services", "enable", *apis))
    for dataset in sorted({name for item in target.declared.service_accounts.values() for name in item.datasets}):
        yield Step(
            "datasets",
            (
                "bq", f"--project_id={target.project}", f"--location={target.region}", "mk", "--force", "--dataset",
                *([f"--default_table_expiration={int(SCRATCH_LIFE.total_seconds())}"] if dataset == SCRATCH else []),
                f"{target.project}:{dataset}",
            ),
        )  # fmt: skip
    for name in target.buckets:
        bucket = f"gs://{target.bucket(name)}"
        yield Step(
            "buckets",
            target.gcloud(
                "storage", "buckets", "create", bucket, f"--location={target.region}", "--uniform-bucket-level-access"
            ),
            exists=target.gcloud("storage", "buckets", "describe", bucket),
        )
    yield Step(
        "firestore",
        target.gcloud("firestore", "databases", "create", f"--location={target.region}", "--type=firestore-native"),
        exists=target.gcloud("firestore", "databases", "describe", "--database=(default)"),
    )


def _accounts(target: Target) -> Iterator[Step]:
    for name, account in target.declared.service_accounts.items():
        yield Step(
            "service accounts",
            target.gcloud("iam", "service-accounts", "create", f"nba-{name}", f"--description={account.purpose}"),
            exists=target.gcloud("iam", "service-accounts", "describe", target.email(name)),
        )
    for name, account in target.declared.service_accounts.items():
        for role in account.project_roles:
            yield Step(
                "roles",
                target.gcloud(
                    "projects", "add-iam-policy-binding", target.project, f"--member={target.member(name)}",
                    f"--role={role}", "--condition=None",
                ),
            )  # fmt: skip
        for dataset, role in account.datasets.items():
            grant = f"GRANT `{role}` ON SCHEMA `{target.project}`.{dataset} TO '{target.member(name)}'"
            query = ("bq", f"--project_id={target.project}", f"--location={target.region}", "query")
            yield Step("roles", (*query, "--use_legacy_sql=false", grant))
        for bucket, role in account.buckets.items():
            yield Step(
                "roles",
                target.gcloud(
                    "storage", "buckets", "add-iam-policy-binding", f"gs://{target.bucket(bucket)}",
                    f"--member={target.member(name)}", f"--role={role}",
                ),
            )  # fmt: skip
