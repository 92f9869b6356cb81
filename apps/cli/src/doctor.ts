/** The checks of a deployment that change nothing, on the target of a command. */
import { builtFiles, CheckResult, Checkout, Clients, Deployment, harmless, runChecks } from "@pos/deployment"
import { Plan } from "@pos/sql"
import { Effect, Layer, Schema } from "effect"
import { explainAws } from "./aws.ts"
import { InvalidRequest } from "./errors.ts"
import { Progress } from "./output/progress.ts"
import { connectionTo } from "./target/connection.ts"
import type { Target } from "./target/target.ts"
import { readPlanAs } from "./workspace/plan.ts"
import { Workspace } from "./workspace/workspace.ts"

/** What `pos doctor --json` prints. Scripts rely on this shape; it may only grow. */
export const Examination = Schema.Struct({
  stack: Schema.String,
  passed: Schema.Boolean,
  checks: Schema.Array(CheckResult),
})

/** What this folder would deploy. */
const readCheckout = Effect.gen(function* () {
  const workspace = yield* Workspace
  const { plan } = yield* readPlanAs(Schema.fromJsonString(Plan))
  return { plan, files: builtFiles(workspace.path("apps")) }
})

/** The results, in the order of the checks. Fails only when the stack itself can't be found. */
export const examine = Effect.fn("examine")(
  function* (target: Target, stack: string) {
    const progress = yield* Progress
    const checkout = yield* readCheckout
    const services = Deployment.layer(stack).pipe(
      Layer.provideMerge(Clients.layer),
      Layer.provide(connectionTo(target)),
      Layer.provideMerge(Layer.succeed(Checkout, checkout)),
    )
    return yield* runChecks(harmless, {
      begins: ({ title }) => progress.step(`Checking: ${title} …`),
      ended: () => progress.clear,
    }).pipe(Effect.provide(services))
  },
  Effect.catchTag("NotOurs", (cause) => new InvalidRequest({ problem: cause.message, remedy: "Deploy it again." })),
  explainAws,
)
