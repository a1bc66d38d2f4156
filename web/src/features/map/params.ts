/** The address of the map page: view, categories, page, and selected item. */
import { readAmount, readList, readText } from "@/shared/address/read";

export type MapParams = {
  view?: "table";
  /** Only these; all if empty. */
  category?: string[];
  item?: string;
  /** Of the table, from 1. */
  page?: number;
};

export function readMapParams(raw: Record<string, unknown>): MapParams {
  const categories = readList(raw, "category");
  const item = readText(raw, "item");
  const page = Math.floor(readAmount(raw, "page") ?? 1);
  return {
    ...(readText(raw, "view") === "table" && { view: "table" as const }),
    ...(categories.length > 0 && { category: categories }),
    ...(item !== undefined && { item }),
    ...(page > 1 && { page }),
  };
}
