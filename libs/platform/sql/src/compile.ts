/** From a contract to a plan: everything that the jobs and the stack need, as one value. */
import { type Dataset, type Field, fileReasons, type Kpi, rowReasons, unexpectedColumn } from "@pos/contract"
import { Effect } from "effect"
import { contentHash } from "./canonical.ts"
import type { UnsupportedInDialect } from "./errors.ts"
import type { Plan } from "./plan.ts"
import { curatedTable, kpiTable, tableType } from "./tables.ts"
import { exactValidation } from "./validation/exact.ts"
import { fastValidation } from "./validation/fast.ts"

type PlanColumn = Plan["columns"][number]

const inputOf = ({ column: { kind } }: Field): PlanColumn["input"] => (kind === "date" ? "text" : kind)

const planColumn = (field: Field): PlanColumn => ({
  name: field.name,
  input: inputOf(field),
  type: tableType(field.column),
  required: field.required,
  description: field.description,
  ...(field.unit === undefined ? {} : { unit: field.unit }),
})

/** The words of every code that a run can report, the rules' own included. */
export const reasonsOf = (data: Dataset): Plan["reasons"] => ({
  ...fileReasons,
  unexpected_column: unexpectedColumn(data.policies.unexpectedColumn),
  ...rowReasons,
  ...Object.fromEntries(
    data.rules.map((rule) => [rule.id, { scope: "row", severity: rule.severity, ...rule.words } as const]),
  ),
})

/** Compiles a dataset and its KPIs; fails when a check or an expression has no equal in one of the engines. */
export const compile = (data: Dataset, kpis: ReadonlyArray<Kpi>): Effect.Effect<Plan, UnsupportedInDialect> =>
  Effect.gen(function* () {
    const fast = yield* fastValidation(data)
    const exact = yield* exactValidation(data)
    const tables = { curated: curatedTable(data), kpis: kpis.map(kpiTable) }
    const plan = {
      format: "pos-plan/1",
      contract: { name: data.name, version: data.version, description: data.description },
      columns: data.fields.map(planColumn),
      key: [...data.key],
      policies: data.policies,
      businessDate: data.businessDate,
      reasons: reasonsOf(data),
      validation: { fast, exact },
      tables,
    } as const
    return { ...plan, hash: contentHash(plan) }
  })
