import type { Messages } from "@/shared/i18n/messages";
import { BRAND } from "@/shared/theme/brand";
import { number, percent } from "./counting";

export const common: Messages["common"] = {
  brand: BRAND.name,
  skipToContent: "Zum Inhalt springen",
  nav: { label: "Hauptmenü", search: "Suche", studio: "Studio", wishlist: "Merkliste", account: "Konto" },
  theme: { label: "Farbschema", system: "System", light: "Hell", dark: "Dunkel" },
  language: { label: "Sprache", en: "English", de: "Deutsch" },
  close: "Schließen",
  cancel: "Abbrechen",
  retry: "Erneut versuchen",
  loading: "Lädt",
  notFound: {
    title: "Diese Seite gibt es nicht",
    text: "Vielleicht enthält die Adresse einen Tippfehler.",
    home: "Zur Suche",
  },
  seenInPicture: (category, sure) => `${category} (im Bild erkannt, zu ${percent(sure)} sicher)`,
  semanticCategories: {
    "all-body": "Kleider & Anzüge",
    bottoms: "Hosen & Röcke",
    tops: "Oberteile",
    outerwear: "Mäntel & Jacken",
    shoes: "Schuhe",
    bags: "Taschen",
    jewellery: "Schmuck",
    hats: "Hüte",
    scarves: "Schals & Tücher",
    sunglasses: "Sonnenbrillen",
    accessories: "Accessoires",
    "": "Sonstiges",
  },
  card: {
    goesWith: "Passt dazu",
    moreLike: "Ähnliches",
    untitled: "Artikel ohne Namen",
    regularPrice: "Regulärer Preis",
  },
  alike: { shared: (traits) => `Gleich: ${traits}`, picture: "Bild" },
  nothingVerySimilar: {
    title: "Hier gibt es nichts sehr Ähnliches",
    text: "Diesen Artikel scheint es hier nicht zu geben. Diese kommen ihm am nächsten.",
  },
  fits: { great: "Passt sehr gut", good: "Passt gut", fair: "Könnte passen", poor: "Ungewöhnlich dazu" },
  variants: {
    colours: (count) => `${number(count)} Farben`,
    sizes: (count) => `${number(count)} Größen`,
    count: (count) => `${number(count)} Varianten`,
    coloursLabel: "Farben",
    sizesLabel: "Größen",
    soldOut: "ausverkauft",
  },
  uncalibrated: {
    ranked: "Geordnet von einem Modell, das mit anderen Katalogen trainiert wurde: das Beste zuerst, ohne Wert.",
    trained: (data, auc) => `Bei ${data} trennt es gute Outfits von anderen mit einer AUC von ${auc}.`,
    own: (auc) => `Bei den eigenen Outfits dieses Shops ist die AUC ${auc}; 0,50 ist Zufall.`,
  },
  problems: {
    "too-large": { title: "Dieses Foto ist zu groß", text: "Wähle ein kleineres." },
    unsupported: {
      title: "Dieser Dateityp wird nicht unterstützt",
      text: "Wähle ein Bild in einem anderen Format.",
    },
    heic: {
      title: "Dieses HEIC-Foto lässt sich hier nicht öffnen",
      text: "Speichere es zuerst als JPEG. Auf einem iPhone: In den Einstellungen unter „Kamera“, „Formate“ die Option „Maximale Kompatibilität“ wählen und das Foto neu aufnehmen. Auch ein Bildschirmfoto davon geht.",
    },
    "broken-image": {
      title: "Dieses Bild lässt sich nicht öffnen",
      text: "Es scheint beschädigt zu sein. Speichere es neu oder wähle ein anderes.",
    },
    "unknown-item": { title: "Diesen Artikel gibt es nicht", text: "Vielleicht ist er ausverkauft." },
    expired: { title: "Diese Ergebnisse sind abgelaufen", text: "Starte die Suche neu." },
    busy: { title: "Gerade suchen viele Menschen", text: "Versuche es in ein paar Sekunden noch einmal." },
    "warming-up": {
      title: "Die Suche startet gerade",
      text: "Das Modell wird geladen. Deine Suche geht gleich von selbst weiter.",
    },
    offline: {
      title: "Du bist offline",
      text: "Prüfe deine Verbindung. Dein Foto bleibt erhalten, bis du zurück bist.",
    },
    unreachable: {
      title: "Der Shop ist nicht erreichbar",
      text: "Der Server antwortet nicht. Versuche es gleich noch einmal.",
    },
    other: {
      title: "Etwas ist schiefgegangen",
      text: "Es liegt nicht an dir. Versuche es noch einmal oder komm später wieder.",
    },
  },
  photoFormats: (formats) => `Wähle ein Bild im Format ${formats}.`,
  photoSize: (size, megapixels) => `Wähle eines mit höchstens ${size} und ${megapixels} Megapixeln.`,
  requestId: (id) => `Falls du das meldest, gib bitte den Code ${id} an.`,
};
