"""The rejected bucket: whatever suppliers call their files, each is kept once and whole, its report apart from it."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from support import plan

from pos_job_runtime.document import as_json
from pos_job_runtime.storage import Location, ObjectVersion, Storage
from pos_validation.findings.findings import FileVerdict, Findings, RowCounts
from pos_validation.run.manifest import Entry, Manifest
from pos_validation.run.places import LONGEST_KEY, Places, cut
from pos_validation.run.rejected import RejectedFiles
from pos_validation.run.reports import report_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.documents import FileLine

RUN_ID = "20250601T000000000Z-0123456789ab"
FOLDER = f"date=2025-06-01/run={RUN_ID}"
BITS = (
    *(
        "x.csv",
        "X.CSV",
        "a",
        "b",
        ".report.json",
        ".quarantine.parquet",
        ".v1",
        "000000",
        "files",
        "reports",
        "quarantine",
    ),
    *(
        "/",
        "/",
        "//",
        ".",
        "..",
        "\\",
        " ",
        "é",
        "e\u0301",
        "日本",
        "\n",
        "\x1b[31m",
        "%2F",
        "date=2025-06-01",
        "run=x",
    ),
    "n" * 300,
)
PAIRS = (
    ("x.csv", "x.csv.report.json", "x.csv.quarantine.parquet", "x.csv.report.json.report.json"),
    ("a", "a/b", "a/b/c", "a/", "/a", "//a", "a//b"),
    ("a", "a.v1", "a", "a.v1"),
    ("x.csv", "X.csv", "x.CSV"),
    ("../x", "../../../../../x", "./x", "x/..", "x/../..", "..", "."),
    ("back\\slash.csv", "back/slash.csv", "back_slash.csv", "x ", "x"),
    ("k" * 1024, "k" * 1023 + "l", "d/" * 512, "é" * 512),
    (f"{FOLDER}/reports/000000-x.csv.report.json", "x.csv", "../reports/000001-x.csv.report.json"),
)


class Crash(BaseException):
    """The process ends here."""


class Fragile(Storage):
    """Ends at one of its changes, before or after it took effect."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise Crash

    def copy_verified(self, source: ObjectVersion, target: Location) -> None:
        self._step()
        super().copy_verified(source, target)
        self._step()

    def put(self, location: Location, data: bytes, *, content_type: str = "application/json") -> None:
        self._step()
        super().put(location, data, content_type=content_type)
        self._step()

    def delete_version(self, version: ObjectVersion) -> None:
        self._step()
        super().delete_version(version)
        self._step()


class World:
    """Versions with these keys in a source, whose files have names of their own: no file system has all of these."""

    def __init__(self, folder: Path, keys: Sequence[str]) -> None:
        self.root = folder / "rejected"
        self.contents = [f"{number} {key!r}".encode() for number, key in enumerate(keys)]
        entries = []
        for number, (key, data) in enumerate(zip(keys, self.contents)):
            path = folder / f"source-{number}"
            path.write_bytes(data)
            version = ObjectVersion(Location.parse(path.as_uri()), f"v{number % 2}", None, len(data))
            entries.append(Entry(number, "source" if number % 3 else "other", key, version))
        self.manifest = Manifest(RUN_ID, "2025-06-01T00:00:00.000Z", 0.0, tuple(entries), ())

    def files(self, storage: Storage | None = None) -> RejectedFiles:
        rejected = Location.parse(self.root.as_uri())
        return RejectedFiles(storage or Storage(), rejected, manifest=self.manifest, plan=plan())

    def run(self, storage: Storage | None = None) -> list[FileLine]:
        """What a run does with versions that are all bad, or were before it was cut off."""
        files, lines = self.files(storage), []
        for entry in self.manifest.entries:
            if entry.version.location.path.exists():
                line = files.line(entry, bad())
                files.reject(entry, line)
            else:
                recovered = files.recover(entry)
                assert recovered is not None, entry.key
                line = recovered
            lines.append(line)
        return lines

    def check(self, lines: Sequence[FileLine]) -> None:
        assert [Location.parse(str(line.rejected)).path.read_bytes() for line in lines] == self.contents
        kept = sorted(path.read_bytes() for path in (self.root / FOLDER / "files").rglob("*") if path.is_file())
        assert kept == sorted(self.contents)
        reports = [json.loads(Location.parse(str(line.report)).path.read_bytes()) for line in lines]
        assert [report["file"] for report in reports] == [json.loads(as_json(line)) for line in lines]
        assert [line.file for line in lines] == [entry.key for entry in self.manifest.entries]
        beyond = [path for path in self.root.parent.iterdir() if path.name != "rejected"]
        assert beyond == [], "nothing is left in the source, and nothing was written beside the bucket"
        assert {path.name for path in (self.root / FOLDER).iterdir()} == {"files", "reports"}


def bad() -> FileVerdict:
    findings = Findings(plan())
    findings.add("missing_value", column="store_id", line=2, value="")
    return FileVerdict("rejected", "csv", "none", RowCounts(2, 1, 1), findings.reasons())


def random_keys(seed: int) -> list[str]:
    dice = random.Random(seed)
    keys = ["".join(dice.choices(BITS, k=dice.randint(1, 8)))[:1024] for _ in range(dice.randint(1, 12))]
    keys += [key + dice.choice((".report.json", "/x", ".v1", " ", "")) for key in dice.sample(keys, 1)]
    return [key.encode()[:LONGEST_KEY].decode("utf-8", "ignore") for key in keys]


@pytest.mark.parametrize("keys", [*PAIRS, *map(random_keys, range(60))])
def test_hostile_names_never_meet(tmp_path: Path, keys: Sequence[str]) -> None:
    world = World(tmp_path, keys)
    lines = world.run()
    world.check(lines)
    assert list(map(as_json, world.run())) == list(map(as_json, lines))


