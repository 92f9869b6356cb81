import { Effect, Schema } from "effect"
import { Digest } from "effect/crypto"
import { type EventTime, compactTime } from "./event-time.ts"
import { type ManifestFile, identityOf } from "./file-version.ts"

/** `<yyyymmddThhmmssmmmZ>-<12 hexadecimal digits>`: a run's id, and the name of its execution. */
export const RunId = Schema.String.check(
  Schema.isPattern(/^\d{8}T\d{9}Z-[0-9a-f]{12}$/u, {
    expected: "a run id such as 20250301T060000123Z-0123456789ab",
  }),
).annotate({ identifier: "RunId" })
export type RunId = typeof RunId.Type

/**
 * The id of the run over `files`: the event time and a hash of the versions, whatever their order. The same versions
 * therefore start the same execution, and Step Functions refuses the second.
 */
export const runIdOf = Effect.fnUntraced(function* (
  eventTime: EventTime,
  files: ReadonlyArray<ManifestFile>,
): Effect.fn.Return<RunId, never, Digest.Digest> {
  const digest = yield* Digest.Digest
  const versions = [...new Set(files.map(identityOf))].toSorted().join("\n")
  const hash = yield* digest.digestHex(Digest.sha256, new TextEncoder().encode(versions))
  return `${compactTime(eventTime)}-${hash.slice(0, 12)}`
})
