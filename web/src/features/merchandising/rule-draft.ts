/** A rule while it is edited: every field is text as it was typed. */
import type { Rule } from "@/api/types";

export const ACTIONS = ["pin", "boost", "bury", "hide"] as const;
const LISTS = ["item_ids", "semantic_categories", "categories", "brands", "seasons", "availabilities"] as const;

export type RuleDraft = Pick<Rule, "name" | "action" | "query" | "exact" | "enabled"> & {
  surfaces: Rule["surfaces"];
} & Record<
    (typeof LISTS)[number] | "margin_min" | "margin_max" | "place" | "strength" | "priority" | "from" | "to",
    string
  >;

export const NEW_RULE: Rule = {
  name: "",
  action: "pin",
  query: "",
  exact: false,
  surfaces: [],
  item_ids: [],
  semantic_categories: [],
  categories: [],
  brands: [],
  seasons: [],
  availabilities: [],
  margin_min: null,
  margin_max: null,
  place: 1,
  strength: 1,
  from: null,
  to: null,
  enabled: true,
  priority: 0,
};

export function draftOf(rule: Rule): RuleDraft {
  const lists = Object.fromEntries(LISTS.map((name) => [name, rule[name].join(", ")]));
  const { name, action, query, exact, enabled, surfaces } = rule;
  const numbers = { place: String(rule.place), strength: String(rule.strength), priority: String(rule.priority) };
  const margins = { margin_min: String(rule.margin_min ?? ""), margin_max: String(rule.margin_max ?? "") };
  const dates = { from: rule.from ?? "", to: rule.to ?? "" };
  return { name, action, query, exact, enabled, surfaces, ...numbers, ...margins, ...dates, ...lists } as RuleDraft;
}

/** The rule of a draft; what its action does not use is left out. */
export function ruleOf(draft: RuleDraft): Rule {
  const isPin = draft.action === "pin";
  const lists = Object.fromEntries(
    LISTS.map((name) => [name, isPin && name !== "item_ids" ? [] : listed(draft[name])]),
  ) as Pick<Rule, (typeof LISTS)[number]>;
  return {
    ...NEW_RULE,
    ...lists,
    name: draft.name.trim(),
    action: draft.action,
    query: draft.query.trim(),
    exact: draft.exact && draft.query.trim() !== "",
    enabled: draft.enabled,
    surfaces: draft.surfaces,
    margin_min: isPin ? null : numberOf(draft.margin_min),
    margin_max: isPin ? null : numberOf(draft.margin_max),
    place: (isPin && numberOf(draft.place)) || 1,
    strength: numberOf(draft.strength) ?? 1,
    priority: numberOf(draft.priority) ?? 0,
    from: draft.from || null,
    to: draft.to || null,
  };
}

export const listed = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

function numberOf(text: string): number | null {
  const value = Number(text.replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? null : value;
}
