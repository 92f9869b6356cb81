import { jobArguments } from "@pos/pipeline"
import * as glue from "aws-cdk-lib/aws-glue"
import type { Construct } from "constructs"
import { Option } from "effect"
import { TablesJob, type TablesJobProps } from "./tables-job.ts"

/**
 * Keeps the tables quick: compacts crowded dates, deletes files that left the tables, writes checkpoints. A job of its
 * own, so that it runs beside loads instead of taking their turn; a schedule starts it.
 */
export class MaintenanceJob extends TablesJob {
  constructor(scope: Construct, id: string, props: TablesJobProps) {
    const { settings } = props
    super(scope, id, props, {
      name: "maintenance",
      description: "Compacts the tables' small files, deletes those that left the tables, shortens the logs",
      roleDescription: "maintains the Delta tables",
      timeoutMinutes: 480,
      // Nobody starts it again before the next night.
      queued: true,
      arguments: jobArguments({ maintain: "yes", retention_days: String(settings.retentionDays) }),
    })
    if (Option.isNone(settings.maintenance)) return
    new glue.CfnTrigger(this, "Schedule", {
      name: this.jobName,
      description: `Starts ${this.jobName}`,
      type: "SCHEDULED",
      schedule: settings.maintenance.value,
      startOnCreation: true,
      actions: [{ jobName: this.jobName }],
    }).node.addDependency(this.node.findChild("Job"))
  }
}
