/** The deployment that reports are of: the one that the Lambda belongs to. */
import { Credentials, type Jobs, type Queues } from "@pos/aws"
import { type Deployment, openDeployment } from "@pos/dashboard-server"
import { Context, Effect, type FileSystem, Layer, type Path, type Scope } from "effect"
import { Files } from "./files.ts"
import { ReportSettings } from "./settings.ts"

/** The tables or what the pages are made from can't be opened. */
export interface NotOpened {
  readonly _tag: "NotOpened"
  readonly message: string
}

const notOpened = (cause: { readonly message: string; readonly problem?: string }): NotOpened => ({
  _tag: "NotOpened",
  message: cause.problem ?? cause.message,
})

export class Opening extends Context.Service<
  Opening,
  {
    /** Opens it until the scope closes. Anew each time: what a Lambda has been given expires. */
    readonly deployment: Effect.Effect<Deployment, NotOpened, Scope.Scope>
  }
>()("@pos/reporter/Opening") {
  static readonly layer = Layer.effect(
    Opening,
    Effect.gen(function* () {
      const services = yield* Effect.context<Credentials | Jobs | Queues | FileSystem.FileSystem | Path.Path>()
      const { extensions, plan } = yield* Files
      const { currency, deadLetters, defaultDataset, dpuPrice, jobs, lakeBucket, ...settings } = yield* ReportSettings
      const deployment = Effect.gen(function* () {
        const access = yield* Credentials.use((credentials) => credentials.s3)
        return yield* openDeployment({
          name: `the stack ${settings.stack}`,
          local: settings.stage === "local",
          plan,
          defaultDataset,
          extensions,
          lake: { uri: `s3://${lakeBucket}`, access },
          results: { uri: `s3://${settings.resultsBucket}`, access },
          machine: settings.stateMachine,
          resultsBucket: settings.resultsBucket,
          deadLetters,
          jobs,
          money: { currency, dpuPrice },
        })
      }).pipe(Effect.mapError(notOpened))
      return {
        deployment: Effect.updateContext(deployment, (scope: Context.Context<Scope.Scope>) =>
          Context.merge(services, scope),
        ),
      }
    }),
  )
}
