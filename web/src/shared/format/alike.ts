/** What a result has in common with the query: the server's codes as words in the language of the page. */
import type { SharedTrait } from "@/api/types";
import type { ColourNames } from "@/shared/format/colours";
import { categoryName } from "@/shared/format/product";
import type { Messages } from "@/shared/i18n/messages";

/** Codes that are newer than this page are omitted; `names` are those of the colours by their codes. */
export function sharedInWords(shared: readonly SharedTrait[], m: Messages, names: ColourNames): string[] {
  return shared.map(({ code, parameters = {} }) => wordOf(code, parameters, m, names)).filter(Boolean);
}

type Parameters = Readonly<Record<string, string>>;

function wordOf(code: SharedTrait["code"], parameters: Parameters, m: Messages, names: ColourNames): string {
  if (code === "same_picture") return m.common.alike.picture;
  const { colour = "", department = "" } = parameters;
  if (code === "same_colour") return names[colour] ?? colour;
  if (code === "same_department") return categoryName(department, m);
  const words: Readonly<Partial<Record<typeof code, string | undefined>>> = {
    same_type: parameters.type,
    same_pattern: parameters.pattern,
    same_material: parameters.material,
    same_brand: parameters.brand,
  };
  return words[code] ?? "";
}
