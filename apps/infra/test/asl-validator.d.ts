/** The package ships no types. */
declare module "asl-validator" {
  const validate: (definition: unknown) => {
    readonly isValid: boolean
    readonly errorsText: (separator?: string) => string
  }
  export default validate
}
