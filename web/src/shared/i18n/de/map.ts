import type { AdminMessages } from "@/shared/i18n/messages";

export const map: AdminMessages["map"] = {
  pageTitle: "Karte des Katalogs",
  intro:
    "Jeder Punkt ist ein Artikel. Ähnliche Artikel liegen nah beieinander; Abstände zwischen weit entfernten Gruppen sagen wenig aus.",
  views: "Darstellung der Karte",
  asPicture: "Bild",
  asTable: "Tabelle",
  legend: "Kategorien",
  picture: "Die Karte als Bild. Die Tabelle zeigt dieselben Artikel.",
  none: {
    title: "Es gibt noch keine Karte",
    text: "Sie lässt sich mit diesem Befehl erstellen: deepstyle points",
  },
  noPicture: {
    title: "Das Bild kann hier nicht gezeichnet werden",
    text: "Dieser Browser unterstützt kein WebGL. Die Tabelle oben enthält dieselben Artikel.",
  },
  move: {
    label: "Karte bewegen",
    up: "Nach oben",
    down: "Nach unten",
    left: "Nach links",
    right: "Nach rechts",
    zoomIn: "Vergrößern",
    zoomOut: "Verkleinern",
    all: "Alles anzeigen",
  },
  chosen: "Ausgewählter Artikel",
  chooseOne:
    "Ein Klick auf einen Punkt zeigt den Artikel. Verschieben lässt sich die Karte durch Ziehen, Scrollen oder mit den Schaltflächen.",
  howMade: (method) => `Angeordnet durch ${method} der Stil-Vektoren, die auch die Suche vergleicht.`,
  table: {
    caption: "Die Artikel der Karte nach Kategorien",
    item: "Artikel",
    category: "Kategorie",
    place: "Position",
    show: "Auf der Karte",
    showOf: (title) => `${title} auf der Karte anzeigen`,
    pages: "Seiten",
    previous: "Zurück",
    next: "Weiter",
    page: (page, pages) => `Seite ${page} von ${pages}`,
  },
};
