import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "vitest"
import { definitionOf } from "../src/diagram/definition.ts"
import { stateMachineDocument } from "../src/diagram/document.ts"
import { templateOf } from "./fixture.ts"

describe("docs/state-machine.md", () => {
  it("shows the state machine as it is synthesized", async () => {
    const page = fileURLToPath(new URL("../../../docs/state-machine.md", import.meta.url))
    // Waits and limits of a stage on AWS: those of the local one are shortened. The engine makes no difference to it.
    await expect(stateMachineDocument(definitionOf(templateOf({ stage: "prod" })))).toMatchFileSnapshot(page)
  })

  it("draws every way between two states, and where runs begin and end", () => {
    const drawn = stateMachineDocument({
      StartAt: "A",
      States: {
        A: {
          Type: "Task",
          Resource: "arn:aws:states:::s3:getObject",
          Next: "B",
          Catch: [
            { ErrorEquals: ["States.TaskFailed"], Next: "D" },
            { ErrorEquals: ["States.ALL"], Next: "C" },
          ],
        },
        B: { Type: "Choice", Choices: [{ Condition: "{% $n > 0 %}", Next: "D" }], Default: "C" },
        C: { Type: "Fail" },
        D: { Type: "Succeed" },
      },
    })
    for (const arrow of [
      "[*] --> A",
      "A --> B",
      "A --> D: on a failed run",
      "A --> C: on error",
      "B --> D: n > 0",
      "B --> C: otherwise",
      "C --> [*]",
      "D --> [*]",
    ]) {
      assert.include(drawn, `  ${arrow}\n`)
    }
  })
})
