"""What is told of an error of delta-rs."""

import pytest
from deltalake.exceptions import DeltaError

from pos_transformation.errors import LakeCutOffError, LakeError
from pos_transformation.store.duckdb_delta_rs.translating import translated

DENIED = """Failed to parse parquet: External: Error performing PUT http://s3/lake/t/part.parquet in 5ms - Server
returned non-2xx status code: 403 Forbidden: <?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform:
s3:PutObject because no identity-based policy allows the s3:PutObject action &amp; more</Message></Error>"""


def told(text: str) -> str:
    with pytest.raises(LakeError) as failed, translated("sales"):
        raise DeltaError(text)
    return str(failed.value)


def test_s3s_own_words_name_the_right_that_is_missing() -> None:
    assert told(DENIED) == (
        "The Delta table sales could not be read or written: S3 answers “User: arn:aws:sts::1:assumed-role/r/s is not "
        "authorized to perform: s3:PutObject because no identity-based policy allows the s3:PutObject action & more”"
    )


def test_of_anything_else_the_first_line_is_told() -> None:
    assert told("No such thing\n^^^^") == "The Delta table sales could not be read or written: No such thing"


def test_an_answer_that_ended_early_is_told_apart() -> None:
    with pytest.raises(LakeCutOffError), translated("sales"):
        raise DeltaError("error: response body error")
