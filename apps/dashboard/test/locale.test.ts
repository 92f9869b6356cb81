import { assert, it } from "@effect/vitest"
import { localeOf } from "../src/model/locale.ts"

it("numbers follow the first of the reader's languages that there is", () => {
  assert.strictEqual(localeOf(["de-AT", "en"]), "de-AT")
  assert.strictEqual(localeOf(["en-US@posix", "fr"]), "fr")
  assert.strictEqual(localeOf(["C", "_", ""]), "en")
  assert.strictEqual(localeOf([]), "en")
})
