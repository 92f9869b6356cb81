"""What Glue tells EventBridge when a job run has ended: "Glue Job State Change", which rules can pass on to people.

https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
"""

import json
from collections.abc import Mapping
from typing import Any

from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.services.eventbridge", _put_events="data allow_aws_source")
_SEVERITIES = {"FAILED": "ERROR", "TIMEOUT": "WARN"}


def state_change(run: Mapping[str, Any]) -> dict[str, Any]:
    """The event of a run that has ended, as an entry of PutEvents."""
    state = run["JobRunState"]
    detail = {
        "jobName": run["JobName"],
        "severity": _SEVERITIES.get(state, "INFO"),
        "state": state,
        "jobRunId": run["Id"],
        "message": run.get("ErrorMessage") or "Job run succeeded",
    }
    return {"Source": "aws.glue", "DetailType": "Glue Job State Change", "Detail": json.dumps(detail)}


def announce(run: Mapping[str, Any]) -> None:
    """Publish the end of a run on the default bus of the current account. Never raises: delivery is best effort."""
    from ministack.services import eventbridge

    try:
        eventbridge._put_events({"Entries": [state_change(run)]}, allow_aws_source=True)
    except Exception as error:  # a rule or a target that breaks must not change how the run has ended
        warn("the end of a job run was not announced", run=run["Id"], reason=str(error))
