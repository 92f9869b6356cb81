export { RecentRuns } from "./platform/recent-runs.ts"
export { address, serve } from "./server.ts"
export { type Deployment, Source } from "./source.ts"
