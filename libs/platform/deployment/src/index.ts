/** Proves a deployed stack: checks that change nothing, and what they report. */
export { type Check, CheckResult, NotChecked, Problem, Status } from "./check.ts"
export { type AssetFile, assetFile, builtFiles, Checkout } from "./checkout.ts"
export { harmless } from "./checks/index.ts"
export { Clients } from "./clients.ts"
export { Deployment, NotOurs, Outputs } from "./deployment.ts"
export { isProved, renderResults, summarize } from "./render.ts"
export { isDenied, runChecks, unwatched, type Watcher } from "./run-checks.ts"
export { differing, type Resource, resolved, Template } from "./template.ts"
