/** The types of the API. `build.mjs` puts the generated file itself in this one's place in the package. */
export type { components, operations, paths } from "../../src/api/schema";
