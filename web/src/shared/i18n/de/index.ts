import type { Messages } from "@/shared/i18n/messages";
import { common } from "./common";
import { demoShop } from "./demo-shop";
import { evaluation } from "./evaluation";
import { item } from "./item";
import { map } from "./map";
import { search } from "./search";
import { studio } from "./studio";
import { worn } from "./worn";

export const de: Messages = { common, search, item, studio, worn, map, evaluation, demoShop };
