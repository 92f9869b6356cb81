/** What must hold before a checkout is deployed over a lake. */
import { ObjectStore } from "@pos/aws"
import type { Contracts } from "@pos/evolution"
import { Effect, Layer } from "effect"
import { Refused } from "../errors.ts"
import { checkLocks } from "../plan/locks.ts"
import { previewTables } from "../plan/preview.ts"
import { renderLocks, renderRefused } from "../report/plan.ts"
import { connectionTo } from "../target/connection.ts"
import type { Target } from "../target/target.ts"

/** The contracts against their locks; fails where a change lacks its version. */
export const demandVersions = Effect.fn("demandVersions")(function* () {
  const locks = yield* checkLocks({ released: false })
  if (locks.ok) return
  return yield* new Refused({
    problem: `Nothing was deployed, since a contract lacks the version that its changes need.\n${renderLocks(locks).join("\n")}`,
    remedy: "",
  })
})

/** The contracts against the tables of the lake; fails where their rows can't follow. */
export const demandTables = Effect.fn("demandTables")(function* (target: Target, today: Contracts) {
  const store = ObjectStore.layer.pipe(Layer.provide(connectionTo(target)))
  const { datasets } = yield* previewTables(target, today).pipe(Effect.provide(store))
  const refused = datasets.flatMap(renderRefused)
  if (refused.length === 0) return
  return yield* new Refused({
    problem: `Nothing was deployed, since rows that are stored can't follow.\n${refused.join("\n")}`,
    remedy:
      "All that deploying would do: pos plan. To throw this laptop's data away instead: pos stop, then delete .pos/data",
  })
}, Effect.scoped)
