/** Two lists of named things, side by side. */

interface Pair<A> {
  readonly from: A
  readonly to: A
}

export interface Difference<A> {
  readonly added: ReadonlyArray<A>
  readonly removed: ReadonlyArray<A>
  /** In both, changed or not. */
  readonly inBoth: ReadonlyArray<Pair<A>>
}

export const difference = <A>(
  from: ReadonlyArray<A>,
  to: ReadonlyArray<A>,
  nameOf: (one: A) => string,
): Difference<A> => {
  const [before, after] = [from, to].map((all) => new Map(all.map((one) => [nameOf(one), one])))
  return {
    added: to.filter((one) => before?.has(nameOf(one)) !== true),
    removed: from.filter((one) => after?.has(nameOf(one)) !== true),
    inBoth: from.flatMap((one) => {
      const now = after?.get(nameOf(one))
      return now === undefined ? [] : [{ from: one, to: now }]
    }),
  }
}

export const sameNames = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  one.length === other.length && one.every((name) => other.includes(name))
