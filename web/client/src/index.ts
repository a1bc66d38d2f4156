export { type ClientOptions, createClient, type DeepstyleClient, type ImageWidth } from "./client.js";
export type { CartLine, GarmentRow, GarmentsLine, LookLine } from "./lines.js";
export { type Problem, ProblemError } from "./problem.js";
export type { components, operations, paths } from "./schema.js";
