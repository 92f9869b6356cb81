/** `main.ts check` and `main.ts release`: may the contracts be released as they are? And their locks, once they are. */
import { parseArgs } from "node:util"
import type { Registry } from "@pos/contract"
import { renderReviews, Review } from "@pos/evolution"
import { Effect, Schema } from "effect"
import { type CheckError, checkLocks, writeLocks } from "./locks.ts"

/** What `--json` prints. */
export const CheckDocument = Schema.Struct({
  format: Schema.Literal("pos-plan-check/1"),
  /** Whether the command succeeds. */
  ok: Schema.Boolean,
  /** The locks that were written, from the root of the repository. */
  written: Schema.Array(Schema.String),
  datasets: Schema.Array(Review),
})

export interface CheckOptions {
  readonly json: boolean
  /** Contracts that may be released but are not yet fail, too. */
  readonly released: boolean
  /** Write the locks when nothing is refused. */
  readonly accept: boolean
}

export interface Answer {
  readonly text: string
  readonly exitCode: 0 | 1
}

const UNRELEASED = "The lock is not what the contract says. Release it first: npx nx run plan:release\n"

/** Compares, writes what may be written, and tells what it found. */
export const check = (root: string, entries: Registry, options: CheckOptions): Effect.Effect<Answer, CheckError> =>
  Effect.gen(function* () {
    const compared = yield* checkLocks(root, entries)
    const datasets = compared.map((one) => one.review)
    const written = options.accept ? yield* writeLocks(root, compared) : []
    const refused = datasets.some(({ verdict }) => verdict === "refused")
    const pending = datasets.some(({ verdict }) => verdict === "pending") && !options.accept
    const unreleased = !refused && pending && options.released
    const ok = !refused && !unreleased
    const document = { format: "pos-plan-check/1", ok, written, datasets } as const
    const text = options.json
      ? `${JSON.stringify(yield* Effect.orDie(Schema.encodeUnknownEffect(CheckDocument)(document)), null, 2)}\n`
      : [
          renderReviews(datasets, { written }),
          ...(unreleased ? [UNRELEASED] : []),
          ...written.map((path) => `wrote ${path}\n`),
        ].join("")
    return { text, exitCode: ok ? 0 : 1 }
  })

/** The options that the arguments mean; throws a sentence where they mean none. */
export const checkOptions = (command: "check" | "release", args: ReadonlyArray<string>): CheckOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      released: { type: "boolean", default: false },
      accept: { type: "boolean", default: false },
    },
  })
  return { json: values.json, released: values.released, accept: values.accept || command === "release" }
}
