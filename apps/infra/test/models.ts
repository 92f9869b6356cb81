/** Calls held against the services' own models, by a Python program that the set-up installs. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"

const workspace = join(import.meta.dirname, "../../..")

export interface ServiceCall {
  /** As boto3 names it. */
  readonly service: string
  readonly operation: string
  readonly params: unknown
}

/** What AWS would refuse of each call: nothing of those that it takes. */
export const refusalsOf = (calls: ReadonlyArray<ServiceCall>): ReadonlyArray<ReadonlyArray<string>> => {
  const python = join(workspace, ".venv/local-aws/bin/python")
  const told = execFileSync(python, ["-m", "pos_local_aws.models"], {
    input: JSON.stringify(calls),
    env: { ...process.env, PYTHONPATH: join(workspace, "tools/local-aws/src") },
  })
  return JSON.parse(String(told)) as ReadonlyArray<ReadonlyArray<string>>
}
