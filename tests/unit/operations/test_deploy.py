"""The deployment: complete, in order, repeatable, with no more rights than a part needs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from python_runners.operations.deploy import DeployFailed, deploy, deploy_once, run_command, script_of
from python_runners.operations.deploy_plan import plan
from python_runners.operations.deploy_steps import Command, Step, Target
from python_runners.platform.topology import topology

TARGET = Target("my-project", topology())
STEPS = plan(TARGET)
BROAD = {
    "roles/owner",
    "roles/editor",
    "roles/viewer",
    "roles/bigquery.admin",
    "roles/pubsub.admin",
    "roles/storage.admin",
}


class Cloud:
    """A project in memory: knows what was created, and fails when told to."""

    def __init__(self, fails: str = "") -> None:
        self.there: set[Command] = set()
        self.ran: list[Command] = []
        self._fails = fails

    def __call__(self, command: Command) -> subprocess.CompletedProcess[str]:
        step = next((item for item in STEPS if item.exists == command), None)
        if step is not None:
            return self._done(command, 0 if numbered(step.create) in self.there else 1)
        self.ran.append(command)
        if self._fails and self._fails in " ".join(command):
            return subprocess.CompletedProcess(command, 1, "", "PERMISSION_DENIED")
        self.there.add(command)
        return self._done(command, 0, "4711\n" if "projects" in command and "describe" in command else "")

    @staticmethod
    def _done(command: Command, status: int, output: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, status, output, "")


def numbered(command: Command) -> Command:
    return tuple(word.replace("${PROJECT_NUMBER}", "4711") for word in command)


def position(*words: str) -> int:
    return next(number for number, step in enumerate(STEPS) if set(words) <= set(step.create))


def roles() -> list[Command]:
    return [step.create for step in STEPS if step.group == "roles"]


def test_everything_that_is_declared_is_created() -> None:
    declared = TARGET.declared
    for topic in declared.topic_names:
        assert position("topics", "create", topic)
    for subscription in declared.subscriptions:
        assert position("subscriptions", "create", subscription.name)
    for function in declared.functions:
        assert position("functions", "deploy", function.deployed_name)
    for schedule in declared.schedules:
        assert position("scheduler", "create", schedule.name)
    for account in declared.service_accounts:
        assert position("service-accounts", "create", f"nba-{account}")


def test_each_thing_comes_after_what_it_needs() -> None:
    for subscription in TARGET.declared.subscriptions:
        made = position("subscriptions", "create", subscription.name)
        assert position("topics", "create", subscription.topic) < made
        if subscription.function:
            function = TARGET.declared.function_of(subscription.function)
            assert position("functions", "deploy", function.deployed_name) < made
    first_function = min(position("functions", "deploy", item.deployed_name) for item in TARGET.declared.functions)
    last_account = max(
        position("service-accounts", "create", f"nba-{name}") for name in TARGET.declared.service_accounts
    )
    assert last_account < first_function
    assert STEPS[0].group == "source"


def test_a_subscription_carries_its_declared_delivery() -> None:
    create = STEPS[position("subscriptions", "create", "load-scraper-completions")].create
    assert set(create) >= {
        "--ack-deadline=600",
        "--min-retry-delay=10s",
        "--max-retry-delay=600s",
        "--dead-letter-topic=nba-phase1-scrapers-complete-dlq",
        "--max-delivery-attempts=5",
        "--enable-message-ordering",
        "--push-endpoint=https://us-west1-my-project.cloudfunctions.net/on-scraper-complete"
        "/projects/my-project/topics/nba-phase1-scrapers-complete",
        "--push-auth-service-account=nba-invoker@my-project.iam.gserviceaccount.com",
    }
    predict = STEPS[position("subscriptions", "create", "predict-ready-slate")].create
    assert "--push-endpoint=https://us-west1-my-project.cloudfunctions.net/prediction-coordinator/trigger" in predict
    web = STEPS[position("subscriptions", "create", "web-refresh")].create
    assert not [word for word in web if word.startswith("--push")]


def test_functions_work_on_the_warehouse_of_the_project() -> None:
    for function in TARGET.declared.functions:
        create = STEPS[position("functions", "deploy", function.deployed_name)].create
        (variables,) = [word for word in create if word.startswith("--set-env-vars=")]
        assert {
            "NBA_PROPS_TARGET=bigquery",
            "NBA_PROPS_BIGQUERY_PROJECT=my-project",
            f"NBA_PROPS_BIGQUERY_LOCATION={TARGET.region}",
            "NBA_PROPS_MODELS_BUCKET=my-project-models",
        } <= set(variables.split(";"))


def test_who_predicts_reads_trained_models_and_no_function_writes_them() -> None:
    granted = [set(command) for command in roles() if "gs://my-project-models" in command]
    allowed = [
        {f"--member={TARGET.member(name)}", "--role=roles/storage.objectViewer"}
        for name in ("transformer", "predictor")
    ]
    assert len(granted) == len(allowed)
    assert all(wanted <= words for wanted, words in zip(allowed, granted, strict=True))
    assert position("buckets", "create", "gs://my-project-models") < position("functions", "deploy")


def test_what_is_left_in_the_scratch_dataset_expires() -> None:
    made = {step.create[-1]: step.create for step in STEPS if step.group == "datasets"}
    assert "--default_table_expiration=21600" in made["my-project:nba_scratch"]
    assert not any(word.startswith("--default_table") for word in made["my-project:nba_raw"])
    declared = TARGET.declared.service_accounts
    assert {"loader", "transformer", "predictor"} == {
        n for n, item in declared.items() if "nba_scratch" in item.datasets
    }


def test_an_update_sets_everything_but_what_cannot_change() -> None:
    for step in STEPS:
        if step.group == "subscriptions":
            assert step.update is not None
            left = set(step.create) - set(step.update) - {"create", "--enable-message-ordering"}
            assert [word.split("=")[0] for word in left] == ["--topic"]


def test_nobody_gets_more_than_a_resource() -> None:
    granted = [word.removeprefix("--role=") for command in roles() for word in command if word.startswith("--role=")]
    assert not BROAD & set(granted)
    on_project = {
        word.removeprefix("--role=")
        for command in roles()
        if "projects" in command
        for word in command
        if word.startswith("--role=")
    }
    assert on_project == {"roles/bigquery.jobUser", "roles/datastore.user"}
    invoker = [command for command in roles() if f"--member={TARGET.member('invoker')}" in command]
    assert len(invoker) == len(TARGET.declared.functions)
    assert all("add-invoker-policy-binding" in command for command in invoker)


def test_only_who_refuses_a_message_may_bury_it() -> None:
    topic = "nba-phase1-scrapers-complete-dlq"
    members = {word for command in roles() if topic in command for word in command if word.startswith("--member=")}
    assert members == {
        "--member=serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com",
        f"--member={TARGET.member('loader')}",
    }


def test_a_second_deployment_creates_nothing_twice() -> None:
    cloud = Cloud()
    deploy(STEPS, "my-project", cloud, lambda line: None)
    first, cloud.ran = cloud.ran, []
    deploy(STEPS, "my-project", cloud, lambda line: None)
    guarded = {numbered(step.create) for step in STEPS if step.exists is not None}
    assert guarded <= set(first)
    assert not guarded & set(cloud.ran)
    assert {step.update for step in STEPS if step.update} <= set(cloud.ran)
    assert not [word for command in first for word in command if "PROJECT_NUMBER" in word]


def test_a_failing_command_ends_the_deployment_and_names_itself() -> None:
    cloud = Cloud(fails="pubsub topics create nba-phase4-trigger ")
    with pytest.raises(
        DeployFailed, match=r"pubsub topics create nba-phase4-trigger .*exit status 1: PERMISSION_DENIED"
    ):
        deploy(STEPS, "my-project", cloud, lambda line: None)
    assert not [command for command in cloud.ran if "deploy" in command]


def test_the_dry_run_prints_a_script_and_runs_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cloud = Cloud()
    deploy_once(Console(width=80), TARGET, dry_run=True, run=cloud)
    printed = capsys.readouterr().out
    assert cloud.ran == []
    assert printed.rstrip("\n") == script_of(STEPS, "my-project")
    bash = shutil.which("bash")
    assert bash is not None
    script = tmp_path / "plan.sh"
    script.write_text(printed, encoding="utf-8")
    assert subprocess.run([bash, "-n", script], check=False).returncode == 0  # noqa: S603


def test_the_script_quotes_words_and_leaves_the_project_number_to_the_shell() -> None:
    steps = [
        Step("roles", ("grant", "--member=a:service-${PROJECT_NUMBER}@x", "two words")),
        Step("things", ("make", "x"), exists=("look", "x")),
        Step("things", ("make", "y"), exists=("look", "y"), update=("set", "y")),
    ]
    lines = script_of(steps, "p").splitlines()
    assert lines[:2] == [
        "set -euo pipefail",
        "PROJECT_NUMBER=$(gcloud projects describe p '--format=value(projectNumber)')",
    ]
    assert "grant --member=a:service-${PROJECT_NUMBER}@x 'two words'" in lines
    assert "look x >/dev/null 2>&1 || make x" in lines
    assert "if look y >/dev/null 2>&1; then set y; else make y; fi" in lines


def test_a_deployment_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud()
    deploy_once(Console(width=80), TARGET, dry_run=False, run=cloud)
    deploy_once(Console(width=80), TARGET, dry_run=False, run=cloud)
    printed = capsys.readouterr().out
    assert f"Deployed to my-project: {len(STEPS)} steps." in printed
    assert "topics: there already: nba-phase4-trigger" in printed


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployFailed, match="no-such-program is not on the PATH"):
        run_command((str(tmp_path / "no-such-program"),))


def test_a_command_runs_and_its_output_is_kept() -> None:
    done = run_command(("echo", "hello"))
    assert (done.returncode, done.stdout) == (0, "hello\n")
