import type { AdminMessages } from "@/shared/i18n/messages";
import { number, plural } from "./counting";

const one = (value: number) => number(Math.round(10 * value) / 10);

export const experiments: AdminMessages["experiments"] = {
  pageTitle: "Experimente",
  intro:
    "Zwei Rangfolgen im Vergleich, bei Kundinnen und Kunden, die der Messung zugestimmt haben. Ein Bericht gilt, wann immer du ihn liest.",
  list: "Alle Experimente",
  none: { title: "Noch keine Experimente", text: "Starte oben eines. Sein Bericht erscheint hier." },
  since: (time) => `Seit ${time}.`,
  ended: (from, until) => `Von ${from} bis ${until}.`,
  compares: (b, a, where) => `${b} (B) gegen ${a} (A): ${where}.`,
  surfaces: {
    search: "Suchergebnisse",
  },
  stop: "Beenden",
  stopOf: (name) => `${name} beenden`,
  sure: "Es lässt sich danach nicht fortsetzen.",
  stopNow: "Jetzt beenden",
  goOn: "Weiterlaufen lassen",
  refused: (why) => `Das hat nicht geklappt: ${why}`,
  start: {
    title: "Experiment starten",
    name: "Name",
    nameHint: "Kleinbuchstaben, Ziffern und Bindestriche.",
    a: "A: die Rangfolge, die im Einsatz ist",
    b: "B: die Rangfolge, die erprobt wird",
    method: "Wie",
    methods: {
      interleave: "Beide in einer Liste (braucht die wenigsten Personen)",
      ab: "Jede Person sieht eine davon",
    },
    metric: "Was häufiger geschehen soll",
    fixed: "Nichts davon lässt sich ändern, sobald das Experiment läuft. An jedem Ort läuft nur eines.",
    submit: "Starten",
  },
  report: {
    verdicts: {
      undecided: "Bisher zeigt sich kein Unterschied.",
      a_wins: "A ist besser: Lass die Rangfolge, wie sie ist.",
      b_wins: "B ist besser und kann A ersetzen.",
      harmful: "B schadet: Beende das Experiment.",
      unsound: "Nicht verwenden: Die Gruppen sind ungleich groß, also fehlen Ereignisse einer Seite.",
    },
    metrics: {
      click: "Angeklickt",
      like: "Etwas gemerkt",
      add_to_cart: "Etwas in den Warenkorb gelegt",
      purchase: "Gekauft",
    },
    sessions: (b, decided, undecided) =>
      `B gewann ${number(b)} von ${plural(decided, { one: "# entschiedenen Sitzung", other: "# entschiedenen Sitzungen" })}; ${number(undecided)} unentschieden.`,
    shoppers: (did, a, ofA, b, ofB) =>
      `${did}: ${number(a)} von ${number(ofA)} Personen mit A, ${number(b)} von ${number(ofB)} mit B.`,
    interval: (share, low, high) =>
      `Der Anteil von B ist ${one(share)} %, in Wahrheit ${one(low)} bis ${one(high)} %. 50 % heißt: kein Unterschied.`,
    holds: "Hält:",
    broken: "Verletzt:",
    harm: (what, a, b) => `${what}: ${number(a)} mit A, ${number(b)} mit B.`,
    harms: {
      hides: "Ein Produkt ausgeblendet",
      no_results: "Nichts gefunden",
      errors: "Einen Fehler bekommen",
      slow: "Länger als eine halbe Sekunde gewartet",
    },
  },
};
