import type { PrivacyMessages } from "@/shared/i18n/messages";

export const privacy: PrivacyMessages = {
  title: "Datenschutz",
  question:
    "Dürfen wir uns unter einer zufälligen Nummer merken, was du hier suchst, siehst und auswählst, um die Ergebnisse zu verbessern und Passendes zuerst zu zeigen?",
  more: "Was gespeichert wird",
  agree: "Zustimmen",
  refuse: "Ablehnen",
  failed: "Deine Auswahl konnte nicht gespeichert werden. Bitte versuche es noch einmal.",
  intro:
    "Du entscheidest, ob sich dieser Shop merkt, was du hier tust. Der Shop funktioniert in beiden Fällen genauso.",
  off: "Dieser Shop zeichnet nicht auf, was du hier tust. Es gibt also nichts, dem du zustimmen müsstest.",
  withConsent: {
    title: "Wenn du zustimmst",
    text: "Dein Browser bekommt eine zufällige Nummer, in einem Cookie, das kein Skript lesen kann. Unter dieser Nummer speichern wir, was du suchst, welche Produkte du siehst, auswählst und als Look speicherst, und wann. Damit verbessern wir die Ergebnisse und zeigen dir, wenn du magst, Passendes zuerst. Deine IP-Adresse wird nie gespeichert.",
  },
  without: {
    title: "Wenn du ablehnst oder noch nicht geantwortet hast",
    text: "Du bekommst keine Nummer. Wir zählen nur pro Tag, wie viele Suchen und Klicks es gab. Die Wörter einer Suche werden erst gespeichert, wenn an diesem Tag mindestens fünf Besuche nach denselben Wörtern gesucht haben. Ein Signal deines Browsers (Global Privacy Control) gilt als Nein.",
  },
  duration: {
    title: "Wie lange",
    text: "Deine Zustimmung gilt 180 Tage, dann fragen wir neu. Ereignisse werden gelöscht, wenn die vom Shop festgelegte Frist abgelaufen ist, und jederzeit, wenn du es unten verlangst. Du kannst jederzeit widerrufen; die Aufzeichnung endet sofort.",
  },
  yours: "Deine Auswahl",
  unanswered: "Du hast noch nicht geantwortet. Bis dahin bekommst du keine Nummer.",
  refused: "Du hast abgelehnt. Du hast keine Nummer, und über dich wird nichts gespeichert.",
  byBrowser: "Dein Browser sendet Global Privacy Control. Das gilt als Nein; über dich wird nichts gespeichert.",
  given: (day: string) => `Du hast am ${day} zugestimmt.`,
  measure: "Merken, was ich hier tue, um die Ergebnisse zu verbessern",
  personalise: "Zuerst zeigen, was zu mir passt",
  erase: "Auch löschen, was bisher gespeichert wurde",
  withdraw: "Zustimmung widerrufen",
};
