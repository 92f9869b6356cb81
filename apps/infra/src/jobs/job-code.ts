import { basename } from "node:path"
import { Construct } from "constructs"
import type { JobFiles, PlanFiles } from "../artefacts/artefacts.ts"
import { FileAsset } from "./file-asset.ts"

export interface JobCodeProps {
  readonly bundle: JobFiles
  /** The plan that the job executes. */
  readonly plan: PlanFiles
}

/** A job's code and everything it depends on, as assets: a deployed job needs no package index. */
export class JobCode extends Construct {
  readonly script: FileAsset
  readonly plan: FileAsset
  /** The plan's words: the job looks for them beside the plan. */
  readonly words: FileAsset
  readonly wheels: ReadonlyArray<FileAsset>
  readonly jars: ReadonlyArray<FileAsset>
  /** Wheels that a run has beside the others when it repairs the tables. */
  readonly repairWheels: ReadonlyArray<FileAsset>

  constructor(scope: Construct, id: string, { bundle, plan }: JobCodeProps) {
    super(scope, id)
    this.script = new FileAsset(this, "Script", { path: bundle.script })
    const together = [plan.path, plan.words]
    this.plan = new FileAsset(this, "Plan", { path: plan.path, together })
    this.words = new FileAsset(this, "Words", { path: plan.words, together })
    const assets = (paths: ReadonlyArray<string>) => paths.map((path) => new FileAsset(this, basename(path), { path }))
    this.wheels = assets(bundle.wheels)
    this.jars = assets(bundle.jars)
    this.repairWheels = assets(bundle.repairWheels ?? [])
  }

  /** All but the plan and its words. */
  get files(): ReadonlyArray<FileAsset> {
    return [this.script, ...this.wheels, ...this.jars, ...this.repairWheels]
  }
}

/** Files as Glue's arguments name them. */
export const uris = (files: ReadonlyArray<FileAsset>): string => files.map(({ uri }) => uri).join(",")
