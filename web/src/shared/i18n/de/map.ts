import type { Messages } from "@/shared/i18n/messages";

export const map: Messages["map"] = {
  pageTitle: "Karte des Katalogs",
  intro:
    "Jeder Punkt ist ein Artikel. Was sich ähnlich sieht, liegt beieinander; Abstände zwischen fernen Inseln sagen wenig.",
  views: "Darstellung der Karte",
  asPicture: "Bild",
  asTable: "Tabelle",
  legend: "Kategorien",
  picture: "Die Karte als Bild. Die Tabelle zeigt dieselben Artikel.",
  none: {
    title: "Es gibt noch keine Karte",
    text: "Sie wird aus dem Katalog gemacht, mit dem Befehl: deepstyle points",
  },
  noPicture: {
    title: "Das Bild kann hier nicht gezeichnet werden",
    text: "Dieser Browser bietet kein WebGL. Die Tabelle darüber führt dieselben Artikel auf.",
  },
  move: {
    label: "Karte bewegen",
    up: "Nach oben",
    down: "Nach unten",
    left: "Nach links",
    right: "Nach rechts",
    zoomIn: "Näher",
    zoomOut: "Weiter weg",
    all: "Alles zeigen",
  },
  chosen: "Gewählter Artikel",
  chooseOne: "Ein Klick auf einen Punkt zeigt den Artikel. Bewegen durch Ziehen, Scrollen oder mit den Knöpfen.",
  howMade: (method) => `Angeordnet durch ${method} der Stil-Vektoren, die auch die Suche vergleicht.`,
  table: {
    caption: "Die Artikel der Karte nach Kategorien",
    item: "Artikel",
    category: "Kategorie",
    place: "Ort",
    show: "Auf der Karte",
    showOf: (title) => `${title} auf der Karte zeigen`,
    pages: "Seiten",
    previous: "Zurück",
    next: "Weiter",
    page: (page, pages) => `Seite ${page} von ${pages}`,
  },
};
