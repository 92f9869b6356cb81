/** A source of advisories did not answer: what it would have said is unknown, which is not the same as nothing. */
export class Unreached extends Error {
  override readonly name = "Unreached"
}
