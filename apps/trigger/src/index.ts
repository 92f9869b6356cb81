/** The Lambda: S3 events, batched by SQS, in; one execution of the state machine a dataset out. */
import { AwsConnection, Executions, ObjectStore } from "@pos/aws"
import { layerLog } from "@pos/lambda-runtime"
import { Effect, Layer, ManagedRuntime } from "effect"
import { Digest } from "effect/crypto"
import { onBatch } from "./batch.ts"
import { TriggerSettings } from "./settings.ts"
import type { BatchResponse } from "./sqs.ts"

const Live = Layer.mergeAll(Executions.layer, ObjectStore.layer).pipe(
  Layer.provide(AwsConnection.layer),
  Layer.merge(Layer.mergeAll(TriggerSettings.layer, Digest.layerWebCrypto)),
  Layer.provideMerge(layerLog("trigger")),
)

/** Clients and settings are made once and serve every invocation of this container. */
const runtime = ManagedRuntime.make(Live)

export const handler = (event: unknown): Promise<BatchResponse> => runtime.runPromise(Effect.scoped(onBatch(event)))
