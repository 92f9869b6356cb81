/** Where the local AWS keeps what must survive `pos stop`, and what it says while it runs. */
import { Effect, Path } from "effect"
import { Workspace } from "../workspace/workspace.ts"

export const places = Effect.gen(function* () {
  const path = yield* Path.Path
  const { home } = yield* Workspace
  const logs = path.join(home, "logs")
  return {
    data: path.join(home, "data"),
    logs,
    log: path.join(logs, "local-aws.log"),
    pageLog: path.join(logs, "page.log"),
  }
})
