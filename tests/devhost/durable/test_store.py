"""The file of durable state: its layout and its transactions."""

import json
import sqlite3
from collections.abc import Generator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.store import Store, StoreLayoutError

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "durable.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma user_version = 99")
    with pytest.raises(StoreLayoutError, match="has layout 99, this devhost reads layout 1; move the file away"):
        Store(path)


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "durable.db")) as store:
        with suppress(ZeroDivisionError), store.transaction():
            store.save_entity("@a@b", "1", present=True)
            raise ZeroDivisionError
        assert store.entity("@a@b") == (False, None)
        with store.transaction():
            store.save_entity("@a@b", json.dumps(1), present=True)
        assert store.entity("@a@b") == (True, "1")
