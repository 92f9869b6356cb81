import { reportsPrefix } from "@pos/pipeline"
import { type App, CfnOutput, Stack, Tags } from "aws-cdk-lib"
import { Option } from "effect"
import type { Artefacts } from "./artefacts/artefacts.ts"
import { datasetsOf } from "./artefacts/datasets.ts"
import { Catalog } from "./catalog/catalog.ts"
import { Encryption } from "./encryption/encryption.ts"
import { Ingestion } from "./ingestion/ingestion.ts"
import { FileAsset } from "./jobs/file-asset.ts"
import { Jobs } from "./jobs/jobs.ts"
import { FailedMaintenance } from "./monitoring/failed-maintenance.ts"
import { Monitoring } from "./monitoring/monitoring.ts"
import { Notifications } from "./notifications/notifications.ts"
import { Report } from "./report/report.ts"
import { checkDatasets } from "./settings/check-datasets.ts"
import type { Settings } from "./settings/settings.ts"
import { StateMachine } from "./state-machine/state-machine.ts"
import { Uncaught } from "./state-machine/uncaught.ts"
import { Storage } from "./storage/storage.ts"
import { SupplierRole } from "./suppliers/supplier-role.ts"

/** The platform of one stage. */
export class PlatformStack extends Stack {
  constructor(app: App, settings: Settings, artefacts: Artefacts) {
    super(app, settings.stackName, {
      stackName: settings.stackName,
      description: `POS data platform, stage ${settings.stage}`,
      terminationProtection: !settings.removeData,
    })
    Tags.of(this).add("platform", "pos")
    Tags.of(this).add("stage", settings.stage)

    const datasets = datasetsOf(artefacts.plan.content, artefacts.plan.told)
    checkDatasets(settings, datasets)
    const encryption = new Encryption(this, "Encryption", { settings })
    const storage = new Storage(this, "Storage", { settings, encryption })
    const notifications = new Notifications(this, "Notifications", { settings })
    const jobs = new Jobs(this, "Jobs", { settings, storage, artefacts, datasets })
    const catalog = new Catalog(this, "Catalog", { settings, storage, datasets })
    const stateMachine = new StateMachine(this, "StateMachine", { settings, storage, jobs, notifications, datasets })
    const { machine } = stateMachine
    new FailedMaintenance(this, "FailedMaintenance", { settings, job: jobs.maintenance, notifications })
    new Uncaught(this, "Uncaught", { settings, machine, notifications })
    const ingestion = new Ingestion(this, "Ingestion", {
      settings,
      storage,
      machine,
      bundle: artefacts.trigger,
      plan: jobs.validation.planUri,
      datasets,
    })
    for (const supplier of settings.suppliers) {
      new SupplierRole(this, `Supplier-${supplier.name}`, { settings, storage, supplier, datasets })
    }
    const report = Option.zipWith(
      settings.report,
      artefacts.reporter,
      (wanted, bundle) =>
        new Report(this, "Report", {
          settings,
          report: wanted,
          storage,
          datasets,
          jobs,
          ingestion,
          stateMachine,
          bundle,
        }),
    )
    new Monitoring(this, "Monitoring", { settings, ingestion, stateMachine, notifications, datasets, report })

    const contracts = new FileAsset(this, "Contracts", { path: artefacts.contracts })
    const outputs = {
      SourceBucketName: storage.source.bucketName,
      RejectedBucketName: storage.rejected.bucketName,
      ResultsBucketName: storage.results.bucketName,
      LakeBucketName: storage.lake.bucketName,
      StateMachineArn: machine.stateMachineArn,
      TopicArn: notifications.topic.topicArn,
      QueueUrl: ingestion.queue.queueUrl,
      DeadLetterQueueUrl: ingestion.deadLetters.queueUrl,
      DatabaseName: catalog.databaseName,
      ValidationJobName: jobs.validation.jobName,
      TransformationJobName: jobs.transformation.jobName,
      MaintenanceJobName: jobs.maintenance.jobName,
      // Which files it takes: the default one's first, those of the others below a prefix of theirs.
      Datasets: datasets.names.join(","),
      // What files are judged by, so that others can tell whether they judge by the same.
      ContractHash: artefacts.plan.content.hash,
      // The same for each dataset, as much of the hash as tells two apart.
      DatasetHashes: Object.entries(artefacts.plan.content.datasets)
        .map(([id, { hash }]) => `${id}=${hash.replace("sha256:", "").slice(0, 12)}`)
        .join(","),
      // What the next deployment is compared with.
      ContractsUri: contracts.uri,
      // Where the pages of the days lie.
      ...(Option.isSome(report) ? { ReportsUri: `s3://${storage.results.bucketName}/${reportsPrefix}` } : {}),
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }
}