@pytest.mark.parametrize("keys", PAIRS[:3])
def test_cut_off_at_any_step_and_repeated_it_leaves_the_same(tmp_path: Path, keys: Sequence[str]) -> None:
    for steps in range(6 * len(keys)):
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            world = World(Path(folder), keys)
            with pytest.raises(Crash):
                world.run(Fragile(steps))
            world.check(world.run())


@pytest.mark.parametrize("keys", [*PAIRS, *map(random_keys, range(100, 200))])
def test_places_on_s3_fit_its_limit_and_no_two_are_alike_in_any_spelling(keys: Sequence[str]) -> None:
    entries = tuple(
        Entry(number, "source", key, ObjectVersion(Location("s3", "source", key), f"v{number}"))
        for number, key in enumerate(keys)
    )
    places = Places(Location("s3", "rejected", ""), Manifest(RUN_ID, "2025-06-01T00:00:00Z", 0.0, entries, ()))
    found = [
        place.key for entry in entries for place in (places.file(entry), places.report(entry), places.quarantine(entry))
    ]
    assert len({key.casefold() for key in found}) == len(found)
    for key in found:
        assert len(key.encode()) <= LONGEST_KEY
        assert not {"", ".", ".."}.intersection(key.split("/"))
        assert "\\" not in key
        assert all(len(part.encode()) <= 255 for part in key.split("/"))
    folders = [key for key in found if any(other.startswith(f"{key}/") for other in found)]
    assert folders == []


def test_a_name_that_is_cut_shows_its_ends_and_stays_another_name() -> None:
    one, other = (f"incoming/store-17/{'x' * 1000}{digit}.csv" for digit in "12")
    short = cut(one, 200)
    assert len(short.encode()) == 200
    assert short.startswith("incoming/store-17/xxx")
    assert short.endswith("1.csv")
    assert short == cut(one, 200) != cut(other, 200)
    assert len(cut("é" * 600, 101).encode()) <= 101


class TestWhatIsNoReport:
    """`recover` reads what lies at a report's place, wherever it came from."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        return World(tmp_path, ["x.csv"])

    def recovered(self, world: World, report: bytes, *, old: bool = False) -> dict[str, Any] | None:
        places = Places(Location.parse(world.root.as_uri()), world.manifest)
        entry = world.manifest.entries[0]
        earlier = places.earlier(entry)
        assert earlier is not None
        Storage().put(earlier[1] if old else places.report(entry), report)
        found = world.files().recover(entry)
        return None if found is None else json.loads(as_json(found))

    def genuine(self, world: World) -> dict[str, Any]:
        line = world.files().line(world.manifest.entries[0], bad())
        document: dict[str, Any] = json.loads(report_on(line, manifest=world.manifest, plan=plan()))
        return document

    def test_a_genuine_one_is_believed(self, world: World) -> None:
        report = self.genuine(world)
        assert self.recovered(world, json.dumps(report).encode()) == report["file"]

    @pytest.mark.parametrize(
        "change",
        [
            {"runId": "20250601T000000000Z-ba9876543210"},
            {"eventTime": "2025-06-01T00:00:00.001Z"},
            {"contract": {"name": "another", "hash": "sha256:0"}},
            {"contract": "none"},
            {"file": None},
            {"file": {"file": "y.csv"}},
            {"file": {"bucket": "elsewhere"}},
            {"file": {"versionId": "v7"}},
            {"file": {"versionId": None}},
            {"file": {"verdict": "valid"}},
            {"file": {"rejected": "file:///elsewhere"}},
            {"file": {"validated": "file:///rows.parquet"}},
            {"file": {"rows": {"total": "many", "valid": 0, "invalid": 0}}},
            {"file": {"size": -1}},
            {"file": {"reasons": []}},
            {"file": {"reasons": ["because"]}},
            {"file": {"reasons": [{"code": 7}]}},
            {"file": {"format": "Not a word"}},
        ],
        ids=str,
    )
    def test_one_of_another_run_or_version_or_shape_is_not(self, world: World, change: dict[str, Any]) -> None:
        report = self.genuine(world)
        for name, value in change.items():
            nested = isinstance(value, dict) and name == "file"
            report[name] = {**report[name], **value} if nested else value
        assert self.recovered(world, json.dumps(report).encode()) is None

    @pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"a,b\n1,2\n"], ids=repr)
    def test_what_a_supplier_may_have_sent_is_not(self, world: World, data: bytes) -> None:
        for old in (False, True):
            assert self.recovered(world, data, old=old) is None

    def test_one_by_an_earlier_state_of_the_contract_is_believed(self, world: World) -> None:
        """The run has moved the file by it. Nothing else would tell anybody."""
        report = self.genuine(world)
        report["contract"]["hash"] = "sha256:" + "0" * 64
        assert self.recovered(world, json.dumps(report).encode()) == report["file"]

    def test_one_of_an_earlier_release_is_found_in_its_old_place(self, world: World) -> None:
        old = world.root / FOLDER / "x.csv"
        report = self.genuine(world)
        report["file"] = {**report["file"], "rejected": old.as_uri()}
        del report["file"]["report"]
        found = self.recovered(world, json.dumps(report).encode(), old=True)
        assert found == {**report["file"], "report": f"{old.as_uri()}.report.json"}


def test_keys_of_two_buckets_and_of_several_versions_are_told_apart_by_their_reports(tmp_path: Path) -> None:
    world = World(tmp_path, ["a"] * 6)
    lines = world.run()
    world.check(lines)
    other = world.manifest.entries[1]
    swapped = replace(other, version=replace(other.version, version_id="v0"))
    assert world.files().recover(swapped) is None
