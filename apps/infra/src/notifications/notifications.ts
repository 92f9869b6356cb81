import * as iam from "aws-cdk-lib/aws-iam"
import * as kms from "aws-cdk-lib/aws-kms"
import * as sns from "aws-cdk-lib/aws-sns"
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions"
import { Construct } from "constructs"
import { Option } from "effect"
import type { Settings } from "../settings/settings.ts"
import { removalOf } from "../storage/removal.ts"

export interface NotificationsProps {
  readonly settings: Settings
}

/** The topic on which the platform tells people about incidents. */
export class Notifications extends Construct {
  readonly topic: sns.Topic
  private readonly key: kms.Key

  constructor(scope: Construct, id: string, { settings }: NotificationsProps) {
    super(scope, id)
    // A key of our own, because alarms and events cannot publish to a topic under the key that AWS manages for SNS.
    this.key = new kms.Key(this, "Key", {
      description: `Notifications of ${settings.stackName}`,
      enableKeyRotation: true,
      removalPolicy: removalOf(settings),
    })
    this.topic = new sns.Topic(this, "Topic", {
      displayName: `POS data platform, ${settings.stage}`,
      masterKey: this.key,
      enforceSSL: true,
    })
    const inThisAccount = { StringEquals: { "aws:SourceAccount": this.topic.env.account } }
    const publishers = {
      "cloudwatch.amazonaws.com": inThisAccount,
      // EventBridge drops messages to a topic whose policy, or whose key's policy, holds it to a condition. The key is
      // the topic's alone, so that nothing else is open to it.
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
      "events.amazonaws.com": {},
    }
    for (const [service, conditions] of Object.entries(publishers)) {
      const principal = new iam.ServicePrincipal(service)
      this.topic.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [principal],
          actions: ["sns:Publish"],
          resources: [this.topic.topicArn],
          conditions,
        }),
      )
      this.key.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [principal],
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: ["*"], // in a key's policy this is the key itself
          conditions,
        }),
      )
    }
    if (Option.isSome(settings.email)) this.topic.addSubscription(new EmailSubscription(settings.email.value))
  }
  /** What the topic's key asks of whoever publishes. */
  allowEncryption(grantee: iam.IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: "NotifyEncrypted",
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [this.key.keyArn],
      }),
    )
  }
}
