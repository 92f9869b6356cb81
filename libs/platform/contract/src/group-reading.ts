/** The reference meaning of the rules about groups: which of them each row of a file breaks. */
import { BigDecimal } from "effect"
import { businessDayOf } from "./business-day.ts"
import type { Dataset } from "./dataset.ts"
import { decimal, equal, evaluate, type Parameters, type Row, type Value } from "./expression/evaluate.ts"
import type { Node } from "./expression/node.ts"
import { type GroupFact, type GroupRule, keyRules } from "./group-rule.ts"
import { sameRows, windowInFile } from "./unique.ts"

type Rows = ReadonlyArray<Row>

const printed = (value: unknown): string =>
  BigDecimal.isBigDecimal(value) ? BigDecimal.format(BigDecimal.normalize(value)) : String(value)

const asKind = (kind: Node["kind"], value: BigDecimal.BigDecimal): Value =>
  kind === "integer" ? BigDecimal.scale(value, 0).value : value

/** What the fact is for a row of this group. */
const factOf = ({ of }: GroupFact, row: Row, group: Rows, data: Dataset, parameters: Parameters): Value => {
  const values = (node: Node) => group.map((one) => evaluate(node, one, parameters))
  const folded = (
    node: Node,
    by: (one: BigDecimal.BigDecimal, other: BigDecimal.BigDecimal) => BigDecimal.BigDecimal,
  ) => asKind(node.kind, values(node).map(decimal).reduce(by))
  const [first = row] = group
  switch (of.op) {
    case "isFirst":
      return row === first
    case "sameAsFirst":
      return data.fields.every(({ name }) => equal(row[name] as Value, first[name] as Value))
    case "first":
      return first[of.field.name] as Value
    case "count":
      return BigInt(group.length)
    case "countWhere":
      return BigInt(values(of.of).filter((value) => value === true).length)
    case "countDistinct":
      return BigInt(new Set(values(of.of)).size)
    case "sum":
      return folded(of.of, BigDecimal.sum)
    case "min":
      return folded(of.of, BigDecimal.min)
    case "max":
      return folded(of.of, BigDecimal.max)
  }
}

type Groups = ReadonlyArray<Rows>

const groupsBy = <A>(rows: Rows, by: (row: Row, place: number) => A): Groups => {
  const groups = new Map<A, Array<Row>>()
  rows.forEach((row, place) => {
    const shared = by(row, place)
    groups.set(shared, [...(groups.get(shared) ?? []), row])
  })
  return [...groups.values()]
}

const sharing = (names: ReadonlyArray<string>, rows: Rows): Groups =>
  groupsBy(rows, (row) => JSON.stringify(names.map((name) => printed(row[name]))))

/** Rows that share the key and are the same row, as far as their business dates are apart. */
const sharingKey = (data: Dataset, rows: Rows): Groups => {
  const window = windowInFile(data)
  const groups = sharing(data.key, rows)
  if (window === undefined) return groups
  return groups.flatMap((group) => {
    const first = sameRows(
      group.map((row) => businessDayOf(data, row) ?? Number.NaN),
      window,
    )
    return groupsBy(group, (_, place) => first[place])
  })
}

const broken = (rule: GroupRule, groups: Groups, data: Dataset, parameters: Parameters): ReadonlySet<Row> => {
  const found = new Set<Row>()
  for (const group of groups)
    for (const row of group) {
      const facts = rule.facts.map((fact) => [fact.name, factOf(fact, row, group, data, parameters)])
      const known = { ...row, ...Object.fromEntries(facts) }
      if (evaluate(rule.violatedWhen, known, parameters) === true) found.add(row)
    }
  return found
}

/**
 * The ids of the group rules that each row breaks. `rows` are the file's, in order, with their values as they are stored
 * (moments in whole microseconds); `undefined` is one that breaks an error of its own, which belongs to no group.
 *
 * Rows that break an error of the key, or repeat another row, belong to no other group either.
 */
export const groupReading = (
  data: Dataset,
  rows: ReadonlyArray<Row | undefined>,
  parameters: Parameters = {},
): ReadonlyArray<ReadonlyArray<string>> => {
  const good = rows.flatMap((row) => (row === undefined ? [] : [row]))
  const judge = (rules: ReadonlyArray<GroupRule>, groups: (rule: GroupRule) => Groups) =>
    rules.map((rule) => ({ rule, rows: broken(rule, groups(rule), data, parameters) }))
  const ofKey = judge(keyRules(data), () => sharingKey(data, good))
  const kept = good.filter((row) => !ofKey.some((one) => one.rows.has(row)))
  const all = [...ofKey, ...judge(data.groupRules ?? [], ({ groupBy }) => sharing(groupBy, kept))]
  return rows.map((row) => all.filter((one) => row !== undefined && one.rows.has(row)).map(({ rule }) => rule.id))
}
