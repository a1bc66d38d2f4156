import type { Messages } from "@/shared/i18n/messages";

export const demoShop: Messages["demoShop"] = {
  title: "Hier öffnet sich die Produktseite deines Shops",
  text: "Diese Seite steht nur an ihrer Stelle, denn die Demo gehört zu keinem Shop. Hier wird nichts verkauft. In deinem Shop führt „Kaufen“ zu der Adresse, die dein Katalog für das Produkt nennt.",
  back: "Zurück zum Produkt",
};
