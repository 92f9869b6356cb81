/** Sentences about a local AWS that a command cannot use. Pure. */
import type { Unavailable } from "../errors.ts"
import type { Whose } from "./identity.ts"

/** Of a state file that names another folder's, as in a copy of a checkout. */
export const elsewhere = ({ data, pid }: Extract<Whose, { readonly _tag: "Foreign" }>): string =>
  `The local AWS that runs (process ${pid}) belongs to ${data} and was left alone; none runs for this folder.`

/** Why there is no page, in one line. */
export const noPage = ({ problem, remedy }: Pick<Unavailable, "problem" | "remedy">): string =>
  `The page does not start. ${problem.split("\n")[0]?.replace(/:$/, ".")} ${remedy}`.trimEnd()

/** What keeps a command from working on it, and what to do. */
export const unusable = (
  found: Exclude<Whose, { readonly _tag: "Ours" }>,
): { readonly problem: string; readonly remedy: string } => {
  switch (found._tag) {
    case "Nobody":
      return {
        problem: "The local AWS does not run.",
        remedy: "Start it: pos start. To work on a deployed stack instead: --stack NAME",
      }
    case "Foreign":
      return { problem: elsewhere(found), remedy: "Start one for this folder: pos start" }
    case "Silent":
      return {
        problem: `The local AWS${found.pid === null ? "" : ` (process ${found.pid})`} runs but does not answer.`,
        remedy: "Try again in a moment, or start it anew: pos stop, then pos start",
      }
    case "Older":
      return {
        problem: "The local AWS that runs was started by an older version of pos.",
        remedy: "Start it anew, its data stays: pos start",
      }
  }
}
