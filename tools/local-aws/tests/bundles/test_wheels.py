"""What can be proven of the bundles without an account: their wheels fit the machines that Glue runs them on."""

import zipfile
from email import message_from_bytes

import pytest
from built import ALL, ON_PYTHON_SHELL, Built
from elf import Version, libraries_in
from packaging import tags
from packaging.specifiers import SpecifierSet
from packaging.utils import parse_wheel_filename

GIBIBYTE = 1024**3
# The newest versions of symbols on Amazon Linux 2 (glibc 2.26, GCC 7.3) and 2023 (glibc 2.34, GCC 11.4).
# https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html
NEWEST: dict[tuple[int, int], dict[str, Version]] = {
    (2, 26): {"GLIBC": (2, 26), "GLIBCXX": (3, 4, 24), "CXXABI": (1, 3, 11), "GCC": (7, 0, 0)},
    (2, 34): {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (7, 0, 0)},
}
# What is there on every Linux of these: PEP 600's list, as far as it is used.
ON_THE_MACHINE = {
    *("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2"),
    *("libgcc_s.so.1", "libstdc++.so.6"),
}
# A Python Shell job has about 14 GiB in /tmp, a G.1X worker about 44 GB free; pip needs a wheel's place twice. So much
# may be gone before the job begins.
# https://docs.aws.amazon.com/glue/latest/dg/add-job-python.html, https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
MOST_DISK = GIBIBYTE

each = pytest.mark.parametrize("bundle", ALL, ids=str)


def loadable(bundle: Built) -> frozenset[tags.Tag]:
    """The tags of wheels that the job's Python can load on its machine."""
    _, newest = bundle.glibc
    platforms = [f"manylinux_2_{older}_x86_64" for older in range(newest, 4, -1)]
    platforms += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
    return frozenset(
        [
            *tags.cpython_tags(bundle.python, platforms=platforms),
            *tags.compatible_tags(bundle.python, platforms=platforms),
        ]
    )


@each
def test_each_wheel_is_for_the_job_s_python_and_machine(bundle: Built) -> None:
    fitting = loadable(bundle)
    assert [wheel.name for wheel in bundle.wheels if not parse_wheel_filename(wheel.name)[3] & fitting] == []


@each
def test_each_wheel_takes_the_job_s_python(bundle: Built) -> None:
    version = ".".join(map(str, bundle.python))
    for wheel in bundle.wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".dist-info/METADATA"):
                    metadata = message_from_bytes(archive.read(name))
                    assert version in SpecifierSet(metadata["Requires-Python"] or ""), name
                    assert metadata.get_all("Requires-Dist") is None, name


@each
def test_compiled_code_asks_for_nothing_newer_than_the_machine_has(bundle: Built) -> None:
    newest = NEWEST[bundle.glibc]
    found = [library for wheel in bundle.wheels for library in libraries_in(wheel)]
    assert found
    for library in found:
        assert library.machine == "x64", library.name
        assert library.libraries - ON_THE_MACHINE == set(), library.name
        for name, version in library.versions:
            assert version <= newest[name], f"{library.name} needs {name} {version}"


@each
def test_the_bundle_leaves_the_job_s_disk_to_the_data(bundle: Built) -> None:
    packed = sum(wheel.stat().st_size for wheel in bundle.wheels)
    assert packed + 2 * bundle.unpacked < MOST_DISK


@pytest.mark.parametrize("bundle", ON_PYTHON_SHELL, ids=str)
def test_no_two_wheels_share_a_folder(bundle: Built) -> None:
    owners: dict[str, str] = {}
    for wheel in bundle.wheels:
        with zipfile.ZipFile(wheel) as archive:
            tops = {name.split("/")[0] for name in archive.namelist()}
        for top in tops:
            if not top.endswith((".dist-info", ".data")):
                assert owners.setdefault(top, wheel.name) == wheel.name, top
