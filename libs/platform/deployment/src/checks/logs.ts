/** Whether logs are kept, and not for ever. */
import { type LogGroup, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs"
import { toAwsError } from "@pos/aws"
import { Effect } from "effect"
import { type Check, listed, Problem } from "../check.ts"
import { Clients } from "../clients.ts"
import { Deployment } from "../deployment.ts"
import { counted } from "../internal/text.ts"

export const logs: Check<Deployment | Clients> = {
  name: "logs",
  title: "log groups have a retention",
  prove: Effect.gen(function* () {
    const { resources, stage } = yield* Deployment
    const names = (yield* resources)
      .filter(({ type }) => type === "AWS::Logs::LogGroup")
      .map(({ physicalId }) => physicalId)
    const found = yield* Effect.forEach(names, (name) => Effect.map(groupNamed(name), (group) => ({ name, group })))
    const faults = found.flatMap(({ group, name }) => {
      if (group === undefined) return [`${name} is gone`]
      return group.retentionInDays === undefined ? [`${name} keeps its lines for ever`] : []
    })
    const days = new Set(found.map(({ group }) => group?.retentionInDays))
    if (faults.length === 0) return `${counted(names.length, "log group")}, ${[...days].join(" or ")} days`
    return yield* new Problem({
      what: `Log groups: ${listed(faults)}.`,
      next: `Set it (aws logs put-retention-policy --log-group-name ${names[0]} --retention-in-days 90), or deploy the stage ${stage} again.`.replace(
        names[0] ?? "",
        found.find(({ group }) => group?.retentionInDays === undefined)?.name ?? "",
      ),
    })
  }),
}

const groupNamed = Effect.fnUntraced(function* (name: string) {
  const { logs: client } = yield* Clients
  return yield* Effect.tryPromise({
    try: async () => {
      const asked = paginateDescribeLogGroups({ client }, { logGroupNamePrefix: name })
      let found: LogGroup | undefined
      for await (const page of asked) found ??= page.logGroups?.find(({ logGroupName }) => logGroupName === name)
      return found
    },
    catch: (cause) => toAwsError(`describing the log group ${name}`, cause),
  })
})
