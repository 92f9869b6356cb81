/** Whether Athena reads the tables, while the canary is in them. */
import { GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena"
import { call } from "@pos/aws"
import { type Check, Clients, Deployment, NotChecked, Problem } from "@pos/deployment"
import { Effect, Ref } from "effect"
import { Attempt, awaited } from "./attempt.ts"
import { DATE, expected } from "./canary.ts"
import { LEDGERS } from "./ledger.ts"

export const athena = {
  name: "athena",
  title: "Athena reads the tables",
  prove: Effect.gen(function* () {
    const { loaded, local } = yield* Attempt
    if (local) return yield* new NotChecked({ reason: "The local AWS has no Athena that reads Delta tables." })
    const canary = yield* Ref.get(loaded)
    for (const [table, rows] of Object.entries(expected)) {
      const found = yield* count(table)
      if (canary && found !== rows.length) {
        return yield* new Problem({
          what: `Athena finds ${found} rows in ${table} on ${DATE}, not ${rows.length}.`,
          next: "Compare its columns with the check catalogue, and read the table by pos sql.",
        })
      }
    }
    return `${Object.keys(expected).length} tables, with the canary's rows`
  }),
} satisfies Check<Attempt | Clients | Deployment>

const count = Effect.fnUntraced(function* (table: string) {
  const { athena: client } = yield* Clients
  const { outputs } = yield* Deployment
  const { patience } = yield* Attempt
  const { QueryExecutionId: id } = yield* call(`asking Athena for ${table}`, (signal) =>
    client.send(
      new StartQueryExecutionCommand({
        QueryString: `SELECT count(*) FROM ${table} WHERE date = DATE '${DATE}'`,
        QueryExecutionContext: { Database: outputs.DatabaseName },
        // Tidied away with the rest.
        ResultConfiguration: { OutputLocation: `s3://${outputs.ResultsBucketName}/${LEDGERS}athena/` },
      }),
      signal,
    ),
  )
  const look = call("asking for a query of Athena", (signal) =>
    client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }), signal),
  ).pipe(
    Effect.map(({ QueryExecution }) => {
      const state = QueryExecution?.Status?.State
      return state === "QUEUED" || state === "RUNNING" ? undefined : QueryExecution?.Status
    }),
  )
  const status = yield* awaited(look, patience)
  if (status?.State !== "SUCCEEDED") {
    return yield* new Problem({
      what: `Athena can't read ${table}: ${status?.StateChangeReason ?? status?.State ?? "no answer"}.`,
      next: "Give these credentials the rights that docs/deploying.md lists, in Lake Formation too where it governs the database.",
    })
  }
  const { ResultSet } = yield* call("reading what Athena has found", (signal) =>
    client.send(new GetQueryResultsCommand({ QueryExecutionId: id }), signal),
  )
  return Number(ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue)
})
