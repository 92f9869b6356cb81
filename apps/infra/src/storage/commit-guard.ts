import * as iam from "aws-cdk-lib/aws-iam"
import type * as s3 from "aws-cdk-lib/aws-s3"

/** Delta names a commit by the version that it makes, with twenty digits; of all files in a log only commits match. */
const commits = `*/_delta_log/${"?".repeat(20)}.json`

/**
 * S3 refuses a commit to a Delta table that would replace another one. Both engines send commits with `If-None-Match`;
 * a writer that does not (Delta's own log store on S3, a tool that somebody tries out) would win over one that was told
 * that its commit is done, and its rows would be gone. Whoever it is, in this account or another.
 *
 * The parts of a multipart upload carry no condition, its completion does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export const demandConditionalCommits = (lake: s3.Bucket): void => {
  lake.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: "CommitsReplaceNothing",
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ["s3:PutObject"],
      resources: [lake.arnForObjects(commits)],
      conditions: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
    }),
  )
}
