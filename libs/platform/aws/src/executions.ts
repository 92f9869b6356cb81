import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn"
import { Context, Effect, Layer, Option, Stream } from "effect"
import { AwsConnection } from "./connection.ts"
import type { AwsError } from "./errors.ts"
import { call, retries, scoped, toAwsError } from "./internal/call.ts"

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE"

export interface Execution {
  readonly arn: string
  readonly name: string
  readonly status: ExecutionStatus
  readonly started: Date
  readonly ended?: Date | undefined
}

/** An execution with what it was given and how it ended; `input` and `output` are JSON texts. */
export interface ExecutionEnd extends Execution {
  readonly input?: string | undefined
  readonly output?: string | undefined
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

/** `already` means that an execution of that name was started before: nothing new was started. */
export type Started = "started" | "already"

/** Executions of state machines. */
export class Executions extends Context.Service<
  Executions,
  {
    /** Start one; its name makes a repetition harmless. `input` becomes JSON. */
    readonly start: (execution: {
      readonly machine: string
      readonly name: string
      readonly input: unknown
    }) => Effect.Effect<Started, AwsError>
    readonly describe: (arn: string) => Effect.Effect<ExecutionEnd, AwsError>
    /** The newest first, page by page as they are asked for. */
    readonly list: (machine: string) => Stream.Stream<Execution, AwsError>
    /** The state that the execution entered last. */
    readonly currentState: (arn: string) => Effect.Effect<string | undefined, AwsError>
  }
>()("@pos/aws/Executions") {
  static readonly layer = Layer.effect(
    Executions,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      const client = yield* scoped(() => new SFNClient({ ...options, ...retries }))

      const start = Effect.fn("Executions.start")(
        function* (execution: { readonly machine: string; readonly name: string; readonly input: unknown }) {
          yield* call(`starting the execution ${execution.name}`, (signal) =>
            client.send(
              new StartExecutionCommand({
                stateMachineArn: execution.machine,
                name: execution.name,
                input: JSON.stringify(execution.input),
              }),
              signal,
            ),
          )
          return "started" as const
        },
        Effect.catchIf(
          (error) => error.code === "ExecutionAlreadyExists",
          () => Effect.succeed("already" as const),
        ),
      )

      const describe = Effect.fn("Executions.describe")(function* (arn: string) {
        const found = yield* call(`describing the execution ${arn}`, (signal) =>
          client.send(new DescribeExecutionCommand({ executionArn: arn }), signal),
        )
        return {
          ...toExecution(found),
          input: found.input,
          output: found.output,
          error: found.error,
          cause: found.cause,
        }
      })

      const list = (machine: string) =>
        Stream.fromAsyncIterable(paginateListExecutions({ client }, { stateMachineArn: machine }), (cause) =>
          toAwsError(`listing the executions of ${machine}`, cause),
        ).pipe(Stream.flatMap((page) => Stream.fromIterable((page.executions ?? []).map(toExecution))))

      const currentState = Effect.fn("Executions.currentState")(function* (arn: string) {
        // A task that waits for its turn writes several events for each attempt, and shards wait side by side.
        const pages = paginateGetExecutionHistory(
          { client, pageSize: 1000 },
          { executionArn: arn, reverseOrder: true, includeExecutionData: false },
        )
        const entered = Stream.fromAsyncIterable(pages, (cause) =>
          toAwsError(`reading the history of ${arn}`, cause),
        ).pipe(
          Stream.flatMap(({ events = [] }) => Stream.fromIterable(events)),
          Stream.flatMap(({ stateEnteredEventDetails: found }) =>
            Stream.fromIterable(found === undefined ? [] : [found]),
          ),
        )
        return Option.getOrUndefined(Option.map(yield* Stream.runHead(entered), ({ name }) => name))
      })

      return Executions.of({ start, describe, list, currentState })
    }),
  )
}

const toExecution = (found: {
  readonly executionArn?: string | undefined
  readonly name?: string | undefined
  readonly status?: ExecutionStatus | undefined
  readonly startDate?: Date | undefined
  readonly stopDate?: Date | undefined
}): Execution => ({
  arn: found.executionArn ?? "",
  name: found.name ?? "",
  status: found.status ?? "RUNNING",
  started: found.startDate ?? new Date(0),
  ended: found.stopDate,
})
