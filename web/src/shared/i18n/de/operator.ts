import type { AdminMessages } from "@/shared/i18n/messages";
import { admin } from "./admin";
import { evaluation } from "./evaluation";
import { experiments } from "./experiments";
import { imports } from "./imports";
import { map } from "./map";
import { overview } from "./overview";

export const operator: AdminMessages = { admin, overview, map, evaluation, imports, experiments };
