import { canonicalLine } from "../canonical-text.ts"
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
  ...(canonicalLine(from.aggregate) === canonicalLine(to.aggregate)
    ? []
    : [make.MeasureMeaningChanged.make({ kpi, measure: to.name, from: from.aggregate, to: to.aggregate })]),
]

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
      ...measures(now.name, before, now),
    ]),
  ]
}
