"""Whoever creates the tables first: all others find them, and an answer that got lost is no error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from local_s3 import LocalS3
from rows import some_sales
from slow_proxy import SlowProxy
from world import CURATED, World, plan_file

from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Storage
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.table_specs import curated_spec

SALES = some_sales(seed=1, count=20)


@pytest.mark.parametrize("lost", [1, 2])
def test_a_creation_whose_answer_got_lost(
    s3_world: World, local_s3: LocalS3, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    with SlowProxy.started(local_s3.environment["AWS_ENDPOINT_URL"], seconds=0, drop_answers=lost) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
        s3_world.deliver("one", SALES)
        # A process of its own: delta-rs keeps Python's other threads, such as the proxy's, from running.
        process = s3_world.start("one")
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors[-3000:]
        assert proxy.drop_answers == 0
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_s3.environment["AWS_ENDPOINT_URL"])
    s3_world.assert_holds(SALES)


def test_several_create_the_same_table_at_the_same_moment(
    s3_world: World, local_s3: LocalS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = curated_spec(parse_plan(plan_file(s3_world.plan)).dataset().curated)
    with SlowProxy.started(local_s3.environment["AWS_ENDPOINT_URL"], seconds=0.5) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)

        def opened(_: int) -> tuple[int, str]:
            delta = LakeTable(lake=s3_world.lake, spec=spec, storage=Storage()).snapshot().delta
            return delta.version(), str(delta.metadata().id)

        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(opened, range(4)))
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_s3.environment["AWS_ENDPOINT_URL"])
    ((version, identity),) = found
    assert version == 0
    assert str(s3_world.table(CURATED).metadata().id) == identity
