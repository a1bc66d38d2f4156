import type { PeopleMessages } from "@/shared/i18n/messages";

export const people: PeopleMessages = {
  save: "Merken",
  saved: "Gemerkt",
  saveOf: (title) => `Merken: ${title}`,
  hide: "Nicht mein Stil",
  hideOf: (title) => `Nicht mein Stil: ${title}`,
  hidden: "Das siehst du nicht wieder.",
  undo: "Rückgängig",
  failed: "Das konnte nicht gespeichert werden. Versuche es noch einmal.",
};
