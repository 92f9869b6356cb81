/** What the load makes of a change once it is deployed over tables that hold rows. */
import { Change } from "../change.ts"
import type { Lock } from "../lock.ts"

/**
 * `keeps`: tables stay as they are. `alters`: the curated table gets a column, or one of its
 * columns may be empty from now on. `rebuilds`: a KPI's table is computed again for
 * the whole history. `refused`: the rows that are stored can't follow.
 */
export type Consequence = "keeps" | "alters" | "rebuilds" | "refused"

const keeps = (): Consequence => "keeps"
const alters = (): Consequence => "alters"
const rebuilds = (): Consequence => "rebuilds"
const refused = (): Consequence => "refused"

/** The consequence of a change of this contract. Each kind of change has its answer here. */
export const consequenceOf = (change: Change, { kpis }: Pick<Lock, "kpis">): Consequence =>
  Change.match(change, {
    DatasetAdded: keeps,
    DatasetRemoved: keeps,
    ContractRenamed: keeps,
    TableRenamed: refused,
    TablePathChanged: ({ table }) => (kpis.some(({ name }) => name === table) ? "rebuilds" : "refused"),
    DatasetKindChanged: refused,
    DeliversChanged: keeps,
    KeyChanged: refused,
    KeyScopeChanged: refused,
    UniqueChanged: keeps,
    PartitionsChanged: ({ table }) => (kpis.some(({ name }) => name === table) ? "rebuilds" : "refused"),
    EventTimeChanged: refused,
    BusinessDateChanged: refused,
    AcrossFilesChanged: alters,
    ToleranceChanged: keeps,
    UnexpectedColumnChanged: keeps,
    LargestFileChanged: keeps,
    CanaryChanged: keeps,
    LeniencyAdded: keeps,
    LeniencyRemoved: keeps,

    ColumnAdded: ({ required }) => (required ? "refused" : "alters"),
    ColumnRemoved: refused,
    ColumnTypeChanged: ({ storedFrom, storedTo }) => (storedFrom === storedTo ? "keeps" : "refused"),
    ColumnRequiredChanged: ({ required }) => (required ? "keeps" : "alters"),
    ColumnStoredAsChanged: refused,
    ColumnPersonalChanged: keeps,
    ColumnCurrencyChanged: keeps,
    ColumnValuesChanged: keeps,
    ColumnBoundsChanged: keeps,
    ColumnLengthChanged: keeps,
    ColumnCheckAdded: keeps,
    ColumnCheckRemoved: keeps,

    RuleAdded: keeps,
    RuleRemoved: keeps,
    RuleSeverityChanged: keeps,
    RuleConditionChanged: keeps,
    RuleReportChanged: keeps,
    ReasonSeverityChanged: keeps,

    KpiAdded: keeps,
    KpiRemoved: keeps,
    KpiGrainChanged: rebuilds,
    KpiGroupsChanged: rebuilds,
    MeasureAdded: rebuilds,
    MeasureRemoved: rebuilds,
    MeasureTypeChanged: rebuilds,
    MeasureMeaningChanged: rebuilds,
    RatioAdded: keeps,
    RatioRemoved: keeps,
    RatioChanged: keeps,

    StoredColumnChanged: ({ table }) => (kpis.some(({ name }) => name === table) ? "rebuilds" : "refused"),
    SomethingElseChanged: refused,
  })
