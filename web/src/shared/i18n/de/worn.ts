import type { Messages } from "@/shared/i18n/messages";

export const worn: Messages["worn"] = {
  pageTitle: "Den Look kaufen",
  intro: "Jedes Kleidungsstück auf deinem Foto mit dem, was ihm hier am nächsten kommt, und je eines im Warenkorb.",
  toSearch: "Zur Suche",
  budget: "Budget für alles",
  budgetIn: (currency) => `Budget für alles, ${currency}`,
  noBudget: "Ohne Grenze",
  applyBudget: "Übernehmen",
  cart: "Der Look",
  total: "Zusammen",
  nothingLike: "So etwas gibt es in diesem Shop nicht.",
  noGoodMatch: "Nichts hier ist sehr ähnlich. Das kommt am nächsten.",
  noneInStock: "Davon ist nichts auf Lager.",
  overBudget: "In diesem Budget nicht zu haben.",
  none: {
    title: "Keine Kleidungsstücke gefunden",
    text: "Wähle ein Foto, auf dem jemand den Look trägt, möglichst von Kopf bis Fuß.",
  },
};
