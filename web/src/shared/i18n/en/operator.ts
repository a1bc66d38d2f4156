/** The texts of `/admin`, which the shop does not load. */
import { admin } from "./admin";
import { evaluation } from "./evaluation";
import { experiments } from "./experiments";
import { imports } from "./imports";
import { map } from "./map";
import { overview } from "./overview";

export const operator = { admin, overview, map, evaluation, imports, experiments };
