"""What the published documents have yet to show: every change of their inputs since the last announcement to them.

The documents have a watermark of their own in the change log, as models do. A run that dies before its announcement
leaves its changes above it, and the next announcement names them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from python_runners.dates import slate_date
from python_runners.events import MAX_LISTED_ENTITIES, AffectedEntities
from python_runners.pipeline.composition import Platform

CONSUMER = "published_documents"

_TOUCHED = """
with moved as (
    select change_kind, player_id, team, game_id
    from nba_orchestration.change_log
    where
        change_id > $told and change_id <= $newest
        and input_name in (select listed from unnest($inputs) as listed)
        and (game_date is null or game_date <= $day)
        and (
            change_kind <> 'changed'
            or array_length(changed_fields) = 0
            or input_name not in (select listed from unnest($partly_shown) as listed)
            or exists (
                select 1 from unnest(changed_fields) as field
                where concat(input_name, '.', field) in (select listed from unnest($shown) as listed)
            )
        )
)

select distinct 'rebuilt' as kind, cast(null as string) as id from moved where change_kind = 'rebuilt'
union all
select distinct 'players', player_id from moved where player_id is not null
union all
select distinct 'teams', team from moved where player_id is null and team is not null
union all
select distinct 'games', game_id from moved where player_id is null and game_id is not null
order by kind, id
"""


@dataclass(frozen=True)
class Touched:
    """Entities whose documents are out of date.

    Attributes:
        affected: ids by kind. A row of a player counts for him alone, not for his team and game.
        change_id: newest change that was looked at.
        was_told: documents have been told of changes, or published whole, before.
    """

    affected: AffectedEntities
    change_id: int
    was_told: bool = True

    @property
    def is_nothing(self) -> bool:
        """Whether no entity moved."""
        return self.affected == AffectedEntities(players=(), teams=(), games=())


def document_inputs(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the models that published documents are made of, as the exposures declare them."""
    nodes = {node for exposure in _documents(manifest) for node in exposure["depends_on"]["nodes"]}
    return tuple(sorted(manifest["nodes"][node]["name"] for node in nodes))


def shown_columns(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the columns that documents show, for the models of which they show a part only."""
    declared = [exposure["config"].get("meta", {}).get("shown_columns", {}) for exposure in _documents(manifest)]
    return {model: columns for models in declared for model, columns in models.items()}


def _documents(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [exposure for exposure in manifest["exposures"].values() if exposure["type"] == "application"]


def newest_change(platform: Platform) -> int:
    """Return the position of the newest entry of the change log, 0 when it is empty."""
    return int(_value(platform, "select coalesce(max(change_id), 0) as value from nba_orchestration.change_log"))


def touched_documents(platform: Platform, day: date) -> Touched:
    """Return what the documents of a date show otherwise since documents were last told.

    Changes of later dates are not among it: the first publication of a date is whole.
    """
    newest = newest_change(platform)
    told = _value(
        platform,
        f"select max(change_id) as value from nba_orchestration.watermarks where consumer = '{CONSUMER}'",
    )
    shown = shown_columns(platform.dbt.manifest)
    rows = platform.warehouse.query(
        _TOUCHED,
        {
            "told": told or 0,
            "newest": newest,
            "day": day,
            "inputs": list(document_inputs(platform.dbt.manifest)),
            "partly_shown": list(shown),
            "shown": [f"{model}.{column}" for model, columns in shown.items() for column in columns],
        },
    ).to_pylist()
    ids: dict[str, list[str]] = {"players": [], "teams": [], "games": [], "rebuilt": []}
    for row in rows:
        ids[row["kind"]].append(row["id"])
    if told is None or ids.pop("rebuilt"):
        return Touched(AffectedEntities(players="all", teams="all", games="all"), newest, told is not None)
    return Touched(
        AffectedEntities.model_validate(
            {kind: "all" if len(found) > MAX_LISTED_ENTITIES else tuple(found) for kind, found in ids.items()}
        ),
        newest,
    )


def remember_told(platform: Platform, change_id: int, as_of: datetime) -> None:
    """Move the watermark of the documents to a change that they were told, or that a whole publication showed.

    Belongs to the transaction that writes the announcement. A past date says nothing to the documents of today, so it
    moves nothing.
    """
    if slate_date(as_of) < slate_date(platform.as_of()):
        return
    platform.warehouse.execute("delete from nba_orchestration.watermarks where consumer = ?", [CONSUMER])
    platform.warehouse.execute(
        "insert into nba_orchestration.watermarks (consumer, change_id, as_of, updated_at) values (?, ?, ?, ?)",
        [CONSUMER, change_id, _naive(as_of), _naive(platform.clock())],
    )


def _value(platform: Platform, sql: str) -> Any:
    return platform.warehouse.query(sql).to_pylist()[0]["value"]


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
