import { Construct } from "constructs"
import type { Artefacts } from "../artefacts/artefacts.ts"
import type { Datasets } from "../artefacts/datasets.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { MaintenanceJob } from "./maintenance-job.ts"
import { TransformationJob } from "./transformation-job.ts"
import { ValidationJob } from "./validation-job.ts"

export interface JobsProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly artefacts: Artefacts
  readonly datasets: Datasets
}

/** The Glue jobs, each with a role of its own. */
export class Jobs extends Construct {
  readonly validation: ValidationJob
  readonly transformation: TransformationJob
  readonly maintenance: MaintenanceJob

  constructor(scope: Construct, id: string, { artefacts, datasets, settings, storage }: JobsProps) {
    super(scope, id)
    const common = { settings, storage, plan: artefacts.plan }
    this.validation = new ValidationJob(this, "Validation", { ...common, bundle: artefacts.validationJob })
    const onTables = {
      ...common,
      bundle: artefacts.transformationJob,
      tables: datasets.tables.map(({ table }) => table.path),
    }
    this.transformation = new TransformationJob(this, "Transformation", onTables)
    const { repairWheels: _, ...bundle } = artefacts.transformationJob
    this.maintenance = new MaintenanceJob(this, "Maintenance", { ...onTables, bundle })
  }
}
