import { Stack } from "aws-cdk-lib"
import * as glue from "aws-cdk-lib/aws-glue"
import * as iam from "aws-cdk-lib/aws-iam"
import type * as s3 from "aws-cdk-lib/aws-s3"
import { Construct } from "constructs"
import type { Encryption } from "../encryption/encryption.ts"
import { eachStream, logging } from "../jobs/permissions.ts"
import { acknowledge } from "../security/acknowledge.ts"
import { allow } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"

export interface DeltaCrawlerProps {
  readonly settings: Settings
  readonly database: glue.CfnDatabase
  readonly lake: s3.IBucket
  readonly encryption: Encryption
  /** The tables' paths in the lake. */
  readonly paths: ReadonlyArray<string>
}

/** Writes the tables' current schema into the catalog. It has no schedule: the state machine starts it after a load. */
export class DeltaCrawler extends Construct {
  readonly crawlerName: string

  constructor(scope: Construct, id: string, { database, encryption, lake, paths, settings }: DeltaCrawlerProps) {
    super(scope, id)
    this.crawlerName = `${settings.stackName}-tables`
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("glue.amazonaws.com"),
      description: `${settings.stackName}: reads the Delta logs, updates the catalog`,
    })
    const catalog = (resource: string, resourceName?: string) =>
      Stack.of(this).formatArn({ service: "glue", resource, ...(resourceName === undefined ? {} : { resourceName }) })
    allow(
      role,
      new iam.PolicyStatement({
        sid: "ReadTables",
        actions: ["s3:GetObject"],
        resources: paths.map((path) => lake.arnForObjects(`${path}/*`)),
      }),
      "Delta names its files itself.",
    )
    allow(role, new iam.PolicyStatement({ sid: "ListTables", actions: ["s3:ListBucket"], resources: [lake.bucketArn] }))
    allow(
      role,
      new iam.PolicyStatement({
        sid: "Catalog",
        actions: [
          "glue:GetDatabase",
          "glue:GetTable",
          "glue:GetTables",
          "glue:CreateTable",
          "glue:UpdateTable",
          "glue:GetPartitions",
          "glue:BatchGetPartition",
        ],
        resources: [catalog("catalog"), catalog("database", database.ref), catalog("table", `${database.ref}/*`)],
      }),
      "A crawler lists the tables of its database before it updates its own.",
    )
    encryption.allow(role, "read", { bucket: lake })
    allow(role, logging(this, "/aws-glue/crawlers"), eachStream)
    const crawler = new glue.CfnCrawler(this, "Crawler", {
      name: this.crawlerName,
      role: role.roleArn,
      databaseName: database.ref,
      targets: {
        deltaTargets: [
          {
            deltaTables: paths.map((path) => lake.s3UrlForObject(`${path}/`)),
            createNativeDeltaTable: true,
            writeManifest: false,
          },
        ],
      },
      schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
    })
    crawler.node.addDependency(role.node.findChild("DefaultPolicy"))
    acknowledge(crawler, {
      "AwsSolutions-GL1": "CloudWatch Logs encrypts every log group by itself; the log holds no sales data.",
    })
  }
}
