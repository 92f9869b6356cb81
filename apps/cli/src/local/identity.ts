/**
 * Whose the local AWS is that a state file names. A checkout may be a copy: then the file names a live process that
 * works on another folder. Ours is the one that holds this data folder (the folder itself, not its path) and proves
 * that it knows the secret of its start. Nothing else is read, fed or ended.
 */
import { existsSync } from "node:fs"
import { folderOf, identityOf } from "@pos/lake/local-aws"
import { Duration, Effect, Path, Schema } from "effect"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"
import { places } from "./places.ts"
import { commandOf } from "./processes.ts"
import type { LocalState } from "./state.ts"

export type Whose =
  /** Nothing runs for this folder. */
  | { readonly _tag: "Nobody" }
  /** It answers, and it is this folder's. */
  | { readonly _tag: "Ours"; readonly pid: number }
  /** It answers and is the one that the state names, but it works on another folder. */
  | { readonly _tag: "Foreign"; readonly pid: number; readonly data: string }
  /** A process holds this data folder but does not answer; null when its id cannot be told. */
  | { readonly _tag: "Silent"; readonly pid: number | null }
  /** A process of an older version, which could not prove itself, holds this data folder. */
  | { readonly _tag: "Older"; readonly pid: number | null }

const ANSWER_WITHIN = Duration.seconds(2)
/** A machine under load may keep it from answering for a while. */
const ANSWER_AT_LAST = Duration.seconds(10)

/** Whose the local AWS of a state is, now. */
export const whose = Effect.fn("Identity.whose")(function* (state: LocalState | undefined) {
  const { data } = yield* places
  const folder = folderOf(data)
  const asked = yield* ask(state, folder, ANSWER_WITHIN)
  if (asked !== undefined) return asked
  const holder = yield* holderOf(data)
  if (!holder.held) return { _tag: "Nobody" } satisfies Whose
  if (state !== undefined && state.secret === undefined) {
    const pid = isLocalAws(state.pid, data) ? state.pid : holder.pid
    return { _tag: "Older", pid } satisfies Whose
  }
  return (yield* ask(state, folder, ANSWER_AT_LAST)) ?? ({ _tag: "Silent", pid: holder.pid } satisfies Whose)
})

/** Whether the local AWS of a state answers and is this folder's. */
export const isOurs = Effect.fn("Identity.isOurs")(function* (state: Pick<LocalState, "endpoint" | "secret">) {
  const { data } = yield* places
  return (yield* ask(state, folderOf(data), ANSWER_WITHIN))?._tag === "Ours"
})

/** Undefined when nobody answers there, or somebody who does not know the secret. */
const ask = Effect.fnUntraced(function* (
  state: Pick<LocalState, "endpoint" | "secret"> | undefined,
  folder: string | undefined,
  within: Duration.Duration,
) {
  if (state?.secret === undefined) return undefined
  const answer = yield* identityOf({ endpoint: state.endpoint, secret: state.secret, within })
  if (answer === undefined) return undefined
  const { pid, data } = answer
  return (answer.folder === folder ? { _tag: "Ours", pid } : { _tag: "Foreign", pid, data }) satisfies Whose
})

const Holder = Schema.fromJsonString(Schema.Struct({ held: Schema.Boolean, pid: Schema.NullOr(Schema.Int) }))

/** Which process holds the lock on a data folder. The operating system knows; only Python can ask it. */
const holderOf = Effect.fnUntraced(
  function* (data: string) {
    const path = yield* Path.Path
    const workspace = yield* Workspace
    if (!existsSync(path.join(data, "lock"))) return { held: false, pid: null }
    const python = yield* workspace.python("local-aws")
    const { output } = yield* runToEnd({
      program: python,
      args: ["-m", "pos_local_aws", "holder", "--data", data],
      env: { PYTHONPATH: workspace.path("tools/local-aws/src") },
      progress: () => "Looking whether the local AWS runs …",
    })
    const { held, pid } = yield* Schema.decodeEffect(Holder)(output)
    // What an earlier holder has written stays when one of an older version takes over.
    return { held, pid: pid !== null && isLocalAws(pid) ? pid : null }
  },
  Effect.orElseSucceed(() => ({ held: false, pid: null })),
)

/** Whether a process is a local AWS (of this data folder, when one is given): ids are reused. */
const isLocalAws = (pid: number, data = ""): boolean => {
  const command = commandOf(pid)
  return command !== undefined && command.includes("pos_local_aws") && command.includes(data)
}
