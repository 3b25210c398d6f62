"""Entry points of the cloud: one function per trigger, each decodes, handles, and returns or raises.

Returning (2xx) means consumed, a permanent refusal that went to the dead letters included. Raising (5xx) means that
the message comes again.
"""

from __future__ import annotations

import flask
import functions_framework
from cloudevents.http import CloudEvent

from cloud_functions.arrival import refusing
from cloud_functions.endpoints import coordinate, receive, receive_dead_letter, run_scheduled
from python_runners.events import Topic


@functions_framework.cloud_event
@refusing
def on_scraper_complete(event: CloudEvent) -> None:
    """Phase 2: load what a scraper stored."""
    receive(event, Topic.SCRAPERS_COMPLETE)


@functions_framework.cloud_event
@refusing
def on_raw_complete(event: CloudEvent) -> None:
    """Phases 3 to 5: recompute what a change of a raw table reaches."""
    receive(event, Topic.RAW_COMPLETE)


@functions_framework.cloud_event
@refusing
def phase3_to_phase4(event: CloudEvent) -> None:
    """Barrier: collect the completions of phase 3."""
    receive(event, Topic.ANALYTICS_COMPLETE)


@functions_framework.cloud_event
@refusing
def on_phase4_trigger(event: CloudEvent) -> None:
    """Phase 4: run the models that a complete barrier lets go."""
    receive(event, Topic.PRECOMPUTE_TRIGGER)


@functions_framework.cloud_event
@refusing
def phase4_orchestrator(event: CloudEvent) -> None:
    """Barrier: collect the completions of phase 4, level by level."""
    receive(event, Topic.PROCESSOR_COMPLETE)


@functions_framework.http
@refusing
def prediction_coordinator(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Phase 5: /trigger, /start, /retry, /status and /line-update."""
    return coordinate(request)


@functions_framework.cloud_event
@refusing
def on_predictions_complete(event: CloudEvent) -> None:
    """Phase 6: publish what moved."""
    receive(event, Topic.PREDICTIONS_COMPLETE)


@functions_framework.cloud_event
@refusing
def on_dead_letter(event: CloudEvent) -> None:
    """Keep a dead letter where a person finds it."""
    receive_dead_letter(event)


@functions_framework.http
@refusing
def run_schedule(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Run the job that the path names."""
    return run_scheduled(request)
