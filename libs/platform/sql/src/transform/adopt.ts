/** Which parts the curated table can take over as they are: each has one date, and no key that another row may have. */
import { hashed } from "./batch.ts"
import { list, type Roles } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { adoptsParts, incoming, partition } from "./incoming.ts"
import { PART, relations, type TransformInput } from "./input.ts"
import type { Step } from "./schema.ts"
import { check, view } from "./step.ts"

export const adopt = (
  dialect: TransformDialect,
  input: TransformInput,
  roles: Roles,
): { readonly adopt?: ReadonlyArray<Step> } => {
  if (!adoptsParts(dialect, roles)) return {}
  const date = dialect.identifier(roles.partition)
  const { hash } = hashed(dialect, roles, roles.days > 0 ? roles.id : roles.key)
  // With a window of days the rows have been counted when their dates were asked for.
  const [from, count] =
    roles.days > 0 ? [relations.counted, "CAST(sum(line_count) AS BIGINT)"] : [relations.parted, "count(*)"]
  const parts = `SELECT ${PART}, min(${date}) AS first_date, max(${date}) AS last_date, ${count} AS line_count
FROM ${from}
WHERE ${PART} IS NOT NULL
GROUP BY ${PART}
ORDER BY ${PART}`
  const among = (join: string) => `SELECT DISTINCT i.${PART}
FROM ${relations.parted} AS i ${dialect.semiJoin} ${join}
WHERE i.${PART} IS NOT NULL`
  return {
    adopt: [
      ...(roles.days > 0
        ? []
        : [view(relations.parted, incoming(dialect, input, partition(dialect, input, roles), PART))]),
      check("parts", parts),
      check("parts_of_suspects", among(`${relations.suspects} AS s ON ${hash} = s.key_hash`), {
        emptyWith: [relations.suspects],
      }),
      check("parts_of_matched", among(`${relations.matchedKeys} AS k USING (${list(dialect, roles.key)})`), {
        emptyWith: [relations.matchedKeys],
      }),
    ],
  }
}
