"""The lineage site: dbt's documentation as one static page."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rich.console import Console

from python_runners.errors import BuildFailed
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import get_settings


def build_docs(console: Console, dbt: DbtRunner | None = None) -> Path:
    """Build the page and return its path; with a runner that has parsed the project already, sooner.

    Raises:
        BuildFailed: dbt could not write the page.
    """
    target = get_settings().data_dir / "docs"
    target.mkdir(parents=True, exist_ok=True)
    (dbt or DbtRunner()).generate_docs(target)
    page = target / "index.html"
    built = target / "static_index.html"
    if not built.exists():
        raise BuildFailed(f"dbt wrote no {built}")
    shutil.move(os.fspath(built), os.fspath(page))
    console.print(f"Lineage: file://{page.resolve()}")
    return page
