/** What the server answers, as it travels. Types alone: nothing of the server comes into the page. */
import type * as Api from "@pos/dashboard-server/api"

export type Overview = typeof Api.Overview.Encoded
export type Kpi = Overview["pages"]["kpis"][number]
export type Dimension = Kpi["dimensions"][number]
export type Measure = Kpi["measures"][number]
export type Format = Measure["format"]

export type Value = string | number | boolean | null
export type Values = Readonly<Record<string, Value>>

export type Trust = typeof Api.Trust.Encoded
export type Day = typeof Api.KpiDay.Encoded
export type Compared = Day["compared"]
export type Rows = typeof Api.KpiRows.Encoded
export type Row = Rows["rows"][number]
export type Series = typeof Api.Series.Encoded
export type Origin = typeof Api.Origin.Encoded

export type Runs = typeof Api.Runs.Encoded
export type Run = typeof Api.RunDetail.Encoded
export type FileReport = Run["report"]["files"][number]
export type Reason = FileReport["reasons"][number]
export type Suppliers = typeof Api.Suppliers.Encoded
export type Health = typeof Api.Health.Encoded
