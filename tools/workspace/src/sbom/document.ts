/** A bill of materials as CycloneDX 1.6 JSON. The same parts give the same bytes: no serial number, no time. */
import { Enums, Models, SPDX, Serialize, Spec, Validation } from "@cyclonedx/cyclonedx-library"

/** One thing that an artefact is made of. */
export interface Part {
  /** https://github.com/package-url/purl-spec, and what tells parts apart. */
  readonly purl: string
  readonly group?: string
  readonly name: string
  readonly version: string
  readonly hash?: { readonly algorithm: "SHA-256" | "SHA-512" | "SHA-1"; readonly hex: string }
  /** An SPDX id or expression, or whatever the package says. */
  readonly licence?: string
  /** The purls of what it needs; those that are no parts of the artefact are left out. */
  readonly needs: ReadonlyArray<string>
  /** Needed to build or to test, and not to run. */
  readonly development?: boolean
}

export interface Artefact {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly parts: ReadonlyArray<Part>
}

const spec = Spec.Spec1dot6

/** The document's text. */
export const bomOf = ({ description, name, parts, version }: Artefact): string => {
  const components = new Map(parts.map((part) => [part.purl, { part, component: componentOf(part) }]))
  const whole = new Models.Component(Enums.ComponentType.Application, name, { version, description, bomRef: name })
  for (const { component, part } of components.values()) {
    whole.dependencies.add(component.bomRef)
    for (const purl of part.needs) {
      const needed = components.get(purl)?.component
      if (needed !== undefined && needed !== component) component.dependencies.add(needed.bomRef)
    }
  }
  const bom = new Models.Bom({
    components: new Models.ComponentRepository([...components.values()].map(({ component }) => component)),
    metadata: new Models.Metadata({ component: whole }),
  })
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(spec))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

const componentOf = ({ development, group, hash, licence, name, purl, version }: Part) =>
  new Models.Component(Enums.ComponentType.Library, name, {
    ...(group === undefined ? {} : { group }),
    version,
    purl,
    bomRef: purl,
    ...(development === true ? { scope: Enums.ComponentScope.Excluded } : {}),
    ...(hash === undefined
      ? {}
      : { hashes: new Models.HashDictionary([[hash.algorithm as Enums.HashAlgorithm, hash.hex]]) }),
    ...(licence === undefined ? {} : { licenses: new Models.LicenseRepository([licenceOf(licence)]) }),
  })

const licenceOf = (licence: string) => {
  const id = SPDX.fixupSpdxId(licence)
  if (id !== undefined) return new Models.SpdxLicense(id)
  return /^\(?[\w.+-]+( (AND|OR|WITH) [\w.()+-]+)+\)?$/.test(licence)
    ? new Models.LicenseExpression(licence)
    : new Models.NamedLicense(licence)
}

/** What the schema of CycloneDX has against a document; undefined when nothing. */
export const schemaErrors = async (text: string): Promise<string | undefined> => {
  const errors = await new Validation.JsonStrictValidator(spec.version).validate(text)
  return errors === null ? undefined : JSON.stringify(errors)
}
