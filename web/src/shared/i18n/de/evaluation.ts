import type { Messages } from "@/shared/i18n/messages";

export const evaluation: Messages["evaluation"] = {
  pageTitle: "Auswertung",
  intro: "Wie gut Suche und Outfit-Vorschläge sind, gemessen; jeweils mit dem Befehl, der es noch einmal misst.",
  madeOn: (day) => `Gemessen am ${day}`,
  madeBy: "Erstellt durch",
  figuresOf: (title) => `Zahlen zu: ${title}`,
  moreRows: (rows) => `${rows} weitere Zeilen stehen in der Datei mit den Zahlen.`,
  pictureOf: (name, title) => `${name}, ein Bild des Berichts „${title}“`,
  enlarge: (name) => `${name}: in voller Größe öffnen`,
  wholePage: "Der Bericht als Seite",
  rawFigures: "Die Zahlen als JSON",
  none: {
    title: "Noch wurde nichts gemessen",
    text: "Dieser Shop hat keinen Bericht veröffentlicht, also gibt es keine Zahl zu zeigen. Wer ihn betreibt, veröffentlicht einen mit:",
  },
};
