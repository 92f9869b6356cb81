export { RecentRuns } from "./platform/recent-runs.ts"
export { filled, type Report, report } from "./report.ts"
export { address, serve, whyNotServed } from "./server.ts"
export { type Deployment, Source } from "./source.ts"
