import { canonicalLine, differ } from "../canonical-text.ts"
import { Change } from "../change.ts"
import type { LockedKpi, LockedMeasure } from "../lock.ts"
import { difference, sameNames } from "./named.ts"

const make = Change.cases

const measures = (kpi: string, from: LockedKpi, to: LockedKpi): ReadonlyArray<Change> => {
  const { added, removed, inBoth } = difference(from.measures, to.measures, ({ name }) => name)
  return [
    ...removed.map((measure) =>
      make.MeasureRemoved.make({
        kpi,
        measure: measure.name,
        perhaps: added.filter(({ storedType }) => storedType === measure.storedType).map(({ name }) => name),
      }),
    ),
    ...added.map(({ name }) => make.MeasureAdded.make({ kpi, measure: name })),
    ...inBoth.flatMap((pair) => measure(kpi, pair.from, pair.to)),
  ]
}

const measure = (kpi: string, from: LockedMeasure, to: LockedMeasure): ReadonlyArray<Change> => [
  ...(from.storedType === to.storedType
    ? []
    : [make.MeasureTypeChanged.make({ kpi, measure: to.name, from: from.storedType, to: to.storedType })]),
  ...(differ(from.aggregate, to.aggregate)
    ? [make.MeasureMeaningChanged.make({ kpi, measure: to.name, from: from.aggregate, to: to.aggregate })]
    : []),
]

/** Groups that are computed in another way; those that come or go change the grain. */
const groups = (from: LockedKpi, to: LockedKpi): ReadonlyArray<Change> => {
  const looked = difference(from.lookups ?? [], to.lookups ?? [], ({ table }) => table).inBoth
  const [before, after] = [from, to].map((kpi) => new Map((kpi.groups ?? []).map(({ name, of }) => [name, of])))
  const changed = [
    ...to.key.filter((name) => from.key.includes(name) && differ(before?.get(name), after?.get(name))),
    ...looked.filter((pair) => differ(pair.from.key, pair.to.key)).map((pair) => pair.to.table),
  ]
  return changed.length === 0 ? [] : [make.KpiGroupsChanged.make({ kpi: to.name, groups: changed })]
}

const ratios = (from: LockedKpi, to: LockedKpi): ReadonlyArray<Change> => {
  const { added, removed, inBoth } = difference(from.ratios ?? [], to.ratios ?? [], ({ name }) => name)
  const kpi = to.name
  return [
    ...removed.map(({ name }) => make.RatioRemoved.make({ kpi, ratio: name })),
    ...added.map(({ name }) => make.RatioAdded.make({ kpi, ratio: name })),
    ...inBoth
      .filter((pair) => differ(pair.from, pair.to))
      .map((pair) => make.RatioChanged.make({ kpi, ratio: pair.to.name })),
  ]
}

const shapeOf = ({ key, measures: all }: LockedKpi): string =>
  canonicalLine({ key, measures: all.map(({ name, storedType }) => ({ name, storedType })) })

export const kpiChanges = (from: ReadonlyArray<LockedKpi>, to: ReadonlyArray<LockedKpi>): ReadonlyArray<Change> => {
  const { added, removed, inBoth } = difference(from, to, ({ name }) => name)
  return [
    ...removed.map((kpi) =>
      make.KpiRemoved.make({
        kpi: kpi.name,
        perhaps: added.filter((one) => shapeOf(one) === shapeOf(kpi)).map(({ name }) => name),
      }),
    ),
    ...added.map(({ name }) => make.KpiAdded.make({ kpi: name })),
    ...inBoth.flatMap(({ from: before, to: now }) => [
      ...(sameNames(before.key, now.key)
        ? []
        : [make.KpiGrainChanged.make({ kpi: now.name, from: before.key, to: now.key })]),
      ...groups(before, now),
      ...measures(now.name, before, now),
      ...ratios(before, now),
    ]),
  ]
}
