/** A preview of a deployment, for people. Pure. */
import { renderReviews } from "@pos/evolution"
import type { DeploymentPreview, TableOfPreview } from "../plan/document.ts"
import type { Locks } from "../plan/locks.ts"
import { bold, dim, green, red, yellow } from "../output/style.ts"
import { table as aligned } from "../output/table.ts"
import { bytes, count, counted } from "../output/text.ts"
import { renderRejudged } from "./rejudge.ts"

type Dataset = DeploymentPreview["datasets"][number]

const heading = ({ dataset, deployed, rollback, today }: Dataset): string => {
  if (today === null) return `${bold(dataset)} ${deployed}: no longer a dataset of this checkout`
  if (deployed === null) return `${bold(dataset)} ${today}`
  if (deployed === today) return `${bold(dataset)} ${today}`
  return `${bold(dataset)} ${deployed} → ${today}${rollback ? ", back to an earlier version" : ""}`
}

const ACTIONS: Readonly<Record<TableOfPreview["action"], (text: string) => string>> = {
  new: green,
  same: dim,
  altered: yellow,
  rebuilt: yellow,
  refused: red,
  left: dim,
}

const time = (minutes: number): string => (minutes === 0 ? "" : minutes <= 0.1 ? "seconds" : `about ${minutes} min`)

const line = ({ action, bytes: size, minutes, rows, table, why }: TableOfPreview): Array<string> => [
  `  ${table}`,
  ACTIONS[action](action),
  rows === null ? "" : count(rows),
  size === null ? "" : bytes(size),
  time(minutes),
  // The refusals stand below, and the table's name stands in front.
  action === "refused" ? "" : why.map((one) => one.replace(`KPI ${table}: `, "")).join("; "),
]

const COLUMNS = [
  { title: "  table" },
  { title: "" },
  { title: "rows", align: "right" },
  { title: "size", align: "right" },
  { title: "takes" },
  { title: "why" },
] as const

const change = ({ impact, words }: Dataset["changes"][number]): ReadonlyArray<string> => [
  `  ${impact.class}: ${words}`,
  dim(`    affects ${impact.affected.join(", ")}. ${impact.next}`),
]

/** Why a dataset must not be deployed, and what to do. */
export const renderRefused = ({ dataset, refused }: Pick<Dataset, "dataset" | "refused">): ReadonlyArray<string> =>
  refused.flatMap(({ affected, next, what }) => [
    `${red("✘")} ${dataset}: ${what}`,
    `    affects ${affected.join(", ")}. ${next}`,
  ])

const renderDataset = (dataset: Dataset): ReadonlyArray<string> => {
  const quiet = dataset.changes.length === 0 && dataset.tables.every(({ action }) => action === "same")
  if (quiet) return [`${heading(dataset)}: nothing changes`]
  return [
    heading(dataset),
    ...dataset.changes.flatMap(change),
    ...aligned([...COLUMNS], dataset.tables.map(line)),
    ...dataset.refused.flatMap((one) =>
      // What stands among the changes above has been explained there.
      dataset.changes.some(({ words }) => words === one.what)
        ? [`${red("✘")} refused: ${one.what}`]
        : renderRefused({ dataset: dataset.dataset, refused: [one] }),
    ),
  ]
}

const OLD =
  "The stack is too old to tell its contracts, or newer than this checkout: its tables alone were compared, with their keys, and no rules."

/** What `plan:check` says of the contracts that it does not let pass. */
export const renderLocks = ({ datasets }: Locks): ReadonlyArray<string> => {
  const pending = datasets.filter(({ verdict }) => verdict !== "same")
  const refused = pending.some(({ verdict }) => verdict === "refused")
  return [
    ...renderReviews(pending).trimEnd().split("\n"),
    ...(refused ? [] : ["The lock is not what the contract says. Release it first: npx nx run plan:release"]),
  ]
}

export const renderPreview = ({
  contractsKnown,
  datasets,
  deployed,
  locks,
  ok,
  rejudged,
  target,
}: DeploymentPreview): ReadonlyArray<string> => {
  const refusals = datasets.flatMap(({ refused }) => refused).length
  const why = [
    ...(locks.ok ? [] : ["a contract lacks its version, or its release"]),
    ...(refusals === 0 ? [] : [`stored rows can't follow ${counted(refusals, "change")}`]),
  ]
  return [
    deployed ? `What deploying this checkout to ${target} would do` : `Nothing is deployed to ${target} yet.`,
    ...(contractsKnown ? [] : [yellow(OLD)]),
    ...datasets.flatMap((dataset) => ["", ...renderDataset(dataset)]),
    "",
    ...(rejudged === undefined ? [] : [...renderRejudged(rejudged), ""]),
    ...(locks.ok ? [] : [...renderLocks(locks), ""]),
    ok ? `${green("✔")} It may be deployed.` : `${red("✘")} It must not be deployed: ${why.join(", and ")}.`,
  ]
}
