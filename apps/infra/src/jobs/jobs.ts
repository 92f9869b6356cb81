import { Construct } from "constructs"
import type { Artefacts } from "../artefacts/artefacts.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { MaintenanceJob } from "./maintenance-job.ts"
import { TransformationJob } from "./transformation-job.ts"
import { ValidationJob } from "./validation-job.ts"

export interface JobsProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly artefacts: Artefacts
}

/** The Glue jobs, each with a role of its own. */
export class Jobs extends Construct {
  readonly validation: ValidationJob
  readonly transformation: TransformationJob
  readonly maintenance: MaintenanceJob

  constructor(scope: Construct, id: string, { artefacts, settings, storage }: JobsProps) {
    super(scope, id)
    const { curated, kpis } = artefacts.plan.content.tables
    const common = { settings, storage, plan: artefacts.plan.path }
    this.validation = new ValidationJob(this, "Validation", { ...common, bundle: artefacts.validationJob })
    const onTables = {
      ...common,
      bundle: artefacts.transformationJob,
      tables: [curated, ...kpis].map(({ path }) => path),
    }
    this.transformation = new TransformationJob(this, "Transformation", onTables)
    const { repairWheels: _, ...bundle } = artefacts.transformationJob
    this.maintenance = new MaintenanceJob(this, "Maintenance", { ...onTables, bundle })
  }
}
