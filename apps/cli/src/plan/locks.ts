/** The contracts of this checkout against their locks, as `nx run plan:check` compares them. */
import { Review } from "@pos/evolution"
import { Effect, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"

export const Locks = Schema.Struct({
  /** Whether nothing is refused and, where that was asked for, everything released. */
  ok: Schema.Boolean,
  datasets: Schema.Array(Review),
})
export type Locks = typeof Locks.Type

/** `released`: contracts that may be released but are not yet are refused, too. */
export const checkLocks = Effect.fn("checkLocks")(
  function* ({ released }: { readonly released: boolean }) {
    const workspace = yield* Workspace
    const { complaints, output } = yield* runToEnd({
      program: process.execPath,
      args: [
        "--conditions=@pos/source",
        workspace.path("apps/plan/src/main.ts"),
        "check",
        "--json",
        ...(released ? ["--released"] : []),
      ],
      cwd: workspace.path("apps/plan"),
      env: {},
      progress: () => "Comparing the contracts with their locks …",
    })
    return yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Locks))(output).pipe(
      Effect.mapError(
        () =>
          new Unavailable({
            problem: `plan:check gave no answer: ${complaints.join("\n")}`,
            remedy: "All that it says: npx nx run plan:check",
          }),
      ),
    )
  },
  Effect.catchTag(
    "PlatformError",
    (cause) => new Unavailable({ problem: `plan:check did not start: ${cause.message}`, remedy: "", cause }),
  ),
)
