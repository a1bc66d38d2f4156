import type { AdminMessages } from "@/shared/i18n/messages";

export const audit: AdminMessages["audit"] = {
  title: "Änderungsprotokoll",
  intro:
    "Jede Änderung von Regeln, Synonymen, Weiterleitungen, Looks und Margen. Jede lässt sich rückgängig machen, die neueste zuerst.",
  none: "Es wurde noch nichts geändert.",
  kinds: {
    rules: "Regel",
    synonyms: "Synonyme",
    redirects: "Weiterleitung",
    editorial: "Look",
    margins: "Marge",
  },
  what: (kind, name) => `${kind}: ${name}`,
  added: "Hinzugefügt",
  changed: "Geändert",
  removed: "Entfernt",
  undid: "Rückgängig gemacht",
  by: (did, who, when) => `${did} von ${who}, ${when}`,
  undo: "Rückgängig machen",
  undoOf: (what) => `Rückgängig machen: ${what}`,
  later: "Es wurde danach noch einmal geändert. Mache zuerst die späteren Änderungen rückgängig.",
  failed: (detail) => `Nicht rückgängig gemacht: ${detail}`,
  details: "Vorher und nachher",
  before: "Vorher",
  after: "Nachher",
  nothing: "Nichts",
  more: "Ältere Änderungen zeigen",
};
