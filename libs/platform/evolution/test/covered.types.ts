/** A part that the contract gets and the lock lacks must not compile: checked by `typecheck`. */
import type {
  BusinessDate,
  Canary,
  Column,
  ColumnForms,
  Dataset,
  DateColumn,
  Kpi,
  Leniency,
  Policies,
  Trailer,
  WrittenMoment,
} from "@pos/contract"
import type { TableColumn } from "@pos/sql"
import type {
  Aggregate,
  ColumnKind,
  Lock,
  LockedBusinessDate,
  LockedForms,
  LockedLeniency,
  LockedPolicies,
  StoredColumn,
} from "../src/lock.ts"

type KeysOf<T> = T extends unknown ? keyof T : never
/** `true` where the lock's type has each part of the contract's, else the names of those that it lacks. */
type Covers<Contract, Locked> = Exclude<KeysOf<Contract>, KeysOf<Locked>> extends never ? true : KeysOf<Contract>

/** Parts that go into a lock as they are: one that the contract gets and the lock has not is a type error here. */
export const COVERED: {
  readonly policies: Covers<Policies, LockedPolicies>
  readonly largestFile: Covers<Policies["largestFile"], LockedPolicies["largestFile"]>
  readonly businessDate: Covers<BusinessDate | DateColumn, LockedBusinessDate>
  readonly eventTime: Covers<NonNullable<Dataset["eventTime"]>, NonNullable<Lock["eventTime"]>>
  readonly canary: Covers<Canary, NonNullable<Lock["canary"]>>
  readonly column: Covers<Column, ColumnKind>
  readonly leniency: Covers<Leniency, LockedLeniency>
  readonly trailer: Covers<Trailer, NonNullable<LockedLeniency["trailer"]>>
  readonly forms: Covers<ColumnForms, LockedForms>
  readonly written: Covers<WrittenMoment, Exclude<NonNullable<LockedForms["written"]>, string>>
  readonly aggregate: Covers<Kpi["measures"][number]["aggregate"], Aggregate>
  readonly tableColumn: Covers<Omit<TableColumn, "personal">, StoredColumn>
} = {
  policies: true,
  largestFile: true,
  businessDate: true,
  eventTime: true,
  canary: true,
  column: true,
  leniency: true,
  trailer: true,
  forms: true,
  written: true,
  aggregate: true,
  tableColumn: true,
}
