/** Brings the local AWS into the wanted state: running, with the current stack deployed. */
import { Effect, Option, Result } from "effect"
import { Progress } from "../output/progress.ts"
import { seconds } from "../output/text.ts"
import type { Unavailable } from "../errors.ts"
import { ensure, PAGE } from "../workspace/artefact.ts"
import { startDaemon, stopDaemon } from "./daemon.ts"
import { assembly, deploy, fingerprint, FOLDERS, STACK } from "./deploy.ts"
import { whose } from "./identity.ts"
import { exclusively } from "./lock.ts"
import { endPage, ensurePage, type Page } from "./page.ts"
import { freePort, USUAL_PORT } from "./port.ts"
import { localTarget } from "../target/target.ts"
import { setUp } from "../workspace/set-up.ts"
import { Workspace } from "../workspace/workspace.ts"
import { type Engine, type LocalState, readState, writeState } from "./state.ts"
import { noPage } from "./words.ts"

export interface Wanted {
  readonly port: Option.Option<number>
  readonly engine: Option.Option<Engine>
  readonly iam: Option.Option<boolean>
  /** Whether to build the stack when it is out of date. */
  readonly build: boolean
}

export const whatever: Wanted = { port: Option.none(), engine: Option.none(), iam: Option.none(), build: true }

export interface Started {
  readonly state: LocalState & { readonly deployed: NonNullable<LocalState["deployed"]> }
  /** What had to be done: nothing, when everything ran already. */
  readonly started: boolean
  readonly deployed: boolean
  /** The page with the figures; undefined where it does not start, which has been said. */
  readonly page: Page | undefined
}

/** Idempotent: what already is as wanted stays as it is. */
export const ensureStarted = Effect.fn("ensureStarted")(function* (wanted: Wanted) {
  return yield* exclusively(start(wanted))
})

const start = Effect.fnUntraced(function* (wanted: Wanted) {
  const progress = yield* Progress
  const last = yield* readState()
  const settings = settle(last, wanted)
  if (settings.engine === "spark" && wanted.build) yield* setUp("Spark")
  // The emulator starts while the stack is built. Without the page all else works.
  const [{ state, started }, , built] = yield* Effect.all(
    [
      ensureDaemon(last, settings),
      wanted.build ? ensure(assembly(settings.engine)) : Effect.void,
      wanted.build ? Effect.result(ensure(PAGE)) : Effect.succeed(Result.void),
    ],
    { concurrency: 3 },
  )
  const print = yield* fingerprint(settings.engine)
  if (!started && state.deployed?.fingerprint === print) {
    const ready = { ...state, deployed: state.deployed }
    return { ...(yield* withPage(ready, built)), started, deployed: false } satisfies Started
  }
  yield* guard(state, print, { engine: settings.engine, build: wanted.build })
  yield* progress.step(`Deploying ${STACK} …`)
  const deployment = yield* deploy(state.endpoint, settings.engine)
  const { outputs, reader } = deployment
  const deployed = { outputs, fingerprint: print, ...(reader === null ? {} : { reader }) }
  const { before: _, ...running } = state
  yield* writeState({ ...running, deployed })
  yield* progress.done(`Deployed ${STACK} in ${seconds(deployment.seconds)}`)
  return { ...(yield* withPage({ ...running, deployed }, built)), started, deployed: true } satisfies Started
})

/** Starts the page where the running one is of another stack, or none runs. */
const withPage = Effect.fnUntraced(function* (state: Started["state"], built: Result.Result<unknown, Unavailable>) {
  const found = Result.isFailure(built) ? built : yield* Effect.result(ensurePage(state))
  if (Result.isFailure(found)) {
    const progress = yield* Progress
    yield* progress.done(noPage(found.failure))
    return { state, page: undefined }
  }
  const page = found.success
  if (page === state.page) return { state, page }
  yield* writeState({ ...state, page })
  return { state: { ...state, page }, page }
})

/** Refuses what would break the tables. What was deployed before may be deployed again. */
const guard = Effect.fnUntraced(function* (
  state: LocalState,
  print: string,
  { build, engine }: Pick<Wanted, "build"> & { readonly engine: Engine },
) {
  const last = state.deployed ?? state.before
  if (last?.fingerprint === print) return
  const { demandTables, demandVersions } = yield* Effect.promise(() => import("./guard.ts"))
  // What was built before may be of other sources than those that lie here.
  if (build) yield* demandVersions()
  if (last === undefined) return
  const progress = yield* Progress
  yield* progress.step("Comparing the contracts with the tables …")
  const { builtContracts, synthesizedContracts } = yield* Effect.promise(() => import("../plan/contracts.ts"))
  const workspace = yield* Workspace
  const today = (yield* synthesizedContracts(workspace.path(FOLDERS[engine]), STACK)) ?? (yield* builtContracts)
  yield* demandTables(localTarget(state.endpoint, last.outputs), today)
  yield* progress.clear
})

interface DaemonOptions {
  /** Absent: any that is free. */
  readonly port: number | undefined
  readonly engine: Engine
  readonly iam: boolean
}

/** What was asked for; else what was last; else what suits most. */
const settle = (last: LocalState | undefined, wanted: Wanted): DaemonOptions => ({
  port: Option.getOrUndefined(wanted.port),
  engine: Option.getOrElse(wanted.engine, () => last?.engine ?? "embedded"),
  iam: Option.getOrElse(wanted.iam, () => last?.iam ?? false),
})

const ensureDaemon = Effect.fnUntraced(function* (last: LocalState | undefined, { port, engine, iam }: DaemonOptions) {
  const progress = yield* Progress
  const asWanted = last?.iam === iam && last.engine === engine && (port ?? last.port) === last.port
  const found = yield* whose(last)
  if (last !== undefined && asWanted && found._tag === "Ours") return { state: last, started: false }
  if (last !== undefined && found._tag === "Ours") yield* endPage(last)
  yield* stopDaemon(found)
  yield* progress.step("Starting the local AWS …")
  const daemon = yield* startDaemon({ port: port ?? (yield* freePort(last?.port ?? USUAL_PORT)), engine, iam })
  const before = last?.deployed ?? last?.before
  const state: LocalState = {
    ...daemon,
    iam,
    engine,
    stack: STACK,
    ...(before === undefined ? {} : { before }),
    ...(last?.page === undefined ? {} : { page: last.page }),
  }
  yield* writeState(state)
  yield* progress.done(`Local AWS at ${daemon.endpoint}`)
  return { state, started: true }
})
