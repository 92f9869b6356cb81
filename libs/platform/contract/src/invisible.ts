/** Characters that nobody sees: with them, two texts look alike and are not the same. */
import { Schema } from "effect"
import "./annotations.ts"
import type { Field } from "./fields.ts"

/**
 * Unicode's Default_Ignorable_Code_Point, which is drawn as nothing, and the three marks of interlinear annotations: zero
 * width spaces and joiners, direction marks, the byte order mark, soft hyphens, variation selectors, tags, fillers.
 * Spaces that have a width and the signs of category Cf that are drawn are not among them.
 */
/* oxlint-disable no-misleading-character-class -- each character stands for itself */
export const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/u
/* oxlint-enable no-misleading-character-class */

/** What people may call the usual ones. */
export const INVISIBLE_NAMES: Readonly<Record<string, string>> = {
  "\u00AD": "soft hyphen",
  "\u200B": "zero width space",
  "\u200C": "zero width non-joiner",
  "\u200D": "zero width joiner",
  "\u200E": "left-to-right mark",
  "\u200F": "right-to-left mark",
  "\u202A": "left-to-right embedding",
  "\u202B": "right-to-left embedding",
  "\u202C": "end of a direction",
  "\u202D": "left-to-right override",
  "\u202E": "right-to-left override",
  "\u2060": "word joiner",
  "\uFE0E": "variation selector",
  "\uFE0F": "variation selector",
  "\uFEFF": "byte order mark",
}

const ID = "pos/noInvisibleCharacters"

/** No characters that nobody sees. Every text column of a key has this check. */
export const noInvisibleCharacters = Schema.makeFilter((text: string) => !INVISIBLE.test(text), {
  expected: "without invisible characters",
  reason: "invisible_characters",
  representation: { id: ID, payload: null },
  toJsonSchema: () => ({ pattern: `^[^${INVISIBLE.source.slice(1, -1)}]*$` }),
})

/** Whether two values of the column may look alike, though nobody said that they may. */
export const mayLookAlike = ({ column, checks, invisible }: Field): boolean =>
  column.kind === "text" && invisible !== "allowed" && !checks.some(({ id }) => id === ID)
