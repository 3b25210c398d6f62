"""Settings: the only module that reads the environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from dotenv import load_dotenv
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from python_runners.errors import MissingSetting

PROJECT_ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = PROJECT_ROOT / ".env"
# Google's clients read these themselves and speak to the real service where one is absent.
EMULATOR_VARIABLES = ("PUBSUB_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST")


class Settings(BaseSettings):
    """Everything that can be configured, each as `NBA_PROPS_<NAME>` in the environment; `get_settings` adds `.env`."""

    model_config = SettingsConfigDict(env_prefix="NBA_PROPS_", extra="ignore")

    data_dir: Path = PROJECT_ROOT / ".nba-props"
    shared_data: Path | None = None
    as_of: str | None = None

    # Read by profiles.yml too, so that dbt and the platform work on the same warehouse.
    target: Literal["duckdb", "bigquery", "emulator"] = "duckdb"
    bigquery_project: str | None = None
    bigquery_location: str = "US"
    bigquery_endpoint: str = "http://127.0.0.1:9050"
    bigquery_maximum_bytes_billed: int = Field(default=10 * 2**30, gt=0)

    runtime: Literal["embedded", "cloud"] = "embedded"
    project: str | None = None
    payload_bucket: str | None = None
    published_bucket: str | None = None
    models_bucket: str | None = None
    fused_runs: bool = True
    barrier_patience_minutes: float = Field(default=30.0, ge=0)

    cdn_base_url: str = "https://cdn.nba.com/static/json"
    stats_base_url: str = "https://stats.nba.com/stats"
    gamebook_base_url: str = "https://statsdmz.nba.com/pdfs"
    injury_base_url: str = "https://ak-static.cms.nba.com/referee/injury"
    referees_base_url: str = "https://official.nba.com"
    movement_base_url: str = "https://stats.nba.com/js/data/playermovement"
    odds_api_base_url: str = "https://api.the-odds-api.com"
    odds_api_key: SecretStr | None = None
    bettingpros_base_url: str = "https://api.bettingpros.com"
    bettingpros_api_key: SecretStr | None = None
    balldontlie_base_url: str = "https://api.balldontlie.io"
    balldontlie_api_key: SecretStr | None = None
    bigdataball_base_url: str | None = None
    espn_base_url: str = "https://site.api.espn.com"

    request_timeout_seconds: float = 20.0
    request_attempts: int = 3
    request_backoff_seconds: float = 1.0
    request_pause_scale: float = 1.0

    breaker_attempts: int = Field(default=5, ge=1)
    breaker_backoff_seconds: float = Field(default=60.0, ge=0)
    breaker_longest_backoff_seconds: float = Field(default=3600.0, ge=0)
    coalesce_window_seconds: float = Field(default=30.0, ge=0)
    coalesce_longest_wait_seconds: float = Field(default=120.0, ge=0)

    alert_channels: tuple[Literal["log", "webhook"], ...] = ("log",)
    alert_cooldown_seconds: float = Field(default=3600.0, ge=0)
    alert_webhook_url: SecretStr | None = None
    alert_webhook_timeout_seconds: float = Field(default=5.0, gt=0)

    push_identity_required: bool = False
    push_audience: str | None = None
    push_service_accounts: tuple[str, ...] = ()

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file of the embedded default."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def objects_dir(self) -> Path:
        """Folder of stored source payloads."""
        return self.data_dir / "objects"

    @property
    def published_dir(self) -> Path:
        """Folder of published documents."""
        return self.data_dir / "published"

    @property
    def models_dir(self) -> Path:
        """Folder of trained models."""
        return self.data_dir / "models"

    @property
    def state_path(self) -> Path:
        """SQLite file of bus and state of the embedded default."""
        return self.data_dir / "state.sqlite"

    @property
    def absent_emulators(self) -> tuple[str, ...]:
        """The variables of Google's clients that name no emulator."""
        return tuple(name for name in EMULATOR_VARIABLES if not os.environ.get(name))

    def child_environment(self, *, data_dir: Path, target_path: Path) -> dict[str, str]:
        """Return the environment of a child process that works on another data folder."""
        return {
            **os.environ,
            "NBA_PROPS_DATA_DIR": str(data_dir),
            "DBT_TARGET_PATH": str(target_path),
            "DBT_LOG_PATH": str(target_path),
        }

    def secret(self, name: str, purpose: str) -> str:
        """Return the secret setting `name`.

        Raises:
            MissingSetting: the setting is absent; the message names the environment variable.
        """
        return str(self._given(name, purpose).get_secret_value())

    def required(self, name: str, purpose: str) -> str:
        """Return the setting `name`, which not every runtime needs.

        Raises:
            MissingSetting: the setting is absent; the message names the environment variable.
        """
        return str(self._given(name, purpose))

    def _given(self, name: str, purpose: str) -> Any:
        value = getattr(self, name)
        if value is None:
            raise MissingSetting(f"NBA_PROPS_{name.upper()}", purpose)
        return value


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read once; the lines of `.env` are in its environment afterwards."""
    # dbt and Google's clients read the environment alone.
    load_dotenv(ENV_FILE)
    return Settings()


def use_embedded(path: Path) -> None:
    """Let this process and its dbt runs work embedded, in another data folder, whatever they were configured for."""
    os.environ["NBA_PROPS_TARGET"] = "duckdb"
    os.environ["NBA_PROPS_RUNTIME"] = "embedded"
    os.environ["NBA_PROPS_DATA_DIR"] = str(path)
    os.environ["DBT_TARGET_PATH"] = str(path / "target")
    os.environ["DBT_LOG_PATH"] = str(path / "logs")
    get_settings.cache_clear()
