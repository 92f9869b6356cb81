/** `node --conditions=@pos/source kpi.mjs KPIS.ts`: the KPIs that a module lists, and what it exports them as, as JSON on standard output. */
import { fieldsOf, PERIOD_COLUMN } from "@pos/contract"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"

const exported = await import(pathToFileURL(resolve(process.argv[2])).href)
const constants = new Map(Object.entries(exported).map(([constant, value]) => [value, constant]))
const kpis = exported.kpis.map((kpi) => ({
  constant: constants.get(kpi) ?? null,
  name: kpi.name,
  period: PERIOD_COLUMN[kpi.grain],
  sums: kpi.measures.filter(({ aggregate }) => /^(sum|count)/.test(aggregate.op)).map(({ name }) => name),
  columns: fieldsOf(kpi.stored).map((field) => ({
    name: field.name,
    kind: field.column.kind,
    required: field.required,
    values: field.column.kind === "oneOf" ? field.column.values : [],
  })),
}))
process.stdout.write(JSON.stringify(kpis))
