"""Wheels on S3 are installed for a job, once per content, whatever the number of runs."""

import base64
import hashlib
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import pytest

from conftest import Account, Server, new_account, wait_for
from pos_local_aws.hooks.glue_packages import PackageError, installed
from test_glue_jobs import lines, make_job, run_to_end


def wheel(
    name: str, source: str, *, tag: str = "py3-none-any", needs: str = "", more: dict[str, str] | None = None
) -> bytes:
    """A real wheel of one module, with its RECORD; of the same content, the same bytes."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": source,
        **(more or {}),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return buffer.getvalue()


def put_wheel(account: Account, name: str, source: str, *, tag: str = "py3-none-any", needs: str = "") -> str:
    bucket = f"wheels-{account.id}"
    account.s3.create_bucket(Bucket=bucket)
    key = f"{name}-1.0-{tag}.whl"
    account.s3.put_object(Bucket=bucket, Key=key, Body=wheel(name, source, tag=tag, needs=needs))
    return f"s3://{bucket}/{key}"


def test_a_job_imports_its_wheels_and_the_next_run_reuses_them(account: Account) -> None:
    uris = [put_wheel(account, name, f"VALUE = '{name}'") for name in ("first", "second")]
    make_job(
        account,
        "import first, second; print(first.VALUE, second.VALUE); print(first.__file__)",
        DefaultArguments={
            "--additional-python-modules": ",".join(uris),
            "--python-modules-installer-option": "--no-index --no-deps",
        },
    )
    first, second = (lines(account, "/aws-glue/jobs/output", run_to_end(account)) for _ in range(2))
    assert first == second
    assert first[0] == "first second"
    assert Path(first[1]).is_relative_to(account.server.data / "packages")


def test_servers_may_share_what_is_installed(tmp_path: Path) -> None:
    """Also one after the other: what the first has installed the second finds."""
    found = []
    for name in ("one", "other"):
        server = Server(data=tmp_path / name, environ={"POS_LOCAL_AWS_PACKAGES": str(tmp_path / "shared")}).start()
        account = new_account(server)
        uri = put_wheel(account, "first", "VALUE = 1")
        make_job(account, "import first; print(first.__file__)", DefaultArguments={"--additional-python-modules": uri})
        [path] = lines(account, "/aws-glue/jobs/output", run_to_end(account))
        found.append((path, Path(path).stat().st_ino))
        assert server.stop() == 0
        assert not (server.data / "packages").exists()
    assert found[0] == found[1]
    assert Path(found[0][0]).is_relative_to(tmp_path / "shared")


def test_wheels_are_installed_as_soon_as_the_job_is_made(account: Account) -> None:
    uri = put_wheel(account, "early", "VALUE = 1")
    make_job(account, "print(1)", DefaultArguments={"--additional-python-modules": uri})
    wait_for(lambda: list((account.server.data / "packages").glob("early-*/early.py")), what="the installation")


def test_a_python_shell_job_gets_wheels_and_sources_by_extra_py_files(account: Account) -> None:
    uri = put_wheel(account, "shipped", "VALUE = 'wheel'")
    bucket = f"wheels-{account.id}"
    account.s3.put_object(Bucket=bucket, Key="plain.py", Body=b"VALUE = 'source'")
    make_job(
        account,
        "import shipped, plain; print(shipped.VALUE, plain.VALUE)",
        kind="pythonshell",
        DefaultArguments={"--extra-py-files": f"{uri},s3://{bucket}/plain.py"},
    )
    assert lines(account, "/aws-glue/python-jobs/output", run_to_end(account)) == ["wheel source"]


def test_a_new_content_under_the_old_name_is_installed_anew_and_the_rest_stays(
    account: Account, tmp_path: Path
) -> None:
    stable = put_wheel(account, "stable", "VALUE = 0")
    folders = [
        installed(
            s3=account.s3,
            uris=[stable, put_wheel(account, "same", f"VALUE = {number}")],
            interpreter=sys.executable,
            cache_folder=tmp_path,
        )
        for number in (1, 2)
    ]
    assert [(own / "same.py").read_text() for _, own in folders] == ["VALUE = 1", "VALUE = 2"]
    assert folders[0][0] == folders[1][0]


def test_runs_that_start_together_install_once(account: Account, tmp_path: Path) -> None:
    uri = put_wheel(account, "shared", "VALUE = 1")
    s3 = account.s3
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(
                lambda _: installed(s3=s3, uris=[uri], interpreter=sys.executable, cache_folder=tmp_path), range(8)
            )
        )
    assert found == [found[0]] * 8
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == found[0]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("pandas==2.0", "is not an s3:// URI: the local AWS installs from S3 only"),
        ("s3://bucket/code.zip", "is not a wheel"),
    ],
)
def test_what_is_not_a_wheel_on_s3_is_refused(account: Account, tmp_path: Path, uri: str, words: str) -> None:
    with pytest.raises(PackageError, match=words):
        installed(s3=account.s3, uris=[uri], interpreter=sys.executable, cache_folder=tmp_path)


def test_a_wheel_for_another_interpreter_is_refused_by_name(account: Account) -> None:
    uri = put_wheel(account, "foreign", "VALUE = 1", tag="cp38-cp38-manylinux_2_17_x86_64")
    make_job(account, "import foreign", DefaultArguments={"--additional-python-modules": uri})
    run = run_to_end(account)
    assert run["JobRunState"] == "FAILED"
    assert "does not fit the job's interpreter, CPython" in run["ErrorMessage"]


def test_the_same_version_in_the_interpreters_own_environment_stands_in_for_a_foreign_wheel(
    account: Account, tmp_path: Path
) -> None:
    bucket = f"wheels-{account.id}"
    account.s3.create_bucket(Bucket=bucket)
    here = version("boto3")
    uris = []
    for number in (here, "0.0.1"):
        key = f"boto3-{number}-cp38-cp38-manylinux_2_17_x86_64.whl"
        account.s3.put_object(Bucket=bucket, Key=key, Body=b"never opened")
        uris.append(f"s3://{bucket}/{key}")
    same, other = uris
    assert installed(s3=account.s3, uris=[same], interpreter=sys.executable, cache_folder=tmp_path) == []
    with pytest.raises(PackageError, match="does not fit the job's interpreter"):
        installed(s3=account.s3, uris=[other], interpreter=sys.executable, cache_folder=tmp_path)


def test_nothing_asked_for_is_nothing_installed(tmp_path: Path) -> None:
    assert installed(s3=None, uris=[], interpreter=sys.executable, cache_folder=tmp_path) == []
