"""The command that hosts the functions."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Host every function of the cloud in this process, and deliver the messages of the bus to them. Ctrl-C stops."""
    from cloud_functions.serve import serve as serve_functions

    serve_functions(Console(), address, port)
