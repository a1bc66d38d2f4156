import type { AdminMessages } from "@/shared/i18n/messages";

export const admin: AdminMessages["admin"] = {
  name: "Verwaltung",
  nav: {
    label: "Seiten der Verwaltung",
    overview: "Übersicht",
    map: "Karte",
    evaluation: "Auswertung",
    imports: "Importe",
    experiments: "Experimente",
    rules: "Regeln",
    words: "Wörter",
    looks: "Looks",
    analytics: "Analyse",
    audit: "Protokoll",
    shop: "Zum Shop",
  },
  signOut: "Abmelden",
  signIn: {
    title: "Anmelden",
    text: "Diese Seiten sind für alle, die diesen Shop betreiben. Gib einen API-Schlüssel mit dem Recht admin ein.",
    key: "API-Schlüssel",
    submit: "Anmelden",
    howTo: "Du hast keinen? Erstelle einen auf dem Rechner, auf dem der Server läuft:",
    working: "Anmeldung läuft",
    wrongKey: "Dieser Schlüssel gilt nicht. Vielleicht ist er vertippt, abgelaufen oder widerrufen.",
    wrongScope: "Dieser Schlüssel reicht für die Verwaltung nicht aus. Nötig ist einer mit dem Recht admin.",
    usedLink:
      "Dieser Link wurde schon benutzt oder ist zu alt. Starte die Demo neu, um einen neuen zu bekommen, oder gib einen Schlüssel ein.",
    tooOften: "Zu viele Versuche. Versuche es in einer Minute noch einmal.",
    elsewhere: "Der Browser bestätigt nicht, dass diese Seite vom Server stammt. Prüfe die Adresse und den Proxy.",
    failed: "Der Server konnte dich nicht anmelden. Versuche es gleich noch einmal.",
  },
  off: {
    title: "Die Verwaltung ist ausgeschaltet",
    text: "Dieser Shop hat noch keinen API-Schlüssel, also kann sich niemand anmelden. Erstelle einen auf dem Rechner, auf dem der Server läuft, und lade diese Seite neu:",
    reload: "Neu laden",
  },
};
