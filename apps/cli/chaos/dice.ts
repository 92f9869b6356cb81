/** Chance that can be repeated: the same seed throws the same numbers (mulberry32). */

export interface Dice {
  /** At least 0, less than 1. */
  readonly next: () => number
  readonly below: (count: number) => number
  readonly oneOf: <A>(choices: ReadonlyArray<A>) => A
  readonly happens: (share: number) => boolean
}

export const makeDice = (seed: number): Dice => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return { next, below, oneOf: (choices) => choices[below(choices.length)]!, happens: (share) => next() < share }
}
