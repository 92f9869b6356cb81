from __future__ import annotations

import io
import json

from pos_job_runtime.logs import JsonLog
from pos_job_runtime.metrics import emit_metrics


def test_each_line_is_json_with_the_run() -> None:
    out = io.StringIO()
    log = JsonLog(job="validation", run_id="r1", stream=out)
    log.info("file", name="é\udc80")
    log.error("failed", error=ValueError("no"))
    first, second = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (first["runId"], first["level"], first["event"]) == ("r1", "info", "file")
    assert (second["error"], second["message"]) == ("ValueError", "no")


def test_metrics_follow_the_embedded_format() -> None:
    out = io.StringIO()
    emit_metrics(JsonLog(job="validation", run_id="r1", stream=out), values={"RowsIn": 3})
    line = json.loads(out.getvalue())
    assert line["RowsIn"] == 3
    assert line["Job"] == "validation"
    assert line["_aws"]["CloudWatchMetrics"][0] == {
        "Namespace": "PosPlatform",
        "Dimensions": [["Job"]],
        "Metrics": [{"Name": "RowsIn", "Unit": "Count"}],
    }


def test_metrics_of_a_stage_are_told_from_those_of_another() -> None:
    out = io.StringIO()
    log = JsonLog(job="validation", run_id="r1", stream=out)
    emit_metrics(log, values={"RowsIn": 3}, stage="dev")
    line = json.loads(out.getvalue())
    assert (line["Job"], line["Stage"]) == ("validation", "dev")
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Job", "Stage"]]


def test_metrics_of_a_dataset_count_for_the_job_too() -> None:
    out = io.StringIO()
    log = JsonLog(job="validation", run_id="r1", stream=out)
    emit_metrics(log, values={"Duration": 0.5}, stage="dev", dataset="sales")
    line = json.loads(out.getvalue())
    assert line["Dataset"] == "sales"
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Job", "Stage"], ["Job", "Stage", "Dataset"]]
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "Duration", "Unit": "Seconds"}]
