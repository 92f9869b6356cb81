/** `pos export`: a KPI table as a file for other programs. */
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { InvalidRequest } from "../errors.ts"
import { Exported, Format } from "../export/document.ts"
import { exportRows } from "../export/export.ts"
import { checkPlace } from "../export/place.ts"
import { findKpi, readKpi } from "../kpi.ts"
import { jsonAs } from "../output/json.ts"
import { bold, dim } from "../output/style.ts"
import { bytes, counted } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import { resolveTarget } from "../target/target.ts"
import { kpisOf, readPlan } from "../workspace/plan.ts"
import * as flags from "./flags.ts"

const form = (name: Format, words: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(words), Flag.withDefault(false))

export const exportKpi = Command.make(
  "export",
  {
    name: Argument.String("name").pipe(Argument.withDescription("The KPI, or the beginning of its name")),
    csv: form("csv", "CSV for spreadsheets: a text that one would take for a formula stays a text"),
    parquet: form("parquet", "Parquet, for other programs"),
    xlsx: form("xlsx", "An Excel workbook of one sheet"),
    arrow: form("arrow", "An Arrow file (Feather, version 2), for other programs"),
    out: Flag.String("out").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Where the file goes (default: the KPI's name, in this folder)"),
      Flag.optional,
    ),
    overwrite: flags.overwrite,
    date: flags.date,
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ name, out, overwrite, date, json, stack, ...forms }) {
    const format = yield* oneFormat(forms)
    const { plan } = yield* readPlan()
    const kpi = yield* findKpi(kpisOf(plan), name)
    const file = Option.getOrElse(out, () => `${kpi.name}.${format}`)
    yield* checkPlace({ file, overwrite })
    const { lake } = yield* resolveTarget(stack)
    const rows = yield* readKpi(yield* lake, kpi, { date, limit: 0 })
    const exported = yield* exportRows(rows, { kpi: kpi.name, format, file, overwrite })
    yield* Console.log(json ? yield* jsonAs(Exported, exported) : told(exported))
  }, Effect.scoped),
).pipe(
  Command.withDescription("Write a KPI table, with its ratios, into a file for other programs."),
  Command.withShortDescription("Write a KPI into a file"),
  Command.withExamples([
    { command: "pos export store_sales_per_day --xlsx", description: "For Excel" },
    {
      command: "pos export store_sales_per_day --parquet --out sales.parquet",
      description: "For a notebook",
    },
  ]),
)

const oneFormat = (forms: Readonly<Record<Format, boolean>>) => {
  const [format, ...others] = Format.literals.filter((one) => forms[one])
  return format === undefined || others.length > 0
    ? Effect.fail(
        new InvalidRequest({
          problem: `The file can have one format${format === undefined ? "" : `, not ${others.length + 1}`}.`,
          remedy: "Give one of --csv, --parquet, --xlsx and --arrow.",
        }),
      )
    : Effect.succeed(format)
}

const told = ({ asText, bytes: size, file, guarded, rows }: Exported): string =>
  [
    `${bold(visible(file))} ${dim(`${counted(rows, "row")}, ${bytes(size)}`)}`,
    ...(guarded === 0
      ? []
      : [
          `${counted(guarded, "cell")} would have been taken for a formula: a ' stands in front. Unchanged: pos kpi --csv.`,
        ]),
    ...(asText.length === 0
      ? []
      : [`Texts, as a spreadsheet keeps 15 digits of a number: ${asText.map(visible).join(", ")}.`]),
  ].join("\n")
