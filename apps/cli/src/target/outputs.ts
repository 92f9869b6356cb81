/** What a deployed stack says about itself, under the names that the infrastructure gives its outputs. */
import { Schema } from "effect"

export const StackOutputs = Schema.Struct({
  SourceBucketName: Schema.String,
  RejectedBucketName: Schema.String,
  ResultsBucketName: Schema.String,
  LakeBucketName: Schema.String,
  StateMachineArn: Schema.String,
  /** The plan that the stack judges by; stacks of older versions do not say. */
  ContractHash: Schema.optionalKey(Schema.String),
  /** The same for each dataset, `sales=0123456789ab,stores=…`: the beginning of its hash. */
  DatasetHashes: Schema.optionalKey(Schema.String),
  /** Where the shapes of its contracts lie. */
  ContractsUri: Schema.optionalKey(Schema.String),
  /** The datasets that it takes, `sales,stores`, the default one first; stacks of older versions take the default one. */
  Datasets: Schema.optionalKey(Schema.String),
  /** Only what was deployed or started long ago does not tell it. */
  TransformationJobName: Schema.optionalKey(Schema.String),
  ValidationJobName: Schema.optionalKey(Schema.String),
  QueueUrl: Schema.optionalKey(Schema.String),
  DeadLetterQueueUrl: Schema.optionalKey(Schema.String),
})
export type StackOutputs = typeof StackOutputs.Type

/** Who may read the lake of the local AWS, and nothing else. */
export const Reader = Schema.Struct({ accessKeyId: Schema.String, secretAccessKey: Schema.String })
export type Reader = typeof Reader.Type
