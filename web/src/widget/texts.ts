/** The words of the widget. They are not among the website's, so that neither carries the other's. */
import { common as german } from "@/shared/i18n/de/common";
import { common as english } from "@/shared/i18n/en/common";

const en = {
  headings: { similar: "Similar items", goesWith: "Goes well with", photo: "Find it by photo", look: "Shop the look" },
  choose: "Choose a photo",
  chooseAnother: "Choose another photo",
  yourPhoto: "Your photo",
  searching: "Searching…",
  found: (count: number) => (count === 1 ? "1 item found" : `${count} items found`),
  nothingAlike: "Nothing here is very similar. These come closest.",
  nothing: "Nothing was found.",
  noGarment: "No garments were found. Choose a photo of somebody who wears the look, from head to toe if possible.",
  insteadOf: "instead of",
  shop: english,
};

export type Texts = typeof en;

const de: Texts = {
  headings: { similar: "Ähnliche Artikel", goesWith: "Passt dazu", photo: "Per Foto finden", look: "Den Look kaufen" },
  choose: "Foto wählen",
  chooseAnother: "Anderes Foto wählen",
  yourPhoto: "Dein Foto",
  searching: "Sucht …",
  found: (count) => (count === 1 ? "1 Artikel gefunden" : `${count} Artikel gefunden`),
  nothingAlike: "Nichts hier ist sehr ähnlich. Das kommt am nächsten.",
  nothing: "Nichts gefunden.",
  noGarment:
    "Keine Kleidungsstücke gefunden. Wähle ein Foto, auf dem jemand den Look trägt, möglichst von Kopf bis Fuß.",
  insteadOf: "statt",
  shop: german as typeof english,
};

export const texts = { en, de };
