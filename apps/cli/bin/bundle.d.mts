import type { OutputChunk } from "rolldown"

export const chunks: () => Promise<ReadonlyArray<OutputChunk>>
