import { runLayout } from "@pos/pipeline"
import { ArnFormat, Duration, Stack } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import { Construct } from "constructs"
import { makeLogGroup } from "../monitoring/log-group.ts"
import { acceptWildcards } from "../security/allow.ts"
import { makeDefinition } from "./definition.ts"
import type { Settings } from "../settings/settings.ts"
import type { StateMachineProps } from "./props.ts"

/** What the machine is called, and with it its executions. */
export const stateMachineName = ({ stackName }: Pick<Settings, "stackName">): string => `${stackName}-pipeline`

/** One run: validate, decide, load, and tell people when something is wrong. */
export class StateMachine extends Construct {
  readonly machine: sfn.StateMachine

  constructor(scope: Construct, id: string, props: StateMachineProps) {
    super(scope, id)
    const { notifications, settings, storage } = props
    const name = stateMachineName(settings)
    this.machine = new sfn.StateMachine(this, "Machine", {
      stateMachineName: name,
      role: this.makeRole(name),
      comment: "One run of the POS data platform, over the files of one manifest",
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(makeDefinition(this, props)),
      // Beyond the longest wait for the transformation job's turn.
      timeout: Duration.hours(24),
      tracingEnabled: true,
      logs: {
        // Under this prefix CloudWatch lets Step Functions deliver without a resource policy for each group.
        destination: makeLogGroup(this, "Logs", {
          settings,
          key: storage.encryption.key,
          name: `/aws/vendedlogs/states/${name}`,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: true,
      },
    })
    notifications.allowEncryption(this.machine)
    storage.encryption.allow(this.machine, "read", { bucket: storage.results })
    // Without it, a summary that is missing would be "denied".
    this.machine.addToRolePolicy(
      new iam.PolicyStatement({
        sid: "TellMissingFromDenied",
        actions: ["s3:ListBucket"],
        resources: [storage.results.bucketArn],
      }),
    )
    acceptWildcards(
      this.machine.role,
      ["*"],
      "Delivery of logs (logs:CreateLogDelivery and the like) and X-Ray's PutTraceSegments allow only *.",
    )
    acceptWildcards(
      this.machine.role,
      (["validationSummary", "transformationSummary"] as const).map((document) =>
        storage.results.arnForObjects(runLayout("*")[document]),
      ),
      "Each run has its own summaries.",
    )
  }
  /** Assumed for this machine of this account alone. https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html */
  private makeRole(name: string): iam.Role {
    const stack = Stack.of(this)
    const machine = stack.formatArn({
      service: "states",
      resource: "stateMachine",
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
    return new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("states.amazonaws.com", {
        conditions: {
          StringEquals: { "aws:SourceAccount": stack.account },
          ArnLike: { "aws:SourceArn": machine },
        },
      }),
      description: `${name}: starts the jobs, reads their summaries, notifies`,
    })
  }
}
