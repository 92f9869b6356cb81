/** The demo's page of results. Pure. */
import { bold, dim, green, red } from "../output/style.ts"
import { table } from "../output/table.ts"
import { count, counted, money } from "../output/text.ts"
import type { Found } from "./check.ts"
import type { Expected } from "./data.ts"
import type { Places } from "./document.ts"

export const NEXT = [
  { command: "npx pos kpi store_sales_per_day --date 2017-01-07", does: "the best stores of a Saturday" },
  {
    command: `npx pos sql "SELECT date, sum(revenue) AS revenue FROM sales GROUP BY date ORDER BY date"`,
    does: "revenue a day",
  },
  { command: "npx pos validate .pos/demo/broken", does: "the same verdicts offline, as a supplier sees them" },
] as const

export const renderFigures = (
  { first, last }: Expected,
  found: Found,
  differences: ReadonlyArray<string>,
): Array<string> => [
  bold(`Sales from ${first} to ${last}`),
  `  ${count(found.rows)} transactions · ${money(found.revenue)} of revenue · ${money(found.discount)} of discounts · ${count(found.units)} units`,
  ...(differences.length === 0
    ? [`  ${green("✔")} The same as computed from the source records without the platform, to the last decimal.`]
    : differences.map((difference) => `  ${red("✘")} ${difference}`)),
  ...(found.others === 0 ? [] : [dim(`  Left out: ${counted(found.others, "row")} of other sales on these days.`)]),
  "",
  bold("Top products"),
  ...table(
    [
      { title: "  product", align: "right" },
      { title: "sales", align: "right" },
      { title: "units", align: "right" },
      { title: "transactions", align: "right" },
    ],
    found.top_products.map(({ product_id, total_sales, units_sold, transactions }) => [
      `  ${product_id}`,
      money(total_sales),
      count(units_sold),
      count(transactions),
    ]),
  ),
]

export const renderPlaces = ({ files, endpoint, data, log, outputs }: Places): Array<string> => [
  bold("Where everything lies"),
  ...table(
    [{ title: "what" }, { title: "where" }],
    [
      ["  the files sent", files],
      ["  tables (Delta)", `s3://${outputs.LakeBucketName}/curated/sales, s3://${outputs.LakeBucketName}/kpi/…`],
      ["  runs and verdicts", `s3://${outputs.ResultsBucketName}/runs/`],
      ["  rejected files", `s3://${outputs.RejectedBucketName}/`],
      ["  the local AWS", endpoint],
      ["  its data and log", `${data}, ${log}`],
    ],
  ).slice(1),
]

export const renderNext = (): Array<string> => [
  bold("Try next"),
  ...NEXT.map(({ command, does }) => `  ${command}\n      ${dim(does)}`),
]

/** The last words: what to open next. */
export const renderPage = (address: string): Array<string> => [
  bold("The page, with figures, files and health"),
  `  ${address}`,
]
