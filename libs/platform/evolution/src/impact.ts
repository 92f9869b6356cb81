/** What a change means: how bad it is, who notices, which version it needs, and what to do. */
import { Schema } from "effect"
import { Change } from "./change.ts"
import type { LockedUnique } from "./lock.ts"
import { larger, type Release, RELEASES } from "./version.ts"

/**
 * `compatible`: valid files stay valid, tables and figures stay what they are. `stricter`: a file that was valid may be
 * rejected. `breaking`: what is stored, or what is read, is not what it was.
 */
export const CLASSES = ["compatible", "stricter", "breaking"] as const
export type Class = (typeof CLASSES)[number]

export const Audience = Schema.Literals(["suppliers", "readers of the curated table", "readers of the KPI", "nobody"])
export type Audience = typeof Audience.Type

export const Impact = Schema.Struct({
  class: Schema.Literals(CLASSES),
  /** What it asks of the version. */
  release: Schema.Literals(RELEASES),
  affected: Schema.Array(Audience),
  /** What to do, in a sentence or two. */
  next: Schema.String,
})
export type Impact = typeof Impact.Type

const compatible = (release: Release, next: string, ...affected: ReadonlyArray<Audience>): Impact => ({
  class: "compatible",
  release,
  affected: affected.length === 0 ? ["nobody"] : affected,
  next,
})
const stricter = (next: string, ...others: ReadonlyArray<Audience>): Impact => ({
  class: "stricter",
  release: "major",
  affected: ["suppliers", ...others],
  next,
})
const breaking = (next: string, ...affected: ReadonlyArray<Audience>): Impact => ({
  class: "breaking",
  release: "major",
  affected,
  next,
})

const NOTHING = "Nothing to do."
const TABLE = "readers of the curated table"
const KPI = "readers of the KPI"

const TELL = "Tell the suppliers from when on, and give them time: files that were valid may be rejected."

/** No command does it yet; to say otherwise would cost somebody a table. */
export const REWRITE =
  "No command rewrites a curated table yet. By hand: add a dataset with the new shape under another table name, " +
  "send the kept files to it, move its readers, then remove the old dataset."

const rewrite = (why: string): string => `${why} ${REWRITE}`

/** How a KPI's table is computed again. */
export const REBUILD = (kpi: string): string =>
  `The next run computes ${kpi} again for the whole history, and puts it in the place of the old table in one commit.`

const rebuild = (kpi: string, why: string): string => `${why} ${REBUILD(kpi)}`

/** How far apart the dates of rows in the table may be that are the same row. */
const daysOf = (unique: LockedUnique | null): number => (unique?.scope === "everywhere" ? unique.days : 0)

const stray = "`npx pos repair` shows the stored rows that the new contract would not accept."

