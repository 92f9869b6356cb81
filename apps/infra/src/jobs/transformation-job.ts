import { runLayout } from "@pos/pipeline"
import type { Construct } from "constructs"
import { allow } from "../security/allow.ts"
import { eachRun, listing, onObjects, writeActions } from "./permissions.ts"
import { TablesJob, type TablesJobProps } from "./tables-job.ts"

/** Loads a run's validated rows into the Delta tables. The state machine waits for its turn, and retries. */
export class TransformationJob extends TablesJob {
  constructor(scope: Construct, id: string, props: TablesJobProps) {
    const { encryption, results } = props.storage
    super(scope, id, props, {
      name: "transformation",
      description: "Loads validated rows: appends new ones, recomputes the KPIs of the dates that they touch",
      roleDescription: "reads validated rows, writes the Delta tables",
      timeoutMinutes: 490, // the state machine gives up before
      makesTables: true,
      arguments: { "--results": results.s3UrlForObject() },
    })
    allow(this.role, onObjects("ReadManifest", results, ["GetObject"], runLayout("*").manifest), eachRun)
    allow(this.role, onObjects("ReadValidated", results, ["GetObject"], "runs/*/validation/*"), eachRun)
    allow(this.role, onObjects("WriteSummary", results, [...writeActions], "runs/*/transformation/*"), eachRun)
    encryption.allow(this.role, "write", { bucket: results })
    allow(this.role, listing(results))
  }
}
