import type { Messages } from "@/shared/i18n/messages";
import { app } from "./app";
import { common } from "./common";
import { demoShop } from "./demo-shop";
import { item } from "./item";
import { search } from "./search";
import { studio } from "./studio";
import { worn } from "./worn";

export const de: Messages = { app, common, search, item, studio, worn, demoShop };
