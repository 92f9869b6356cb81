import { Schema } from "effect"

/** The statements of one engine's transformation. */
export const Transform = Schema.Json
export type Transform = typeof Transform.Type
