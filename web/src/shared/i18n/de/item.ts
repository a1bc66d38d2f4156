import type { Messages } from "@/shared/i18n/messages";
import { number } from "./counting";

export const item: Messages["item"] = {
  pictures: "Bilder",
  picture: (at, count) => `Bild ${number(at)} von ${number(count)}`,
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
