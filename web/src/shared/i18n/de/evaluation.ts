import type { AdminMessages } from "@/shared/i18n/messages";
import { number } from "./counting";

export const evaluation: AdminMessages["evaluation"] = {
  pageTitle: "Auswertung",
  intro: "Wie gut Suche und Outfit-Vorschläge sind, mit dem Befehl, der die Zahlen jeweils reproduziert.",
  madeOn: (day) => `Gemessen am ${day}`,
  madeBy: "Befehl",
  figuresOf: (title) => `Zahlen zu: ${title}`,
  moreRows: (rows) => `Die JSON-Datei enthält ${number(rows)} weitere Zeilen.`,
  pictureOf: (name, title) => `${name}, ein Bild des Berichts „${title}“`,
  enlarge: (name) => `${name}: in voller Größe öffnen`,
  wholePage: "Bericht als Seite",
  rawFigures: "Zahlen als JSON",
  none: {
    title: "Es wurde noch nichts gemessen",
    text: "Es wurde noch kein Bericht veröffentlicht. Wer den Shop betreibt, kann das mit diesem Befehl tun:",
  },
};
