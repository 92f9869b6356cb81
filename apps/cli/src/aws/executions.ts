/** Executions of the state machine: one for each run of the pipeline. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn"
import { Context, Effect, Layer } from "effect"
import type { Unavailable } from "../errors.ts"
import { AwsConnection, call } from "./connection.ts"

export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE"

export interface Execution {
  readonly arn: string
  /** The run id. */
  readonly name: string
  readonly status: Status
  readonly started: Date
  readonly ended?: Date | undefined
}

export interface ExecutionEnd extends Execution {
  /** The name of the error that ended it, and the words that came with it. */
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

export class Executions extends Context.Service<
  Executions,
  {
    /** The newest first. */
    readonly list: (machine: string, limit: number) => Effect.Effect<ReadonlyArray<Execution>, Unavailable>
    readonly describe: (arn: string) => Effect.Effect<ExecutionEnd, Unavailable>
    /** The state that the execution entered last. */
    readonly currentState: (arn: string) => Effect.Effect<string | undefined, Unavailable>
  }
>()("@pos/cli/Executions") {
  static readonly layer = Layer.effect(
    Executions,
    Effect.gen(function* () {
      const { options } = yield* AwsConnection
      const client = yield* Effect.acquireRelease(
        Effect.sync(() => new SFNClient({ ...options, maxAttempts: 5 })),
        (client) => Effect.sync(() => client.destroy()),
      )

      const list = Effect.fn("Executions.list")(function* (machine: string, limit: number) {
        const found: Array<Execution> = []
        let nextToken: string | undefined
        do {
          const page = yield* call("listing runs", (abortSignal) =>
            client.send(
              new ListExecutionsCommand({
                stateMachineArn: machine,
                maxResults: Math.min(limit - found.length, 1000),
                nextToken,
              }),
              { abortSignal },
            ),
          )
          found.push(...(page.executions ?? []).map(execution))
          nextToken = page.nextToken
        } while (nextToken !== undefined && found.length < limit)
        return found.slice(0, limit)
      })

      const describe = Effect.fn("Executions.describe")(function* (arn: string) {
        const found = yield* call(`describing the run ${arn}`, (abortSignal) =>
          client.send(new DescribeExecutionCommand({ executionArn: arn }), { abortSignal }),
        )
        return { ...execution(found), error: found.error, cause: found.cause }
      })

      const currentState = Effect.fn("Executions.currentState")(function* (arn: string) {
        const { events = [] } = yield* call(`reading the history of ${arn}`, (abortSignal) =>
          client.send(new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, maxResults: 50 }), {
            abortSignal,
          }),
        )
        return events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name
      })

      return Executions.of({ list, describe, currentState })
    }),
  )
}

const execution = (
  found: Pick<DescribeExecutionCommandOutput, "executionArn" | "name" | "status" | "startDate" | "stopDate">,
): Execution => ({
  arn: found.executionArn ?? "",
  name: found.name ?? "",
  status: found.status ?? "RUNNING",
  started: found.startDate ?? new Date(0),
  ended: found.stopDate,
})
