/** Where answers come from: the server that served this page, or the report that the page is. */
import type { Rows } from "./api.ts"
import { chosenRows } from "./model/chosen-rows.ts"

/** Why there is no answer, and what to do next, in words for people. */
export class Unanswered extends Error {
  readonly remedy: string
  constructor(problem: string, remedy: string) {
    super(problem)
    this.name = "Unanswered"
    this.remedy = remedy
  }
}

export interface Source {
  /** The day that a report is about. Undefined where the reader chooses. */
  readonly date: string | undefined
  /** Whether it can answer this at all. */
  readonly has: (path: string) => boolean
  /** How many rows it holds of how many. Undefined where there is a server to ask for all. */
  readonly held: (path: string) => { readonly rows: number; readonly total: number } | undefined
  /** The answer to a path such as `/api/overview`. Fails with {@link Unanswered}. */
  readonly ask: <A>(path: string, signal: AbortSignal) => Promise<A>
}

const told = async (response: Response, path: string): Promise<Unanswered> => {
  const body: unknown = await response.json().catch(() => null)
  const { problem, remedy } = (body ?? {}) as { readonly problem?: unknown; readonly remedy?: unknown }
  return new Unanswered(
    typeof problem === "string" ? problem : `The server answered ${path} with ${response.status}.`,
    typeof remedy === "string" ? remedy : "Load the page again. If it goes on, look at what pos dashboard has printed.",
  )
}

export const server: Source = {
  date: undefined,
  has: () => true,
  held: () => undefined,
  ask: async (path, signal) => {
    const response = await fetch(path, { signal, headers: { accept: "application/json" } }).catch((error: unknown) => {
      if (signal.aborted) throw error
      throw new Unanswered(
        "The server of this page does not answer.",
        "Start it again: pos dashboard. Then load the page again.",
      )
    })
    if (!response.ok) throw await told(response, path)
    return response.json()
  },
}

/** What a report carries: one day's answers, by their path without a query. */
export interface Report {
  readonly date: string
  readonly answers: Readonly<Record<string, unknown>>
}

const pathOf = (asked: string): string => asked.split("?")[0] ?? asked

/** A report answers from what it carries. It holds all rows that it has, and chooses among them as the server would. */
export const report = ({ date, answers }: Report): Source => ({
  date,
  has: (path) => answers[pathOf(path)] !== undefined,
  held: (path) => {
    const found = answers[path] as Rows | undefined
    return found && { rows: found.rows.length, total: found.total }
  },
  ask: async <A>(asked: string) => {
    const path = pathOf(asked)
    const answer = answers[path]
    if (answer === undefined)
      throw new Unanswered("This report does not hold that.", "Open the dashboard to see it: pos dashboard.")
    const isRows = path.endsWith("/rows")
    return (isRows ? chosenRows(answer as Rows, new URLSearchParams(asked.split("?")[1])) : answer) as A
  },
})
