/** Rules about rows of one file that belong together because they share the dataset's key. */
import type { Dataset } from "./dataset.ts"
import { rowReasons } from "./reasons.ts"
import type { Severity } from "./rule.ts"

/** A rule about the rows of one file that share a key. It's judged among the rows that no other error makes invalid. */
export interface GroupRule {
  /** The reason code in reports. */
  readonly code: keyof typeof rowReasons
  readonly severity: Severity
  /** The column that a report points at. */
  readonly column: string
  /**
   * Which rows break the rule: those whose values differ from the first row's with that key, or those that say the same
   * again. The first row never breaks it. None of the others is stored: one that breaks an error is invalid, one that only
   * breaks a warning is dropped.
   */
  readonly violatedBy: "otherValues" | "sameValues"
}

/** The rules that follow from the key: each key stands for one row. */
export const groupRules = ({ key }: Pick<Dataset, "key">): ReadonlyArray<GroupRule> => {
  const [column] = key
  if (column === undefined) return []
  const about = (code: GroupRule["code"], violatedBy: GroupRule["violatedBy"]): GroupRule => ({
    code,
    severity: rowReasons[code].severity,
    column,
    violatedBy,
  })
  return [about("duplicate_key", "otherValues"), about("repeated_row", "sameValues")]
}
