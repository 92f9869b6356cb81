import {
  atLeast,
  atMostCharacters,
  Day,
  Integer,
  noControlCharacters,
  noInvisibleCharacters,
  notBlank,
  Text,
} from "@pos/contract"
import { Schema } from "effect"

const Name = Text.check(notBlank, noControlCharacters, noInvisibleCharacters, atMostCharacters(200))

/** A store: where it is, and since when. */
export const Store = Schema.Struct({
  store_id: Integer.check(atLeast(1n)).annotate({
    description: "The store, as sales name it.",
    examples: [12n],
  }),
  name: Name.annotate({ description: "What people call the store.", examples: ["Berlin Alexanderplatz"] }),
  region: Name.annotate({ description: "The region that the store counts towards.", examples: ["North-East"] }),
  time_zone: Name.annotate({
    description: "The store's time zone, by its name in the IANA time zone database.",
    examples: ["Europe/Berlin"],
  }),
  opened: Day.annotate({ description: "The first day on which the store sold.", examples: ["2019-05-02"] }),
  closed: Schema.optionalKey(
    Day.annotate({
      description: "The last day on which the store sold; empty while it is open.",
      examples: ["2026-01-31"],
    }),
  ),
})

export type Store = typeof Store.Type
