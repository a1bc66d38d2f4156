import type { Messages } from "@/shared/i18n/messages";

export const item: Messages["item"] = {
  buy: "Im Shop kaufen",
  buyNewTab: "öffnet einen neuen Tab",
  description: "Beschreibung",
  notShown: "Artikel",
  itemNumber: "Artikelnummer",
  similar: "Sieht ähnlich aus",
  goesWith: "Passt dazu",
  nothingSimilar: "Sonst sieht nichts im Katalog so aus.",
  nothingGoes: "Wir kennen noch nichts, was dazu passt.",
  buildOutfit: "Outfit zusammenstellen",
  seeAllSimilar: "Alles Ähnliche zeigen",
  seeAllGoesWith: "Alles Passende zeigen",
};
