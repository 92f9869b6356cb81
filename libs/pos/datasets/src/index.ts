/** The registry: every dataset of the platform and its KPIs. The first is the default, where nothing names one. */
import { registry } from "@pos/contract"
import * as list from "./list.ts"

const { sales, ...others } = list

export const datasets = registry([sales, ...Object.values(others)])
