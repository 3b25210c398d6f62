"""`nba-props serve`: every function of the platform behind one port of this machine."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from rich.console import Console
from rich.table import Table
from werkzeug.serving import BaseWSGIServer, make_server

from cloud_functions.host import Host, host
from cloud_functions.local import PushLoop, all_functions
from python_runners.errors import PermanentError, TransientError
from python_runners.platform.topology import Topology, topology


class LocalServer:
    """The functions on a port, with the bus that pushes to them."""

    def __init__(self, address: str, port: int, hosted: Host) -> None:
        """Listen on `address`; port 0 takes a free one.

        Raises:
            PermanentError: the settings ask for identity tokens, which only Google's push has.
            TransientError: the port is taken, or another process holds the warehouse.
        """
        self._host = hosted
        application = all_functions(topology(), lambda: self.loop.is_alive)
        with hosted.turn() as platform:
            if platform.settings.push_identity_required:
                raise PermanentError(
                    "messages of this machine carry no identity: NBA_PROPS_PUSH_IDENTITY_REQUIRED=false"
                )
            self.loop = PushLoop(platform.bus, application, topology())
        try:
            self._server: BaseWSGIServer = make_server(address, port, application, threaded=True)
        except (OSError, SystemExit) as error:
            raise TransientError(f"{address}:{port} cannot be listened on; choose another --port") from error
        self.url = f"http://{address}:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="http", daemon=True)

    def start(self) -> None:
        """Answer requests and deliver messages until `stop`."""
        self._thread.start()
        self.loop.start()

    def stop(self) -> None:
        """Let what is at hand end, then give port and files free."""
        self._server.shutdown()
        self.loop.stop()
        self._thread.join()
        self._server.server_close()
        self._host.close()


def serve(console: Console, address: str, port: int, *, wait: Callable[[], None] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Args:
        console: where to print.
        address: address to listen on.
        port: port to listen on; 0 takes a free one.
        wait: returns when serving shall end; the default waits for the signals.

    Raises:
        PermanentError: the settings ask for identity tokens, which only Google's push has.
        TransientError: the port is taken, or another process holds the warehouse.
    """
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = LocalServer(address, port, host())
    with console.status("Reading the dbt project"), host().turn() as platform:
        _ = platform.dbt.manifest
    server.start()
    console.print(function_table(topology(), server.url))
    console.print(f"Health: {server.url}/healthz   Stop: Ctrl-C")
    try:
        (wait or _until_signalled)()
    finally:
        console.print("Stopping: the message at hand is finished first.")
        server.stop()
        console.print("Stopped.")


def function_table(declared: Topology, url: str) -> Table:
    """Return the functions with their paths and what calls them in the cloud."""
    table = Table(title=f"Functions at {url}", caption=f"Times of schedules are those of {declared.time_zone}.")
    table.add_column("path", overflow="fold")
    table.add_column("called by", overflow="fold")
    for function in declared.functions:
        table.add_row(f"/{function.name}", "\n".join(_triggers(declared, function.name)))
    return table


def _triggers(declared: Topology, function: str) -> list[str]:
    pushed = [each for each in declared.subscriptions if each.function == function]
    if len(pushed) > 1:
        return [f"{len(pushed)} topics of dead letters"]
    called = [f"{each.path} at {each.cron}" for each in declared.schedules if each.function == function]
    return [*(f"{each.topic} {each.path}".strip() for each in pushed), *called]


def _until_signalled() -> None:
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        stopping.wait()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
