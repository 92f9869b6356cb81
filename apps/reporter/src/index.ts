/** The Lambda: the end of a load in, the pages of its days out, each as one file in the results bucket. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { AwsConnection, Credentials, Executions, Jobs, ObjectStore, Queues } from "@pos/aws"
import { layerLog } from "@pos/lambda-runtime"
import { Effect, Layer, ManagedRuntime } from "effect"
import { Files } from "./files.ts"
import { onLoad } from "./on-load.ts"
import { Opening } from "./open.ts"
import { ReportSettings } from "./settings.ts"

const Live = Opening.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Credentials.layer, Executions.layer, Jobs.layer, ObjectStore.layer, Queues.layer)),
  Layer.provide(AwsConnection.layer),
  Layer.provideMerge(Layer.mergeAll(ReportSettings.layer, Files.layer, NodeFileSystem.layer, NodePath.layer)),
  Layer.provideMerge(layerLog("report")),
)

/** Clients and settings are made once and serve every invocation of this container. */
const runtime = ManagedRuntime.make(Live)

export const handler = (event: unknown): Promise<{ readonly written: ReadonlyArray<string> }> =>
  runtime.runPromise(Effect.tapCause(onLoad(event), (cause) => Effect.logError("no reports written", cause)))
