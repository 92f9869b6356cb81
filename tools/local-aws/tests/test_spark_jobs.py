"""What only Spark jobs have: the driver's log streams, jars, Spark's settings."""

from conftest import Account
from pos_local_aws.hooks.glue_logs import log_stream
from pos_local_aws.hooks.glue_process import class_path
from test_glue_jobs import lines, make_job, run_to_end


def test_a_spark_job_logs_both_outputs_to_one_group_and_spark_to_the_other(account: Account) -> None:
    """As Glue does since 5.0, in streams of the driver."""
    script = r"""
        import sys
        print('to output')
        print('to error', file=sys.stderr)
        print('26/11/28 10:00:00 WARN Utils: a warning of Spark', file=sys.stderr)
        print('java.io.IOException: the job tells this one', file=sys.stderr)
        print('ERROR Executor: an error of Spark\n\tat its.stack(A.scala)\nCaused by: x', file=sys.stderr)
        sys.exit(1)
    """
    make_job(account, script)
    run = run_to_end(account)
    own = "java.io.IOException: the job tells this one"
    assert run["ErrorMessage"] == own
    assert sorted(lines(account, "/aws-glue/jobs/output", run)) == [own, "to error", "to output"]
    assert lines(account, "/aws-glue/jobs/error", run) == [
        "26/11/28 10:00:00 WARN Utils: a warning of Spark",
        "ERROR Executor: an error of Spark",
        "\tat its.stack(A.scala)",
        "Caused by: x",
    ]
    assert log_stream("glueetl", "jr_1") == "jr_1-driver"


def test_extra_jars_reach_a_spark_script_after_those_that_the_machine_names(account: Account) -> None:
    bucket = account.bucket(f"jars-{account.id}")
    for name in ("one.jar", "two.jar"):
        account.s3.put_object(Bucket=bucket, Key=f"{name[:3]}/{name}", Body=name.encode())
    script = """
        import os, pathlib
        paths = os.environ.get("POS_SPARK_CLASSPATH", "").split(os.pathsep)
        print([pathlib.Path(path).read_text() for path in paths if path])
    """
    jars = f"s3://{bucket}/one/one.jar,s3://{bucket}/two/two.jar"
    make_job(account, script, DefaultArguments={"--extra-jars": jars})
    assert lines(account, "/aws-glue/jobs/output", run_to_end(account)) == ["['one.jar', 'two.jar']"]
    assert class_path(["/b.jar"], {"POS_SPARK_CLASSPATH": "/a.jar"}) == {"POS_SPARK_CLASSPATH": "/a.jar:/b.jar"}
    assert class_path([], {}) == {}


def test_a_spark_job_s_conf_reaches_spark_as_one_value_with_further_ones_in_it(account: Account) -> None:
    script = "import os; print(os.environ.get('PYSPARK_SUBMIT_ARGS'))"
    conf = {"--conf": "spark.a=1 --conf spark.b=two"}
    make_job(account, script, DefaultArguments=conf)
    given = lines(account, "/aws-glue/jobs/output", run_to_end(account))
    assert given == ["--conf spark.a=1 --conf spark.b=two pyspark-shell"]
    without = lines(account, "/aws-glue/jobs/output", run_to_end(account, Arguments={"--conf": ""}))
    assert without == ["None"]


def test_a_jar_that_is_missing_fails_the_run_by_its_name(account: Account) -> None:
    bucket = account.bucket(f"jars-{account.id}")
    make_job(account, "print(1)", DefaultArguments={"--extra-jars": f"s3://{bucket}/gone.jar"})
    run = run_to_end(account)
    assert run["JobRunState"] == "FAILED"
    assert "Not Found" in run["ErrorMessage"]


def test_a_python_shell_job_has_no_jars(account: Account) -> None:
    bucket = account.bucket(f"jars-{account.id}")
    make_job(
        account,
        "import os; print(os.environ.get('POS_SPARK_CLASSPATH'))",
        kind="pythonshell",
        DefaultArguments={"--extra-jars": f"s3://{bucket}/gone.jar"},
    )
    assert lines(account, "/aws-glue/python-jobs/output", run_to_end(account)) == ["None"]
