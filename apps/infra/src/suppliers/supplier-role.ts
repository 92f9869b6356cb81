import { datasetPrefix, incomingPrefix } from "@pos/pipeline"
import * as iam from "aws-cdk-lib/aws-iam"
import { Construct } from "constructs"
import { Option } from "effect"
import type { Datasets } from "../artefacts/datasets.ts"
import { onObjects } from "../jobs/permissions.ts"
import { allow } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"
import type { Supplier } from "../settings/suppliers.ts"
import type { Storage } from "../storage/storage.ts"

export interface SupplierRoleProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly supplier: Supplier
  readonly datasets: Datasets
}

const ownFiles = "The supplier names its files; the prefix is its own."

/**
 * The role that a supplier's own account assumes to send files: it may put objects under `incoming/<supplier>/`, and those of
 * other datasets than the default one under `incoming/<dataset>/<supplier>/`, and see or abort its own unfinished uploads there. It reads, lists and deletes nothing. See docs/suppliers.md.
 *
 * IAM has no condition on an object's size; the validation job refuses files that are too large.
 */
export class SupplierRole extends Construct {
  readonly role: iam.Role

  constructor(scope: Construct, id: string, { datasets, settings, storage, supplier }: SupplierRoleProps) {
    super(scope, id)
    const { encryption, source } = storage
    const own = [
      `${incomingPrefix}${supplier.name}/*`,
      ...datasets.names
        .filter((dataset) => dataset !== datasets.byDefault)
        .map((dataset) => `${datasetPrefix(dataset)}${supplier.name}/*`),
    ]
    this.role = new iam.Role(this, "Role", {
      // Known by name, so that the supplier can be told before anything is deployed.
      roleName: `${settings.stackName}-supplier-${supplier.name}`,
      description: `${settings.stackName}: ${supplier.name} puts files under ${incomingPrefix}${supplier.name}/`,
      assumedBy: trusted(supplier),
    })
    const upload = onObjects("Upload", source, ["PutObject"], ...own)
    upload.addConditions({
      StringEqualsIfExists: {
        "s3:x-amz-storage-class": "STANDARD",
        "s3:x-amz-server-side-encryption": Option.isSome(encryption.key) ? "aws:kms" : "AES256",
        ...Option.match(encryption.key, {
          onNone: () => ({}),
          onSome: ({ keyArn }) => ({ "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn }),
        }),
      },
      Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "true" },
    })
    allow(this.role, upload, ownFiles)
    allow(
      this.role,
      onObjects("OwnUploads", source, ["AbortMultipartUpload", "ListMultipartUploadParts"], ...own),
      ownFiles,
    )
    encryption.allow(this.role, "write", { bucket: source, keys: own })
  }
}

const trusted = ({ externalId, principal }: Supplier): iam.IPrincipal => {
  const named = /^\d+$/.test(principal) ? new iam.AccountPrincipal(principal) : new iam.ArnPrincipal(principal)
  return externalId === undefined ? named : named.withConditions({ StringEquals: { "sts:ExternalId": externalId } })
}
