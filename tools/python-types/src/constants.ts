import { fileReasons, rowReasons, trailerReasons } from "@pos/contract"
import {
  ArgumentName,
  incomingPrefix,
  layoutNames,
  memberColumn,
  metricDimensions,
  metricsNamespace,
  metricUnits,
  runsPrefix,
} from "@pos/pipeline"
import { Plan } from "@pos/sql"
import { formatted } from "./generate.ts"

const literal = (name: string, values: ReadonlyArray<string>): string =>
  `${name}: TypeAlias = Literal[${values.map((value) => JSON.stringify(value)).join(", ")}]`

const constant = (name: string, value: string): string => `${name}: Final = ${JSON.stringify(value)}`

/** `fileLines` as `FILE_LINES`. */
const upper = (name: string): string => name.replace(/(?=[A-Z])/g, "_").toUpperCase()

/** The module of words that both languages use. */
export const constants = (): string =>
  formatted(
    "Words that both languages use: reason codes, arguments of the jobs, metrics and names in S3.",
    [
      "from __future__ import annotations",
      "from collections.abc import Mapping",
      "from typing import TYPE_CHECKING, Final, Literal",
      "if TYPE_CHECKING:",
      "    from typing_extensions import TypeAlias",
      "",
      "# Reasons that belong to no dataset's rules; those of the rules stand in the plan.",
      literal("ReasonCode", [
        ...Object.keys({ ...fileReasons, ...trailerReasons }),
        "unexpected_column",
        ...Object.keys(rowReasons),
      ]),
      "",
      literal("ArgumentName", ArgumentName.literals),
      "",
      literal("MetricName", Object.keys(metricUnits)),
      literal("MetricUnit", [...new Set(Object.values(metricUnits))]),
      literal("MetricDimension", metricDimensions),
      constant("METRICS_NAMESPACE", metricsNamespace),
      `METRIC_UNITS: Final[Mapping[MetricName, MetricUnit]] = ${JSON.stringify(metricUnits)}`,
      "",
      constant("PLAN_FORMAT", Plan.fields.format.literal),
      "",
      "# Folders and documents in S3, as `libs/platform/pipeline` lays them out.",
      constant("INCOMING", incomingPrefix.slice(0, -1)),
      constant("RUNS", runsPrefix.slice(0, -1)),
      ...Object.entries(layoutNames).map(([name, value]) => constant(upper(name), value)),
      "",
      "# The column that tells small files apart whose rows lie in one Parquet file.",
      constant("MEMBER", memberColumn),
      "",
    ].join("\n"),
  )
