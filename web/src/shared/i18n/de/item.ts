import type { Messages } from "@/shared/i18n/messages";
import { number } from "./counting";

export const item: Messages["item"] = {
  pictures: "Bilder",
  picture: (at, count) => `Bild ${number(at)} von ${number(count)}`,
  buy: "Im Shop kaufen",
  buyNewTab: "öffnet einen neuen Tab",
  description: "Beschreibung",
  notShown: "Artikel",
  inStock: "Auf Lager",
  soldOut: "Ausverkauft",
  zoom: {
    open: "Bild vergrößern",
    title: "Bild",
    larger: "Größer",
    previous: "Voriges Bild",
    next: "Nächstes Bild",
  },
  share: {
    label: "Teilen",
    copied: "Link kopiert",
    failed: "Der Link ließ sich nicht kopieren. Kopiere ihn aus der Adresszeile.",
  },
  wornIn: "Getragen in Looks",
  pieces: (count) => `${count} Teile`,
  itemNumber: "Artikelnummer",
  similar: "Ähnliche Artikel",
  goesWith: "Passt dazu",
  nothingSimilar: "Im Katalog gibt es nichts Ähnliches.",
  nothingGoes: "Für diesen Artikel haben wir noch keine Vorschläge.",
  buildOutfit: "Outfit zusammenstellen",
  seeAllSimilar: "Alle ähnlichen Artikel anzeigen",
  seeAllGoesWith: "Alles Passende anzeigen",
};
