"""Where the resources are made: moto in this process, moto's server on loopback, or any endpoint by its address."""

from __future__ import annotations

import copy
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from infra.local.template import REGION

SERVER = "server"
"""Stands for moto in this process that other processes reach too, by moto's server on a free port of loopback."""

_one_at_a_time = threading.RLock()


@dataclass(frozen=True)
class Endpoint:
    """`own` is the address for this process, `outside` the one for others; None: there is none."""

    own: str | None = None
    outside: str | None = None

    @property
    def foreign(self) -> bool:
        """Whether it may carry messages and fire schedules by itself."""
        return self.own is not None


@contextmanager
def endpoint(wanted: str | None = None) -> Iterator[Endpoint]:
    """Set the environment so that every AWS client finds the endpoint; yields where that is.

    `wanted` is None (moto in this process), SERVER, or an address such as http://127.0.0.1:4566.
    """
    foreign = wanted not in {None, SERVER}
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": os.environ.get("AWS_ACCESS_KEY_ID", "local") if foreign else "local",
        "AWS_SECRET_ACCESS_KEY": os.environ.get("AWS_SECRET_ACCESS_KEY", "local") if foreign else "local",
    }
    with patch.dict(os.environ, environment):
        os.environ.pop("AWS_PROFILE", None)
        os.environ.pop("AWS_ENDPOINT_URL", None)
        if wanted is None:
            with _moto_in_process():
                yield Endpoint()
        elif wanted == SERVER:
            with _moto_in_process(), _moto_server() as address:
                yield Endpoint(outside=address)
        else:
            with patch.dict(os.environ, {"AWS_ENDPOINT_URL": wanted}):
                yield Endpoint(wanted, wanted)


@contextmanager
def _moto_in_process() -> Iterator[None]:
    from moto import mock_aws

    with _mended_moto(), mock_aws():
        yield


@contextmanager
def _moto_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def _mended_moto() -> Iterator[None]:
    """moto copies whole tables for each transaction, sorts them slowly for each query of an index, and does not lock.

    Here it copies less, sorts in a tenth of the time, and takes one call at a time.
    """
    from moto.core.botocore_stubber import BotocoreStubber
    from moto.dynamodb.models.table import Table
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    in_process = BotocoreStubber.process_request
    by_server = DomainDispatcherApplication.__call__

    def in_process_alone(self: Any, *given: Any, **more: Any) -> Any:
        with _one_at_a_time:
            return in_process(self, *given, **more)

    def by_server_alone(self: Any, *given: Any, **more: Any) -> Any:
        with _one_at_a_time:
            return by_server(self, *given, **more)

    with (
        patch.object(BotocoreStubber, "process_request", in_process_alone),
        patch.object(DomainDispatcherApplication, "__call__", by_server_alone),
        patch.object(Table, "__deepcopy__", _snapshot, create=True),
        patch.object(Table, "all_items", _all_items),
    ):
        yield


def _all_items(table: Any) -> list[Any]:
    """All items by their keys' plain values, each worked out once and not at every comparison."""
    items = [item for rows in table.items.values() for item in (rows.values() if table.range_key_attr else [rows])]
    return sorted(items, key=lambda item: (item.hash_key.cast_value, item.range_key and item.range_key.cast_value))


def _snapshot(table: Any, _memo: dict[int, Any]) -> Any:
    """A copy of a table that shares its items: enough for moto to roll back to, in a tenth of the time."""
    taken = copy.copy(table)
    taken.items = type(table.items)(table.items.default_factory)
    for key, rows in table.items.items():
        taken.items[key] = dict(rows) if isinstance(rows, dict) else copy.copy(rows)
    if table.stream_shard is not None:
        shard = copy.copy(table.stream_shard)
        shard.items = list(shard.items)
        shard.table = taken
        taken.stream_shard = shard
    return taken
