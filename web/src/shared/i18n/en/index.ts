import { app } from "./app";
import { common } from "./common";
import { evaluation } from "./evaluation";
import { item } from "./item";
import { map } from "./map";
import { search } from "./search";
import { studio } from "./studio";
import { worn } from "./worn";

export const en = { app, common, search, item, studio, worn, map, evaluation };
