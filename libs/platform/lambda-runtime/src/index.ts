/** What every Lambda of the platform has: its log and its metrics. */
export { layerLog, Lines } from "./log.ts"
export { emitMetrics, type Emitted } from "./metrics.ts"