/** What a change means. Each kind of change has its answer here. */
export const impactOf = (change: Change): Impact =>
  Change.match(change, {
    DatasetAdded: () => compatible("minor", "Its tables appear with the next deployment."),
    DatasetRemoved: () =>
      breaking(
        "Its tables stay in the lake and are no longer filled. If that is meant, delete its contract.lock.json in the same commit.",
        "suppliers",
        TABLE,
        KPI,
      ),
    ContractRenamed: () =>
      breaking("Change the name in whatever looks the contract up by it. Tables stay as they are.", "suppliers", TABLE),
    TableRenamed: ({ from, to }) =>
      breaking(
        rewrite(`Rows stay in ${from}, and ${to} begins empty; files for it are sent below incoming/${to}/.`),
        "suppliers",
        TABLE,
      ),
    TablePathChanged: ({ from, to }) => breaking(rewrite(`Rows stay at ${from}, and ${to} begins empty.`), TABLE),
    DatasetKindChanged: () =>
      breaking(rewrite("Facts and reference data are stored and loaded differently."), "suppliers", TABLE, KPI),
    DeliversChanged: ({ to }) =>
      breaking(
        to === "wholeList"
          ? "A file that holds only what changed would now remove all other rows: nobody may send one any more."
          : "A key that a file lacks now stays in the table: what is gone must be told in another way.",
        "suppliers",
        TABLE,
      ),
    KeyChanged: () =>
      breaking(
        rewrite("Rows that are stored were told apart by the old key: some may be missing, some there twice."),
        "suppliers",
        TABLE,
        KPI,
      ),
    KeyScopeChanged: () => breaking(rewrite("Stored rows were told apart within the old scope."), TABLE, KPI),
    UniqueChanged: ({ from, to }) => {
      const [before, now] = [daysOf(from), daysOf(to)]
      if (now > before)
        return stricter(
          `${TELL} The table stays as it is: \`npx pos repeats\` lists what it holds twice by the new scope, and what to do.`,
          TABLE,
          KPI,
        )
      if (now < before)
        return breaking(
          "Rows that were repetitions count as rows of their own from now on. Those that were kept out before come in when " +
            "their files are sent again.",
          TABLE,
          KPI,
        )
      return to === null
        ? stricter(TELL)
        : compatible("minor", "A file may have a key on several business dates from now on.", "suppliers")
    },
    PartitionsChanged: () => breaking(rewrite("A table can't be partitioned differently in place."), TABLE),
    EventTimeChanged: () =>
      breaking(rewrite("Stored rows have the moment of the old column."), "suppliers", TABLE, KPI),
    BusinessDateChanged: () =>
      breaking(
        rewrite("Stored rows lie on the days of the old rule, and a row that comes again on another day counts twice."),
        TABLE,
        KPI,
      ),
    AcrossFilesChanged: () =>
      breaking(
        "Stored rows do not know which file was newer: those without an order count as the oldest. Tell the readers that " +
          "another row of a key may stand from now on.",
        TABLE,
        KPI,
      ),
    ToleranceChanged: ({ from, to }) =>
      to < from
        ? stricter(TELL)
        : compatible("minor", "More invalid rows are set aside before a file is rejected.", "suppliers"),
    UnexpectedColumnChanged: ({ to }) => (to === "error" ? stricter(TELL) : compatible("minor", NOTHING, "suppliers")),
    LargestFileChanged: ({ from, to }) =>
      to < from ? stricter(TELL) : compatible("minor", "Check that the job has the memory for it.", "suppliers"),
    CanaryChanged: () => compatible("patch", "Nobody may have rows with these values."),

    LeniencyAdded: ({ retakes }) =>
      retakes
        ? stricter(
            `Texts that were read in the contract's own way are read in the declared one from now on, or refused. ${TELL}`,
            TABLE,
          )
        : compatible("minor", "Files that were valid stay so.", "suppliers"),
    LeniencyRemoved: () => stricter(TELL),

    ColumnAdded: ({ required }) =>
      required
        ? stricter(
            "Files without it are rejected, and stored rows have no value for it. Add it as optional first; make it required " +
              "when every supplier sends it.",
            TABLE,
          )
        : compatible(
            "minor",
            "Old files stay valid. The next run adds the column to the table; rows that stand have no value in it.",
            TABLE,
          ),
    ColumnRemoved: ({ perhaps }) =>
      breaking(
        rewrite(
          perhaps.length === 0
            ? "The stored table has a column that nothing fills any more."
            : `The stored table has the old name. If ${perhaps.join(" or ")} is the same column, keep the old name.`,
        ),
        "suppliers",
        TABLE,
      ),
    ColumnTypeChanged: ({ from, to, storedFrom, storedTo }) => {
      if (storedFrom !== storedTo)
        return breaking(rewrite(`The stored column is ${storedFrom}, not ${storedTo}.`), "suppliers", TABLE, KPI)
      return from.kind === "oneOf" && to.kind === "text"
        ? compatible("minor", NOTHING, TABLE)
        : stricter(`${TELL} The table stays as it is.`)
    },
    ColumnRequiredChanged: ({ required }) =>
      required
        ? stricter(`${TELL} Stored rows may have no value.`)
        : breaking(
            "The next run lets the stored column be empty. Its readers must expect rows without a value.",
            TABLE,
          ),
    ColumnStoredAsChanged: ({ from }) => breaking(rewrite(`The stored table calls it ${from}.`), TABLE),
    ColumnPersonalChanged: ({ personal }) =>
      compatible(
        "minor",
        personal ? "Reports no longer show its values." : "Reports show its values from now on: make sure they may.",
        "suppliers",
      ),
    ColumnCurrencyChanged: () =>
      compatible("minor", "KPIs that add it up group by its currency: the compiler makes sure of it.", TABLE),
    ColumnValuesChanged: ({ removed }) =>
      removed.length > 0 ? stricter(TELL) : compatible("minor", "Readers may meet the new values.", TABLE),
    ColumnBoundsChanged: ({ tighter }) =>
      tighter ? stricter(`${TELL} ${stray}`) : compatible("minor", "Readers may meet larger values.", TABLE),
    ColumnLengthChanged: ({ from, to }) =>
      to !== null && (from === null || to < from)
        ? stricter(TELL)
        : compatible("minor", "Readers may meet longer texts.", TABLE),
    ColumnCheckAdded: () => stricter(TELL),
    ColumnCheckRemoved: () => compatible("minor", "Readers may meet values that were rejected until now.", TABLE),

    RuleAdded: ({ severity }) =>
      severity === "error"
        ? stricter(`${TELL} Begin with a warning, see how many rows break it, then make it an error.`)
        : compatible("minor", "Rows that break it load, and are counted.", "suppliers"),
    RuleRemoved: ({ severity }) =>
      severity === "error"
        ? compatible("minor", "Readers may meet rows that were rejected until now.", TABLE)
        : compatible("minor", "Its warnings end.", "suppliers"),
    RuleSeverityChanged: ({ to }) =>
      to === "error"
        ? stricter(`${TELL} The counts of the warning say how many rows it will be.`)
        : compatible("minor", "Readers may meet rows that were rejected until now.", TABLE),
    RuleConditionChanged: ({ severity, looser }) => {
      if (severity === "warning") return compatible("minor", "Other rows are counted.", "suppliers")
      return looser ? compatible("minor", "Readers may meet rows that were rejected until now.", TABLE) : stricter(TELL)
    },
    RuleReportChanged: () => compatible("patch", "Reports point elsewhere; the verdicts stay.", "suppliers"),
    ReasonSeverityChanged: ({ to }) =>
      to === "error"
        ? stricter(`${TELL} The counts of the warning say how many rows it will be.`)
        : compatible("minor", "Readers may meet rows that were rejected until now.", TABLE),

    KpiAdded: () => compatible("minor", "Its table appears with the deployment; the next run fills it."),
    KpiRemoved: () =>
      breaking("Its table stays in the lake and is no longer computed. Move its readers, then delete it.", KPI),
    KpiGrainChanged: ({ kpi }) => breaking(rebuild(kpi, "A row stands for something else."), KPI),
    KpiGroupsChanged: () =>
      breaking("The next run computes the whole table again by itself. Tell its readers: past figures change.", KPI),
    MeasureAdded: ({ kpi }) => compatible("minor", rebuild(kpi, "The stored table lacks its column."), KPI),
    MeasureRemoved: ({ kpi, perhaps }) =>
      breaking(
        rebuild(
          kpi,
          perhaps.length === 0
            ? "The stored table has a column that nothing fills any more."
            : `The stored table has the old name. If ${perhaps.join(" or ")} is the same measure, keep the old name.`,
        ),
        KPI,
      ),
    MeasureTypeChanged: ({ kpi, from, to }) => breaking(rebuild(kpi, `The stored column is ${from}, not ${to}.`), KPI),
    MeasureMeaningChanged: () =>
      breaking("The next run computes the whole table again by itself. Tell its readers: past figures change.", KPI),

    RatioAdded: () => compatible("minor", "The table stays as it is: readers divide.", KPI),
    RatioRemoved: () =>
      breaking("The table stays as it is, but readers no longer find the figure. Move them first.", KPI),
    RatioChanged: () => breaking("The table stays as it is. Tell its readers: past figures change.", KPI),

    StoredColumnChanged: ({ table }) =>
      breaking(
        `The stored table ${table} has another shape. A KPI table may be deleted and is filled again by the next run; ` +
          "no command rewrites a curated table yet.",
        TABLE,
        KPI,
      ),
    SomethingElseChanged: () =>
      breaking("Teach libs/platform/evolution/src/compare what this difference means.", TABLE, KPI),
  })

const worse = (one: Class, other: Class): Class => (CLASSES.indexOf(one) >= CLASSES.indexOf(other) ? one : other)

/** What several changes ask for together: as much as the worst of them. Nothing where nothing changes. */
export const together = (
  changes: ReadonlyArray<Change>,
): { readonly class: Class; readonly release: Release } | undefined =>
  changes
    .map(impactOf)
    .map((impact) => ({ class: impact.class as Class, release: impact.release as Release }))
    .reduce<{ readonly class: Class; readonly release: Release } | undefined>(
      (all, one) =>
        all === undefined ? one : { class: worse(all.class, one.class), release: larger(all.release, one.release) },
      undefined,
    )
