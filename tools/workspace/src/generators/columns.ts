/** What a generated rule or KPI may do with a column of the row. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"

/** A column of the row: its name, its kind as the contract calls it, and whether every row has it. */
export interface RowColumn {
  readonly name: string
  readonly kind: string
  readonly required: boolean
}

/** The columns of the row that `model` (a file's path) exports as `name`, read by running it as the plan's build does. */
export const columnsOf = (workspace: string, model: string, name: string): ReadonlyArray<RowColumn> => {
  const script = join(import.meta.dirname, "row.mjs")
  const node = join(workspace, "node_modules/.bin/node")
  const answer = execFileSync(node, ["--conditions=@pos/source", script, join(workspace, model), name], {
    cwd: join(workspace, "tools/workspace"),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  })
  return JSON.parse(answer) as ReadonlyArray<RowColumn>
}

/** The column of that name; throws a sentence that lists those there are. */
export const columnNamed = (columns: ReadonlyArray<RowColumn>, name: string | undefined): RowColumn => {
  const names = columns.map((column) => column.name).join(", ")
  if (name === undefined) throw new Error(`Say which column is at fault with --column=COLUMN: the row has ${names}.`)
  const found = columns.find((column) => column.name === name)
  if (found !== undefined) return found
  throw new Error(`There is no column "${name}": the row has ${names}.`)
}

/** A condition on the column that type-checks, to begin with: which bound, which text is for the author to say. */
export const conditionOn = ({ name, kind, required }: RowColumn, row: string): string => {
  const column = `${row}.${name}`
  switch (kind) {
    case "text":
    case "oneOf":
      return `Expr.gt(Expr.length(${required ? column : `Expr.coalesce(${column}, "")`}), 1_000)`
    case "date":
      return `Expr.eq(${required ? column : `Expr.coalesce(${column}, "")`}, "1900-01-01")`
    case "boolean":
      return `Expr.not(${required ? column : `Expr.coalesce(${column}, true)`})`
    default:
      return `Expr.gt(${required ? column : `Expr.coalesce(${column}, 0)`}, 1_000_000)`
  }
}

/** The kinds of column that can name a group: the contract takes no other (`Dimension`). */
const GROUPING: ReadonlySet<string> = new Set(["integer", "text", "oneOf", "date", "boolean"])

/** The columns that rows can be grouped by: those in which each row has a value that can name a group. */
export const groupable = (columns: ReadonlyArray<RowColumn>): ReadonlyArray<string> =>
  columns.filter(({ kind, required }) => required && GROUPING.has(kind)).map(({ name }) => name)

/** The column of that name, by which rows can be grouped; throws a sentence that lists those for which they can. */
export const groupingColumn = (columns: ReadonlyArray<RowColumn>, name: string): string => {
  const found = columnNamed(columns, name).name
  const able = groupable(columns)
  if (able.includes(found)) return found
  throw new Error(`Rows can't be grouped by ${found}. These can be used: ${able.join(", ")}.`)
}
