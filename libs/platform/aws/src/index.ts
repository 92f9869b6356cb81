/** Effect services over the AWS SDK: one for each capability that the platform uses, not one for each SDK client. */
export { AwsConnection, type ClientOptions } from "./connection.ts"
export { Credentials, type S3Access } from "./credentials.ts"
export { AwsError, ObjectChanged, ObjectMissing, StackMissing } from "./errors.ts"
export { type Execution, type ExecutionEnd, type ExecutionStatus, Executions, type Started } from "./executions.ts"
export { type JobRun, Jobs } from "./jobs.ts"
export { ObjectStore, type ObjectVersion, type StoredObject } from "./object-store.ts"
export { Queues } from "./queues.ts"
export { Stacks } from "./stacks.ts"
export { type Upload, Uploads, type UploadSource, partSize } from "./uploads.ts"
/** For libraries that call what no service here does. */
export { call, retries, scoped, toAwsError } from "./internal/call.ts"
