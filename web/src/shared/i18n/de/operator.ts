import type { AdminMessages } from "@/shared/i18n/messages";
import { admin } from "./admin";
import { analytics } from "./analytics";
import { audit } from "./audit";
import { evaluation } from "./evaluation";
import { experiments } from "./experiments";
import { imports } from "./imports";
import { map } from "./map";
import { merchandising } from "./merchandising";
import { overview } from "./overview";

export const operator: AdminMessages = {
  admin,
  overview,
  map,
  evaluation,
  imports,
  experiments,
  merchandising,
  analytics,
  audit,
};
