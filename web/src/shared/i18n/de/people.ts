import type { PeopleMessages } from "@/shared/i18n/messages";

export const people: PeopleMessages = {
  save: "Merken",
  saved: "Gemerkt",
  saveOf: (title) => `Merken: ${title}`,
  hide: "Nicht mein Stil",
  hideOf: (title) => `Nicht mein Stil: ${title}`,
  hidden: "Das siehst du nicht wieder.",
  undo: "Rückgängig",
  why: {
    "like-your-clicks": (titles) => `Weil du gewählt hast: ${titles}`,
    "liked-by-others": (titles) => `Wer ${titles} mag, mag auch das`,
    "less-like-hidden": (titles) => `Weiter unten, weil du ausgeblendet hast: ${titles}`,
    popular: "Das wählen viele",
  },
  failed: "Das konnte nicht gespeichert werden. Versuche es noch einmal.",
};
