import type * as s3 from "aws-cdk-lib/aws-s3"
import { Construct } from "constructs"
import type { Encryption } from "../encryption/encryption.ts"
import type { Settings } from "../settings/settings.ts"
import { makeBucket } from "./bucket.ts"
import { demandConditionalCommits } from "./commit-guard.ts"
import { refuseUnreadable } from "./upload-guard.ts"

export interface StorageProps {
  readonly settings: Settings
  readonly encryption: Encryption
}

/** The four buckets. */
export class Storage extends Construct {
  /** What encrypts them, and the rights to it. */
  readonly encryption: Encryption
  /** Suppliers' files, under `incoming/`. */
  readonly source: s3.Bucket
  /** Files that were rejected, each with its report. */
  readonly rejected: s3.Bucket
  /** What runs leave for each other and for people: manifests, verdicts, validated rows, summaries. */
  readonly results: s3.Bucket
  /** The Delta tables. */
  readonly lake: s3.Bucket

  constructor(scope: Construct, id: string, { encryption, settings }: StorageProps) {
    super(scope, id)
    this.encryption = encryption
    const common = { settings, key: encryption.key }
    this.source = makeBucket(this, "Source", { ...common, keepOldVersionsDays: 90, archiveAfterDays: 90 })
    this.rejected = makeBucket(this, "Rejected", { ...common, keepOldVersionsDays: 30, expireAfterDays: 400 })
    this.results = makeBucket(this, "Results", { ...common, keepOldVersionsDays: 7, expireAfterDays: 400 })
    // Delta needs every file that its log names: nothing but replaced and vacuumed files may ever go.
    this.lake = makeBucket(this, "Lake", { ...common, keepOldVersionsDays: 30 })
    refuseUnreadable(this.source, encryption.key)
    demandConditionalCommits(this.lake)
  }
}
