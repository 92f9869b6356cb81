import type { Datasets } from "../artefacts/datasets.ts"
import type { Jobs } from "../jobs/jobs.ts"
import type { Notifications } from "../notifications/notifications.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"

/** What the state machine and each part of its definition are made from. */
export interface StateMachineProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly jobs: Jobs
  readonly notifications: Notifications
  readonly datasets: Datasets
}
