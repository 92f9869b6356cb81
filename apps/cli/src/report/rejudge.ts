/** What files would be judged as by another contract, for people. Pure. */
import { dim, green, red, yellow } from "../output/style.ts"
import { table as aligned } from "../output/table.ts"
import { count, counted } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import type { Difference, Flip, OfDataset, OfKpi, Rejudged } from "../rejudge/document.ts"

/** Reasons of a file that are shown. */
const REASONS = 3

const renderDataset = ({
  dataset,
  files,
  gone,
  newlyAccepted,
  newlyRejected,
  rows,
  runs,
}: OfDataset): Array<string> => [
  `  ${dataset}`,
  count(runs),
  count(files),
  count(gone),
  newlyRejected === 0 ? "0" : red(count(newlyRejected)),
  newlyAccepted === 0 ? "0" : green(count(newlyAccepted)),
  count(rows.newlyInvalid),
  count(rows.newlyValid),
]

const COUNTS = [
  { title: "  dataset" },
  { title: "runs", align: "right" },
  { title: "files", align: "right" },
  { title: "gone", align: "right" },
  { title: "newly rejected", align: "right" },
  { title: "newly accepted", align: "right" },
  { title: "rows newly invalid", align: "right" },
  { title: "newly valid", align: "right" },
] as const

const renderFlip = ({ after, file, reasons, runId }: Flip): ReadonlyArray<string> => {
  const now = after === "rejected"
  const shown = reasons.slice(0, REASONS)
  return [
    `  ${now ? red("✘") : green("✔")} ${visible(file)} ${dim(`run ${runId}`)} ${now ? "would be rejected" : "would be accepted; today it is rejected"}`,
    ...shown.map(({ code, count: often, message }) =>
      dim(`      ${visible(message)}${often > 1 ? ` (${count(often)} times)` : ""}  [${code}]`),
    ),
    ...(reasons.length > shown.length
      ? [dim(`      … and ${counted(reasons.length - shown.length, "more reason")}`)]
      : []),
  ]
}

const VALUES = [
  { title: "  KPI" },
  { title: "row" },
  { title: "measure" },
  { title: "today", align: "right" },
  { title: "then", align: "right" },
  { title: "difference", align: "right" },
] as const

const renderDifference = ({ after, before, difference, group, kpi, measure }: Difference): Array<string> => [
  `  ${kpi}`,
  Object.values(group)
    .map((value) => visible(value ?? "–"))
    .join(" "),
  measure,
  visible(before ?? "–"),
  visible(after ?? "–"),
  difference === null ? "" : difference.startsWith("-") ? difference : `+${difference}`,
]

const more = (all: number, shown: number, what: string): ReadonlyArray<string> =>
  all > shown ? [dim(`  … and ${counted(all - shown, `more ${what}`)}: --limit 0 shows all`)] : []

const renderKpis = (kpis: ReadonlyArray<OfKpi>): ReadonlyArray<string> =>
  kpis.flatMap(({ kpi, notCompared, stale }) => [
    ...(notCompared === null ? [] : [dim(`  ${kpi} is not compared: ${notCompared}`)]),
    ...(stale === 0
      ? []
      : [yellow(`  ${kpi}: ${counted(stale, "date")} could not be computed by one of the contracts`)]),
  ])

export const renderRejudged = ({
  datasets,
  differences,
  flips,
  kpis,
  notCompared,
  since,
}: Rejudged): ReadonlyArray<string> => {
  const flipped = datasets.reduce((sum, { newlyAccepted, newlyRejected }) => sum + newlyAccepted + newlyRejected, 0)
  const changed = kpis.reduce((sum, kpi) => sum + kpi.differences, 0)
  const gone = datasets.reduce((sum, dataset) => sum + dataset.gone, 0)
  const left = notCompared.map((dataset) => dim(`  ${dataset} is not judged: only one of the two contracts has it`))
  if (datasets.length === 0)
    return [`Files since ${since}: no dataset is judged differently, so that none was read.`, ...left]
  return [
    `Files since ${since}, judged and loaded by both contracts:`,
    ...aligned([...COUNTS], datasets.map(renderDataset)),
    ...left,
    ...(gone === 0 ? [] : [dim(`  ${counted(gone, "file")} gone: no longer kept, or nobody can read them`)]),
    "",
    flipped === 0 ? "No verdict would be another one." : `${counted(flipped, "verdict")} would be another one:`,
    ...flips.flatMap(renderFlip),
    ...more(flipped, flips.length, "verdict"),
    "",
    changed === 0
      ? "No KPI value of these files would be another one."
      : `${counted(changed, "KPI value")} of these files would be another one:`,
    ...(differences.length === 0 ? [] : aligned([...VALUES], differences.map(renderDifference))),
    ...more(changed, differences.length, "value"),
    ...renderKpis(kpis),
  ]
}
