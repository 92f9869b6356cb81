/** What a workflow or a composite action may not do. Each breach is a sentence with its file. */
import { parse } from "yaml"

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: unknown
  readonly uses?: string
  readonly steps?: ReadonlyArray<Step>
}

interface Document {
  readonly on?: unknown
  readonly permissions?: unknown
  readonly jobs?: Readonly<Record<string, Job>>
  readonly runs?: { readonly steps?: ReadonlyArray<Step> }
}

/** A commit, and the version that it is, for people and for Dependabot. */
const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

/** What a workflow may be allowed to write: a token that is exchanged for a role's credentials. */
const writable = new Set(["id-token"])

/** Breaches in one file of `.github`, by its text. */
export const workflowBreaches = (file: string, text: string): ReadonlyArray<string> => {
  const document = parse(text) as Document
  const steps = [
    ...Object.values(document.jobs ?? {}).flatMap((job) => job.steps ?? []),
    ...(document.runs?.steps ?? []),
  ]
  return [
    ...unpinned(text),
    ...(document.jobs === undefined ? [] : permissionBreaches(document)),
    ...injections(steps),
    ...keptCredentials(steps),
  ].map((breach) => `${file}: ${breach}`)
}

const unpinned = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^[\s-]*uses:\s*(.+?)\s*$/gm)]
    .map(([, action = ""]) => action)
    // An action of this repository is at the commit that is checked out.
    .filter((action) => !action.startsWith("./") && !pinned.test(action))
    .map((action) => `"${action}" is not pinned as owner/name@<40 hex digits> # v1.2.3`)

const permissionBreaches = ({ jobs = {}, on, permissions }: Document): ReadonlyArray<string> => [
  ...(permissions === undefined ? ["no permissions at the top: the token would have the repository's default"] : []),
  ...[permissions, ...Object.values(jobs).map((job) => job.permissions)].flatMap(tooMuch),
  ...(JSON.stringify(on).includes("pull_request_target")
    ? ["pull_request_target runs a stranger's change with this repository's secrets"]
    : []),
]

const tooMuch = (permissions: unknown): ReadonlyArray<string> => {
  if (permissions === undefined) return []
  if (typeof permissions !== "object" || permissions === null)
    return [`permissions: ${String(permissions)} is not a list`]
  return Object.entries(permissions)
    .filter(([name, right]) => right === "write" && !writable.has(name))
    .map(([name]) => `permission to write ${name}`)
}

/** An expression is pasted into a script before the shell sees it; a variable of the environment is not. */
const injections = (steps: ReadonlyArray<Step>): ReadonlyArray<string> =>
  steps
    .filter(({ run }) => run?.includes("${{"))
    .map(({ run }) => `"${String(run).trim()}" has an expression in a script: hand it over in env`)

const keptCredentials = (steps: ReadonlyArray<Step>): ReadonlyArray<string> =>
  steps
    .filter(({ uses }) => uses?.startsWith("actions/checkout@"))
    .filter((step) => step.with?.["persist-credentials"] !== false)
    .map(() => "actions/checkout leaves its token on disk: add persist-credentials: false")
