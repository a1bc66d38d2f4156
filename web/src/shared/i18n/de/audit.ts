import type { AdminMessages } from "@/shared/i18n/messages";

export const audit: AdminMessages["audit"] = {
  title: "Änderungsprotokoll",
  intro:
    "Jede Änderung von Regeln, Synonymen, Weiterleitungen, Looks, Margen und Experimenten, die neueste zuerst. Was sich rückgängig machen lässt, hat einen Knopf dafür.",
  none: "Es wurde noch nichts geändert.",
  kinds: {
    rules: "Regel",
    synonyms: "Synonyme",
    redirects: "Weiterleitung",
    editorial: "Look",
    margins: "Marge",
    experiments: "Experiment",
  },
  what: (kind, name) => `${kind}: ${name}`,
  added: "Hinzugefügt",
  changed: "Geändert",
  removed: "Entfernt",
  undid: "Rückgängig gemacht",
  started: "Gestartet",
  stopped: "Beendet",
  ended: "Ein Experiment, das beendet ist, kann nicht weiterlaufen.",
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
