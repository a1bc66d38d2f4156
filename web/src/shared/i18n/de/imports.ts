import type { AdminMessages } from "@/shared/i18n/messages";

export const imports: AdminMessages["imports"] = {
  pageTitle: "Importe",
  intro:
    "Sende einen Feed oder ein ZIP aus einem Feed und seinen Bildern. Was abgelehnt wurde, steht mit dem Grund in der Liste.",
  upload: {
    title: "Feed importieren",
    file: "Feed (CSV, TSV, JSON Lines, XML oder ZIP)",
    prune: "Artikel löschen, die im Feed fehlen, wenn es höchstens 10 % sind",
    submit: "Importieren",
    sending: (name) => `${name} wird gesendet`,
    none: "Wähle zuerst eine Datei.",
    refused: (detail) => `Der Feed wurde nicht angenommen: ${detail}`,
  },
  list: "Importe",
  none: {
    title: "Es wurde noch nichts importiert",
    text: "Importe, die du hier oder über die API startest, erscheinen in dieser Liste.",
  },
  states: {
    queued: "Wartet",
    running: "Läuft",
    interrupted: "Unterbrochen, wird fortgesetzt",
    succeeded: "Fertig",
    failed: "Fehlgeschlagen",
    cancelled: "Abgebrochen",
  },
  cancelling: "Wird nach diesem Abschnitt abgebrochen",
  stages: {
    reading: "Wird gelesen",
    importing: "Wird importiert",
    encoding: "Bilder werden kodiert",
    done: "Wird abgeschlossen",
  },
  started: (time) => `Begonnen: ${time}`,
  progress: (source) => `Fortschritt von ${source}`,
  counts: {
    accepted: "angenommen",
    rejected: "abgelehnt",
    added: "neu",
    changed: "geändert",
    unchanged: "unverändert",
    pruned: "gelöscht",
    encoded: "kodiert",
    not_encoded: "nicht kodiert",
  },
  pruneRefused: (reason) => `Es wurde nichts gelöscht: ${reason}`,
  cancel: "Abbrechen",
  cancelOf: (source) => `Import von ${source} abbrechen`,
  rejections: (count) => `Abgelehnte Zeilen: ${count}`,
  firstRejections: (shown, count) => `Die ersten ${shown} von ${count} abgelehnten Zeilen`,
  rejected: { line: "Zeile", item: "Artikel", reason: "Grund" },
};
