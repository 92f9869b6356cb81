/** Writes docs/state-machine.md from the template of a stage on AWS: `nx run infra:diagram`. */
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { synthesize } from "../synthesize.ts"
import { definitionOf } from "./definition.ts"
import { stateMachineDocument } from "./document.ts"

/**
 * Waits and limits of a real stage; those of the local one are shortened. The engine makes no difference to it, and this
 * one needs no JDK.
 */
const template = synthesize({ stage: "prod", engine: "embedded" })
writeFileSync(
  resolve(import.meta.dirname, "../../../../docs/state-machine.md"),
  stateMachineDocument(definitionOf(template)),
)
