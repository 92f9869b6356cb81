import { Schema } from "effect"

/** Something that the stack deploys was not built, or is not what it should be. */
export class ArtefactError extends Schema.TaggedError<ArtefactError>()("ArtefactError", { message: Schema.String }) {}
