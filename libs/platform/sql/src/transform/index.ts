export { compileTransform } from "./compile.ts"
export { type KpiInput, relations, type TransformInput } from "./input.ts"
export { KpiTransform, Merge, Transform } from "./schema.ts"
export { UnsupportedTable } from "./unsupported.ts"
