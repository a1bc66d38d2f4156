import type { Messages } from "@/shared/i18n/messages";

export const item: Messages["item"] = {
  pictures: "Bilder",
  picture: (number, count) => `Bild ${number} von ${count}`,
  buy: "Im Shop kaufen",
  buyNewTab: "öffnet einen neuen Tab",
  description: "Beschreibung",
  notShown: "Artikel",
  regularPrice: "Regulärer Preis",
  itemNumber: "Artikelnummer",
  similar: "Ähnliche Artikel",
  goesWith: "Passt dazu",
  nothingSimilar: "Im Katalog gibt es nichts Ähnliches.",
  nothingGoes: "Für diesen Artikel haben wir noch keine Vorschläge.",
  buildOutfit: "Outfit zusammenstellen",
  seeAllSimilar: "Alle ähnlichen Artikel anzeigen",
  seeAllGoesWith: "Alles Passende anzeigen",
};
