export { Store } from "./store.ts"
export { TIME_ZONES } from "./time-zones.ts"
