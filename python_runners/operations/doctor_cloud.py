"""What the doctor looks at around BigQuery: subscriptions, tokens, rights, buckets, schedules, Firestore's expiry."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from functools import partial
from typing import Any

from python_runners.errors import PermanentError
from python_runners.operations.deploy import Run
from python_runners.operations.deploy_messaging import push_endpoint
from python_runners.operations.deploy_steps import Command, Target
from python_runners.operations.doctor import Check, Finding
from python_runners.platform.topology import Subscription

_PUBLIC = {"allUsers", "allAuthenticatedUsers"}


class LookRefused(PermanentError):
    """gcloud did not answer; mostly the person who asks lacks a right."""


def cloud_checks(target: Target, run: Run) -> list[Check]:
    """Return the checks of everything but BigQuery; each only reads, through gcloud."""
    look = partial(_look, run)
    project = target.project
    return [
        Check("project", partial(_project, target, look), "gcloud auth login; gcloud projects list"),
        Check("rights", partial(_rights, target, look), f"gcloud projects get-iam-policy {project}"),
        Check(
            "subscriptions",
            partial(_subscriptions, target, look),
            f"gcloud pubsub subscriptions list --project={project}",
        ),
        Check("who may call", partial(_callers, target, look), f"gcloud run services list --project={project}"),
        Check("buckets", partial(_buckets, target, look), f"gcloud storage buckets list --project={project}"),
        Check("schedules", partial(_schedules, target, look), f"gcloud scheduler jobs list --project={project}"),
        Check("Firestore", partial(_firestore, target, look), f"gcloud firestore databases list --project={project}"),
    ]


def _look(run: Run, command: Command) -> Any:
    """Run a command that only reads and return its JSON; None when the thing is absent.

    Raises:
        LookRefused: gcloud answered with anything but the thing or its absence.
    """
    done = run((*command, "--format=json"))
    if done.returncode == 0:
        return json.loads(done.stdout or "null")
    if "NOT_FOUND" in done.stderr or "not found" in done.stderr.lower():
        return None
    raise LookRefused(f"{shlex.join(command)}: {done.stderr.strip()[:300]}")


def _deploy(target: Target) -> str:
    return f"nba-props deploy --project {target.project}"


def _project(target: Target, look: Any) -> Iterator[Finding]:
    found = look(("gcloud", "projects", "describe", target.project))
    if found is None:
        yield Finding(target.project, "fail", "absent, or not yours to see", "gcloud projects list")
    elif found["lifecycleState"] != "ACTIVE":
        yield Finding(target.project, "fail", found["lifecycleState"], f"gcloud projects undelete {target.project}")
    else:
        yield Finding(target.project, "ok", f"number {found['projectNumber']}")


def _rights(target: Target, look: Any) -> Iterator[Finding]:
    policy = look(("gcloud", "projects", "get-iam-policy", target.project)) or {}
    for name, account in target.declared.service_accounts.items():
        member = target.member(name)
        granted = {item["role"] for item in policy.get("bindings", []) if member in item["members"]}
        for role in sorted(granted - set(account.project_roles)):
            step = f"gcloud projects remove-iam-policy-binding {target.project} --member={member} --role={role}"
            yield Finding(f"nba-{name}", "fail", f"has {role} on the whole project, which is not declared", step)
        for role in sorted(set(account.project_roles) - granted):
            yield Finding(f"nba-{name}", "fail", f"lacks {role}", _deploy(target))
        if granted == set(account.project_roles):
            yield Finding(f"nba-{name}", "ok", ", ".join(sorted(granted)) or "nothing on the project")


def _subscriptions(target: Target, look: Any) -> Iterator[Finding]:
    for subscription in target.declared.subscriptions:
        found = look(target.gcloud("pubsub", "subscriptions", "describe", subscription.name))
        if found is None:
            yield Finding(subscription.name, "fail", "absent", _deploy(target))
            continue
        problems = list(_subscription_problems(target, subscription, found))
        if problems:
            yield Finding(subscription.name, "fail", "; ".join(problems), _deploy(target))
        else:
            yield Finding(subscription.name, "ok", "as declared")


def _subscription_problems(target: Target, subscription: Subscription, found: dict[str, Any]) -> Iterator[str]:
    delivery = target.declared.delivery_of(subscription)
    if found.get("filter"):
        yield f"filters by {found['filter']}: what does not match is lost unseen, and no filter is declared"
    if bool(found.get("enableMessageOrdering")) != delivery.is_ordered:
        yield "its order is not as declared, which only deleting and deploying again changes"
    if found.get("expirationPolicy", {}).get("ttl"):
        yield f"expires after {found['expirationPolicy']['ttl']} without use"
    dead_letter = target.declared.dead_letter_of(subscription.topic)
    if dead_letter and not str(found.get("deadLetterPolicy", {}).get("deadLetterTopic", "")).endswith(
        f"/{dead_letter}"
    ):
        yield f"does not send what fails to {dead_letter}"
    if subscription.function:
        function = target.declared.function_of(subscription.function)
        push = found.get("pushConfig", {})
        if push.get("pushEndpoint") != push_endpoint(target, subscription, function):
            yield f"pushes to {push.get('pushEndpoint') or 'nowhere'}"
        token = push.get("oidcToken", {})
        if token.get("serviceAccountEmail") != target.email("invoker"):
            yield "pushes without the invoker's token"
        elif token.get("audience") != target.url(function):
            yield f"its token is for {token.get('audience') or 'no audience'}"


def _callers(target: Target, look: Any) -> Iterator[Finding]:
    for function in target.declared.functions:
        command = target.gcloud(
            "run", "services", "get-iam-policy", function.deployed_name, f"--region={target.region}"
        )
        found = look(command)
        if found is None:
            yield Finding(function.deployed_name, "fail", "absent", _deploy(target))
            continue
        members = {
            member
            for item in found.get("bindings", [])
            if item["role"] == "roles/run.invoker"
            for member in item["members"]
        }
        if members & _PUBLIC:
            step = (
                f"gcloud run services remove-iam-policy-binding {function.deployed_name} --region={target.region} "
                f"--member={min(members & _PUBLIC)} --role=roles/run.invoker --project={target.project}"
            )
            yield Finding(function.deployed_name, "fail", "anybody may call it", step)
        elif target.member("invoker") not in members:
            yield Finding(function.deployed_name, "fail", "the invoker may not call it", _deploy(target))
        else:
            yield Finding(function.deployed_name, "ok", f"{len(members)} may call it")


def _buckets(target: Target, look: Any) -> Iterator[Finding]:
    for name in target.buckets:
        bucket = f"gs://{target.bucket(name)}"
        found = look(target.gcloud("storage", "buckets", "describe", bucket))
        if found is None:
            yield Finding(bucket, "fail", "absent", _deploy(target))
        elif not found.get("uniform_bucket_level_access"):
            step = f"gcloud storage buckets update {bucket} --uniform-bucket-level-access"
            yield Finding(bucket, "fail", "single objects have rights of their own", step)
        else:
            yield Finding(bucket, "ok", str(found.get("location", "")).lower())


def _schedules(target: Target, look: Any) -> Iterator[Finding]:
    jobs = look(target.gcloud("scheduler", "jobs", "list", f"--location={target.region}")) or []
    states = {str(job["name"]).rsplit("/", 1)[-1]: job.get("state") for job in jobs}
    for schedule in target.declared.schedules:
        state = states.get(schedule.name)
        if state is None:
            yield Finding(schedule.name, "fail", "absent", _deploy(target))
        elif state != "ENABLED":
            step = f"gcloud scheduler jobs resume {schedule.name} --location={target.region} --project={target.project}"
            yield Finding(schedule.name, "warn", str(state).lower(), step)
        else:
            yield Finding(schedule.name, "ok", schedule.cron)


def _firestore(target: Target, look: Any) -> Iterator[Finding]:
    found = look(target.gcloud("firestore", "databases", "describe", "--database=(default)"))
    if found is None:
        yield Finding("database", "fail", "absent", _deploy(target))
        return
    kind = found.get("type")
    if kind == "FIRESTORE_NATIVE":
        yield Finding("database", "ok", str(found.get("locationId", "")))
    else:
        yield Finding("database", "fail", f"type {kind}", "a native database is needed, and the type cannot be changed")
    policies = look(target.gcloud("firestore", "fields", "ttls", "list")) or []
    names = ", ".join(sorted(str(policy["name"]).rsplit("/collectionGroups/", 1)[-1] for policy in policies))
    if policies:
        yield Finding(
            "expiry", "warn", f"documents expire by {names}", "nothing is declared to expire: check who set it"
        )
    else:
        yield Finding("expiry", "ok", "no document expires by itself, as declared")
    for index in look(target.gcloud("firestore", "indexes", "composite", "list")) or []:
        if index.get("state") != "READY":
            yield Finding(
                "index", "warn", f"{index['name'].rsplit('/', 1)[-1]} is {index.get('state')}", "wait, then look again"
            )
