/** `pos plan`: what deploying this checkout would do, before it does it. */
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { explainAws } from "../aws.ts"
import { Unsuccessful } from "../errors.ts"
import { jsonAs } from "../output/json.ts"
import type { DeploymentPreview } from "../plan/document.ts"
import type { Wanted } from "../rejudge/rejudge.ts"
import { findTarget, type Target } from "../target/target.ts"
import * as flags from "./flags.ts"

export const plan = Command.make(
  "plan",
  {
    released: Flag.Boolean("released").pipe(
      Flag.withDescription("Also refuse contracts whose locks are not what they say, as a deployment does"),
      Flag.withDefault(false),
    ),
    rejudge: flags.moment(
      "rejudge",
      "Also judge the files again that came at this time or later, by both contracts: which verdicts and KPI values would be others?",
    ),
    limit: flags.limit,
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ json, limit, rejudge, released, stack }) {
    const target = yield* findTarget(stack).pipe(
      Effect.catchTag("StackMissing", (error) =>
        Effect.succeed({ name: `the stack ${error.stack}`, missing: true } as const),
      ),
      explainAws,
    )
    const { builtContracts } = yield* Effect.promise(() => import("../plan/contracts.ts"))
    const { DeploymentPreview: Document } = yield* Effect.promise(() => import("../plan/document.ts"))
    const { checkLocks } = yield* Effect.promise(() => import("../plan/locks.ts"))
    const { previewFirst, previewTables } = yield* Effect.promise(() => import("../plan/preview.ts"))
    const { renderPreview } = yield* Effect.promise(() => import("../report/plan.ts"))
    const { services } = yield* Effect.promise(() => import("../ingest.ts"))
    const today = yield* builtContracts
    const locks = yield* checkLocks({ released })
    const tables =
      "missing" in target
        ? previewFirst(today)
        : yield* previewTables(target, today).pipe(Effect.provide(services(target)))
    const rejudged =
      "missing" in target || Option.isNone(rejudge)
        ? undefined
        : yield* judgedAgain(target, { since: rejudge.value, limit: flags.rowsOf(limit, { json }) })
    const found: DeploymentPreview = {
      format: "pos-deployment-preview/1",
      target: target.name,
      ok: locks.ok && tables.datasets.every(({ refused }) => refused.length === 0),
      locks,
      deployed: !("missing" in target),
      ...tables,
      ...(rejudged === undefined ? {} : { rejudged }),
    }
    yield* Console.log(json ? yield* jsonAs(Document, found) : renderPreview(found).join("\n"))
    if (!found.ok) return yield* new Unsuccessful()
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Show what deploying this checkout would do to the local AWS or a deployed stack, without doing it: the contracts' " +
      "changes, which tables are altered or computed again, how large they are and how long that takes, and what is " +
      "refused, since the stored rows can't follow. Exit code 1: something is refused.",
  ),
  Command.withShortDescription("Show what a deployment would change"),
  Command.withExamples([
    { command: "pos plan", description: "Against the local AWS" },
    { command: "pos plan --stack pos-prod", description: "Against a deployed stack" },
    {
      command: "pos plan --rejudge 2026-03-01",
      description: "And what of the files since then would be judged differently?",
    },
  ]),
)

const judgedAgain = Effect.fnUntraced(function* (target: Target, wanted: Wanted) {
  const { rejudge } = yield* Effect.promise(() => import("../rejudge/rejudge.ts"))
  const { services } = yield* Effect.promise(() => import("../repair/repair.ts"))
  return yield* rejudge(target, wanted).pipe(Effect.provide(services(target)))
})
