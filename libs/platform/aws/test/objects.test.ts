/** Objects in S3, against one that the tests play. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"
import { ObjectStore } from "@pos/aws"
import { type Answer, asked, aws, failure } from "./answers.ts"

const page = (key: string, next?: string): Answer => ({
  body: `<ListBucketResult><Contents><Key>${key}</Key><Size>3</Size><ETag>"e"</ETag></Contents><IsTruncated>${next !== undefined}</IsTruncated>${
    next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`
  }</ListBucketResult>`,
})
const replace = (seen: Option.Option<string>) =>
  ObjectStore.use((store) => store.replace({ bucket: "b", key: "k" }, "{}", "application/json", seen))
const version = (id: string) =>
  `<Version><Key>k</Key><VersionId>${id}</VersionId><IsLatest>${id === "2"}</IsLatest><Size>1</Size><ETag>"e"</ETag></Version>`

describe("objects", () => {
  it.live("are written, and the version is told", () =>
    Effect.gen(function* () {
      const put = ObjectStore.use((store) => store.put({ bucket: "b", key: "k/é.json" }, "{}", "application/json"))
      const version = yield* aws(put, { headers: { "x-amz-version-id": "v7" } })
      assert.deepStrictEqual(version, Option.some("v7"))
      assert.strictEqual(asked[0]?.body, "{}")
      assert.match(asked[0]?.url ?? "", /^\/b\/k\/%C3%A9\.json/)
    }),
  )

  it.live("are replaced only where they are those that were seen", () =>
    Effect.gen(function* () {
      yield* aws(replace(Option.some('"tag"')), {})
      yield* aws(replace(Option.none()), {})
      assert.deepStrictEqual(
        asked.map(({ ifMatch, ifNoneMatch }) => [ifMatch, ifNoneMatch]),
        [
          ['"tag"', undefined],
          [undefined, "*"],
        ],
      )
      for (const [code, status] of [
        ["PreconditionFailed", 412],
        ["ConditionalRequestConflict", 409],
        ["NoSuchKey", 404],
      ] as const) {
        const error = yield* Effect.flip(aws(replace(Option.some('"tag"')), failure(code, status)))
        assert.strictEqual(error._tag, "ObjectChanged", code)
        assert.strictEqual(error.message, "s3://b/k has changed meanwhile")
      }
      const error = yield* Effect.flip(aws(replace(Option.none()), failure("AccessDenied", 403)))
      assert.strictEqual(error._tag, "AwsError")
    }),
  )

  it.live("are asked for again when an answer ends in the middle, a few times", () =>
    Effect.gen(function* () {
      const whole = { body: "0123456789" }
      const get = ObjectStore.use((store) => store.get({ bucket: "b", key: "k", versionId: "v1" }))
      const bytes = yield* aws(get, { ...whole, cut: 4 }, { ...whole, cut: 0 }, whole)
      assert.strictEqual(new TextDecoder().decode(bytes), "0123456789")
      assert.lengthOf(asked, 3)
      assert.isTrue(asked.every(({ url }) => url.includes("versionId=v1")))
      asked.length = 0
      const error = yield* Effect.flip(aws(get, ...Array.from({ length: 9 }, () => ({ ...whole, cut: 4 }))))
      assert.strictEqual(error._tag, "AwsError")
      assert.isTrue(error._tag === "AwsError" && error.retryable)
      assert.lengthOf(asked, 5)
    }),
  )

  it.live("are read piece by piece where they are large", () =>
    Effect.gen(function* () {
      const place = { bucket: "b", key: "k" }
      const get = ObjectStore.use((store) => store.get({ ...place, piece: { start: 8, length: 4 } }))
      yield* aws(get, { status: 206, body: "89ab" })
      assert.strictEqual(asked[0]?.range, "bytes=8-11")
      asked.length = 0
      yield* aws(
        ObjectStore.use((store) => store.get(place)),
        { body: "0123456789abcdef" },
      )
      assert.isUndefined(asked[0]?.range)
    }),
  )

  it.live("that are not there are an error of their own", () =>
    Effect.gen(function* () {
      const get = ObjectStore.use((store) => store.get({ bucket: "b", key: "k" }))
      const error = yield* Effect.flip(aws(get, failure("NoSuchKey", 404)))
      assert.strictEqual(error._tag, "ObjectMissing")
      assert.strictEqual(error.message, "s3://b/k is not there")
    }),
  )

  it.live("are listed to the last page", () =>
    Effect.gen(function* () {
      const list = ObjectStore.use((store) => Stream.runCollect(store.list("b", "incoming/")))
      const found = yield* aws(list, page("incoming/1", "more"), page("incoming/2"))
      assert.deepStrictEqual(
        found.map(({ key }) => key),
        ["incoming/1", "incoming/2"],
      )
      assert.include(asked[1]?.url, "continuation-token=more")
    }),
  )

  it.live("are listed from a key on", () =>
    Effect.gen(function* () {
      yield* aws(
        ObjectStore.use((store) => Stream.runCollect(store.list("b", "runs/", "runs/2026"))),
        page("runs/20260301"),
      )
      assert.include(asked[0]?.url, "start-after=runs%2F2026")
    }),
  )

  it.live("have all their versions listed, page by page, without delete markers", () =>
    Effect.gen(function* () {
      const list = ObjectStore.use((store) => Stream.runCollect(store.versions("b", "k")))
      const found = yield* aws(
        list,
        {
          body: `<ListVersionsResult>${version("2")}<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker></ListVersionsResult>`,
        },
        {
          body: `<ListVersionsResult>${version("1")}<DeleteMarker><Key>k</Key><VersionId>0</VersionId></DeleteMarker><IsTruncated>false</IsTruncated></ListVersionsResult>`,
        },
      )
      assert.deepStrictEqual(
        found.map(({ latest, versionId }) => [versionId, latest]),
        [
          ["2", true],
          ["1", false],
        ],
      )
      assert.include(asked[1]?.url, "version-id-marker=2")
    }),
  )
})
