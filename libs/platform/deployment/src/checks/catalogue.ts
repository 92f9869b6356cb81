/** Whether the catalogue has the plan's tables. */
import { paginateGetTables, type Table } from "@aws-sdk/client-glue"
import { toAwsError } from "@pos/aws"
import { tablesOf } from "@pos/sql"
import { Effect } from "effect"
import { type Check, listed, Problem } from "../check.ts"
import { Checkout } from "../checkout.ts"
import { Clients } from "../clients.ts"
import { Deployment } from "../deployment.ts"
import { counted } from "../internal/text.ts"

/** A table of the catalogue, as far as the plan says what it must be. */
export interface CatalogueTable {
  readonly name: string
  readonly location: string
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
}

/** What differs between the catalogue and the plan, a sentence each. */
export const differences = (
  found: ReadonlyArray<CatalogueTable>,
  wanted: ReturnType<typeof tablesOf>,
  lake: string,
): ReadonlyArray<string> => {
  const names = new Set<string>(wanted.map(({ name }) => name))
  return [
    ...wanted.flatMap((table) => {
      const own = found.find(({ name }) => name === table.name)
      if (own === undefined) return [`the table ${table.name} is missing`]
      const location = `s3://${lake}/${table.path}/`
      return [
        ...columnDifferences(table.name, own.columns, table.columns),
        ...(own.location === location ? [] : [`${table.name} points to ${own.location}, not to ${location}`]),
      ]
    }),
    ...found.filter(({ name }) => !names.has(name)).map(({ name }) => `the plan has no table ${name}`),
  ]
}

type Columns = CatalogueTable["columns"]

const columnDifferences = (table: string, found: Columns, wanted: Columns): ReadonlyArray<string> => {
  const types = new Map(found.map(({ name, type }) => [name, type]))
  const names = new Set(wanted.map(({ name }) => name))
  const faults = [
    ...wanted.flatMap(({ name, type }) => {
      const own = types.get(name)
      if (own === undefined) return [`${table} lacks the column ${name}`]
      return own === type ? [] : [`${table}.${name} is ${own}, not ${type}`]
    }),
    ...found
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => `${table} has a column ${name} that the plan lacks`),
  ]
  if (faults.length > 0 || found.every(({ name }, at) => wanted[at]?.name === name)) return faults
  return [`the columns of ${table} are in another order`]
}

export const catalogue: Check<Deployment | Checkout | Clients> = {
  name: "catalogue",
  title: "tables of the catalogue are the plan's",
  prove: Effect.gen(function* () {
    const { outputs, stage } = yield* Deployment
    const { plan } = yield* Checkout
    const found = yield* catalogueTables(outputs.DatabaseName)
    const faults = differences(found, tablesOf(plan), outputs.LakeBucketName)
    if (faults.length === 0) {
      const columns = found.reduce((sum, table) => sum + table.columns.length, 0)
      return `${counted(found.length, "table")} with ${counted(columns, "column")} in ${outputs.DatabaseName}`
    }
    return yield* new Problem({
      what: `The catalogue ${outputs.DatabaseName} differs from the plan: ${listed(faults)}.`,
      next:
        stage === "local"
          ? "Deploy it again: pos stop, then pos start."
          : "Put it right in Glue (aws glue update-table): CloudFormation does not see what was changed by hand.",
    })
  }),
}

const catalogueTables = Effect.fnUntraced(function* (database: string) {
  const { glue } = yield* Clients
  return yield* Effect.tryPromise({
    try: async () => {
      const found: Array<CatalogueTable> = []
      for await (const page of paginateGetTables({ client: glue }, { DatabaseName: database })) {
        found.push(...(page.TableList ?? []).map(fromGlue))
      }
      return found
    },
    catch: (cause) => toAwsError(`reading the tables of ${database} in the Glue catalogue`, cause),
  })
})

const fromGlue = ({ Name = "", StorageDescriptor }: Table): CatalogueTable => ({
  name: Name,
  location: StorageDescriptor?.Location ?? "",
  columns: (StorageDescriptor?.Columns ?? []).map((column) => ({ name: column.Name ?? "", type: column.Type ?? "" })),
})
