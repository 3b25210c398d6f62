"""Named variations: each changes what the league or its sources show from an instant on."""

from __future__ import annotations

from python_runners.sample.scenarios import arrival, corrections, games, injuries, lines, people, systems
from python_runners.sample.scenarios.base import Scenario, Stage

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for module in (corrections, arrival, games, people, injuries, lines, systems)
    for scenario in module.SCENARIOS
}

__all__ = ["SCENARIOS", "Scenario", "Stage"]
