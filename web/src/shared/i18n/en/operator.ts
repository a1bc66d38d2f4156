/** The texts of `/admin`, which the shop does not load. */
import { admin } from "./admin";
import { analytics } from "./analytics";
import { audit } from "./audit";
import { evaluation } from "./evaluation";
import { experiments } from "./experiments";
import { imports } from "./imports";
import { map } from "./map";
import { merchandising } from "./merchandising";
import { overview } from "./overview";

export const operator = { admin, overview, map, evaluation, imports, experiments, merchandising, analytics, audit };
