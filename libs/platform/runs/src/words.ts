/** What programs for people need of a plan's words. */
import { dirname, join } from "node:path"
import { Effect, FileSystem, Schema } from "effect"

const Told = Schema.Struct({ name: Schema.String, description: Schema.String })

/** A narrow view: the compiler owns the whole, and programs must not break when it grows. */
const PlanWords = Schema.Struct({
  datasets: Schema.Record(
    Schema.String,
    Schema.Struct({
      reasons: Schema.Record(Schema.String, Schema.Struct({ meaning: Schema.String, remedy: Schema.String })),
      tables: Schema.Struct({ kpis: Schema.Array(Told) }),
    }),
  ),
})
type PlanWords = typeof PlanWords.Type

/**
 * The words of the plan at this path: those beside it, or its own, as a plan of an earlier release has them. A plan that was
 * put somewhere without its words has none.
 */
export const readWords = Effect.fn("readWords")(function* (plan: string) {
  const fs = yield* FileSystem.FileSystem
  const read = (path: string) =>
    fs.readFileString(path).pipe(Effect.flatMap(Schema.decodeUnknownEffect(Schema.fromJsonString(PlanWords))))
  return yield* read(join(dirname(plan), "words.json")).pipe(
    Effect.catch(() => read(plan)),
    Effect.orElseSucceed((): PlanWords => ({ datasets: {} })),
  )
})

/**
 * What to do about each reason, in the words of the dataset that a file is of; of the default one, where a run of an earlier
 * release names none.
 */
export const remediesOf =
  ({ datasets }: PlanWords, { defaultDataset }: { readonly defaultDataset: string }) =>
  (dataset: string | undefined): PlanWords["datasets"][string]["reasons"] =>
    (datasets[dataset ?? defaultDataset] ?? datasets[defaultDataset])?.reasons ?? {}

/** What a KPI says. */
export const descriptionOf = (
  { datasets }: PlanWords,
  kpi: { readonly dataset: string; readonly name: string },
): string => datasets[kpi.dataset]?.tables.kpis.find(({ name }) => name === kpi.name)?.description ?? ""
