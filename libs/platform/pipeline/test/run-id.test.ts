import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { Digest } from "effect/crypto"
import { EventTime, ManifestFile, RunId, eventDate, orderedVersions, runIdOf } from "@pos/pipeline"

const file = (key: string, rest: Partial<ManifestFile> = {}): ManifestFile => ({
  bucket: "source",
  key,
  size: 10,
  versionId: "v1",
  ...rest,
})
const noon = "2025-03-01T12:00:00.005Z"
/** A number for each version that has nothing to do with its order. */
const shuffle = ({ versionId = "" }: ManifestFile, seed: number): number =>
  (Math.imul(Number(versionId.slice(1)) + 1, seed | 1) >>> 3) % 97
const someFiles = Schema.Array(ManifestFile)

const identities = (list: ReadonlyArray<ManifestFile>) =>
  list.map((one) => [one.bucket, one.key, one.versionId ?? one.etag])

describe("a run's id", () => {
  it.effect("is the event time and a hash, and legal as an execution's name", () =>
    Effect.gen(function* () {
      const id = yield* runIdOf(noon, [file("incoming/a.csv")])
      assert.match(id, /^20250301T120000005Z-[0-9a-f]{12}$/)
      assert.isTrue(Schema.is(RunId)(id))
    }).pipe(Effect.provide(Digest.layerWebCrypto)),
  )

  it.effect.prop("does not depend on the order of the events, nor on one that came twice", [someFiles], ([files]) =>
    Effect.gen(function* () {
      const once = yield* runIdOf(noon, files)
      assert.strictEqual(yield* runIdOf(noon, [...files.toReversed(), ...files.slice(0, 1)]), once)
      assert.strictEqual(yield* runIdOf(noon, orderedVersions(files)), once)
    }).pipe(Effect.provide(Digest.layerWebCrypto)),
  )

  it.effect("differs for another version of the same key, and for another place", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.forEach(
        [
          file("incoming/a.csv"),
          file("incoming/a.csv", { versionId: "v2" }),
          file("incoming/a.csv", { bucket: "other" }),
          file('incoming/a.csv","v1'),
        ],
        (one) => runIdOf(noon, [one]),
      )
      assert.strictEqual(new Set(ids).size, ids.length)
    }).pipe(Effect.provide(Digest.layerWebCrypto)),
  )
})

describe("versions", () => {
  it("appear once each", () => {
    const again = file("incoming/a.csv", { sequencer: "02" })
    const first = file("incoming/a.csv", { sequencer: "01" })
    assert.deepStrictEqual(orderedVersions([again, first, again]), [first])
  })

  it("of one key are in the order of their writes: the shorter sequencer is padded with zeros on the right", () => {
    const written = ["0055AED6DCD902", "0055aed6dcd9020", "0055AED6DCD90281E5", "0055AED6DCE", "00FF", "01"]
    const ordered = orderedVersions(
      written.toReversed().map((sequencer) => file("incoming/a.csv", { versionId: sequencer, sequencer })),
    )
    assert.deepStrictEqual(
      ordered.map((one) => one.versionId),
      written,
    )
  })

  it("of one key are in the order of their sequencers even where their times say otherwise", () => {
    const early = file("incoming/a.csv", { versionId: "early", sequencer: "01", eventTime: "2025-03-01T12:00:00.002Z" })
    const late = file("incoming/a.csv", { versionId: "late", sequencer: "02", eventTime: "2025-03-01T12:00:00.001Z" })
    assert.deepStrictEqual(orderedVersions([late, early]), [early, late])
  })

  it("of one key are in the order of their times where one has no sequencer", () => {
    const versions = [
      file("incoming/a.csv", { versionId: "1", sequencer: "02", eventTime: "2025-03-01T12:00:00Z" }),
      file("incoming/a.csv", { versionId: "2", eventTime: "2025-03-01T12:00:00.5Z" }),
      file("incoming/a.csv", { versionId: "3", sequencer: "01", eventTime: "2025-03-01T12:00:00.501Z" }),
    ]
    assert.deepStrictEqual(orderedVersions(versions.toReversed()), versions)
  })

  const hexadecimal = Schema.String.check(Schema.isPattern(/^[0-9A-F]{1,6}$/))
  const fewVersions = Schema.Array(
    Schema.Struct({
      key: Schema.Literals(["a", "a/b", "b"]),
      sequencer: Schema.optionalKey(hexadecimal),
      millisecond: Schema.Literals(["0", "5"]),
    }),
  ).check(Schema.isMaxLength(7))

  it.effect.prop("are ordered alike whatever the order of arrival", [fewVersions, Schema.Int], ([versions, seed]) =>
    Effect.sync(() => {
      const files = versions.map(({ key, millisecond, ...rest }, index) =>
        file(key, { ...rest, versionId: `v${index}`, eventTime: `2025-03-01T12:00:00.00${millisecond}Z` }),
      )
      const shuffled = files.toSorted((one, other) => shuffle(one, seed) - shuffle(other, seed))
      const ordered = orderedVersions(shuffled)
      assert.deepStrictEqual(ordered, orderedVersions(files))
      for (const [index, one] of ordered.entries()) {
        for (const later of ordered.slice(index + 1).filter(({ key }) => key === one.key)) {
          const all = ordered.filter(({ key }) => key === one.key)
          if (all.some(({ sequencer }) => sequencer === undefined)) {
            assert.isTrue(String(one.eventTime) <= String(later.eventTime))
          } else {
            assert.isTrue(String(one.sequencer).padEnd(6, "0") <= String(later.sequencer).padEnd(6, "0"))
          }
        }
      }
    }),
  )

  it.effect.prop("give the same list whatever the order of the events", [someFiles], ([files]) =>
    Effect.sync(() => {
      assert.deepStrictEqual(identities(orderedVersions(files.toReversed())), identities(orderedVersions(files)))
    }),
  )
})

describe("an event time", () => {
  it("is in UTC", () => {
    assert.isTrue(Schema.is(EventTime)(noon))
    assert.isTrue(Schema.is(EventTime)("2025-03-01T12:00:00Z"))
    for (const wrong of ["2025-03-01T12:00:00+01:00", "2025-03-01", "2025-13-01T12:00:00Z", ""]) {
      assert.isFalse(Schema.is(EventTime)(wrong), wrong)
    }
  })

  it("names the date under which rejected files are kept", () => {
    assert.strictEqual(eventDate("2025-03-01T23:59:59.999Z"), "2025-03-01")
  })

  it("is generated by its own schema", () => {
    assert.isDefined(Arbitrary.schema(EventTime))
  })
})
