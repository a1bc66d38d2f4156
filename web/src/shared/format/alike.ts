/** What a result has in common with the query: the server's codes as words in the language of the page. */
import type { SharedTrait } from "@/api/types";
import { categoryName } from "@/shared/format/product";
import { nameOf, type ValueNames } from "@/shared/format/values";
import type { Messages } from "@/shared/i18n/messages";

/** Codes that are newer than this page are omitted; `names` are those of the catalogue's values. */
export function sharedInWords(shared: readonly SharedTrait[], m: Messages, names: ValueNames): string[] {
  return shared.map(({ code, parameters = {} }) => wordOf(code, parameters, m, names)).filter(Boolean);
}

type Parameters = Readonly<Record<string, string>>;

function wordOf(code: SharedTrait["code"], parameters: Parameters, m: Messages, names: ValueNames): string {
  if (code === "same_picture") return m.common.alike.picture;
  const { colour = "", department = "" } = parameters;
  if (code === "same_colour") return nameOf(colour, names);
  if (code === "same_department") return categoryName(department, m);
  const translated = (name: string) => nameOf(parameters[name] ?? "", names);
  const words: Readonly<Partial<Record<typeof code, string | undefined>>> = {
    same_type: translated("type"),
    same_pattern: translated("pattern"),
    same_material: translated("material"),
    same_brand: parameters.brand,
  };
  return words[code] ?? "";
}
