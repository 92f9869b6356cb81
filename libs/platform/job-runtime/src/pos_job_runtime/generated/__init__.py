"""Python that is made from TypeScript by `npx nx run python-types:generate`: do not edit what lies here."""
