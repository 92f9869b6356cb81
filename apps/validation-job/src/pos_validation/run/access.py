"""Objects that are there and can't be read: archived, encrypted with somebody else's key, or denied.

That is such a file's verdict. It stays where it is, since what can't be read can't be copied. But where everything is
denied, it is the job's rights that are wrong and not the files, and the run fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_job_runtime.errors import StorageError
from pos_validation.findings.findings import FileVerdict, Findings, RowCounts

if TYPE_CHECKING:
    from pos_job_runtime.errors import ObjectUnreadableError
    from pos_job_runtime.plan import Plan


class Access:
    """What one run of the job learns about its access to the source."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._granted = False
        self._denied: ObjectUnreadableError | None = None

    def granted(self) -> None:
        """Note that the job may read the bucket: one object was read, or is closed for a reason of its own."""
        self._granted = True

    def refused(self, error: ObjectUnreadableError) -> FileVerdict:
        """The verdict on a file that can't be read. If the error is not `certain`, it stands once `settle` agrees."""
        if error.certain:
            self._granted = True
        else:
            self._denied = error
        findings = Findings(self._plan)
        findings.add("unreadable_object", detail=error.why)
        return FileVerdict("rejected", None, "none", RowCounts(), findings.reasons())

    def settle(self) -> None:
        """Raises `StorageError` if access was denied and nothing shows that it is ever granted."""
        if self._denied is not None and not self._granted:
            raise StorageError(
                f"None of the files could be read, so that the job's own rights must be missing ({self._denied}) Check "
                "its role (s3:GetObjectVersion), the policy of the source bucket and that of the bucket's KMS key; "
                "then start the run again."
            ) from self._denied
