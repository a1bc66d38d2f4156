import { number, plural } from "./counting";

const one = (value: number) => number(Math.round(10 * value) / 10);

export const experiments = {
  pageTitle: "Experiments",
  intro:
    "Two rankings, compared on shoppers who agreed to be measured. A report may be read, and acted on, at any time.",
  list: "All experiments",
  none: { title: "No experiments yet", text: "Start one above. Its report appears here." },
  since: (time: string) => `Since ${time}.`,
  ended: (from: string, until: string) => `From ${from} to ${until}.`,
  compares: (b: string, a: string, where: string) => `${b} (B) against ${a} (A): ${where}.`,
  surfaces: {
    search: "search results",
  },
  stop: "Stop",
  stopOf: (name: string) => `Stop ${name}`,
  sure: "It cannot go on afterwards.",
  stopNow: "Stop it",
  goOn: "Keep it",
  refused: (why: string) => `That did not work: ${why}`,
  start: {
    title: "Start an experiment",
    name: "Name",
    nameHint: "Lower-case letters, digits and hyphens.",
    a: "A: the ranking that is in use",
    b: "B: the ranking that is tried",
    method: "How",
    methods: { interleave: "Both in one list (needs the fewest shoppers)", ab: "Each shopper sees one of them" },
    metric: "What shoppers are to do more often",
    fixed: "None of this can be changed once the experiment runs. One runs in each place at a time.",
    submit: "Start",
  },
  report: {
    verdicts: {
      undecided: "No difference is shown so far.",
      a_wins: "A is better: leave the ranking as it is.",
      b_wins: "B is better: it can replace A.",
      harmful: "B does harm: stop the experiment.",
      unsound: "Do not use this: shoppers are not split evenly, so events of one side are missing.",
    },
    metrics: {
      click: "clicked",
      like: "liked something",
      add_to_cart: "put something in the cart",
      purchase: "bought",
    },
    sessions: (b: number, decided: number, undecided: number) =>
      `B won ${number(b)} of ${plural(decided, { one: "# decided session", other: "# decided sessions" })}; ${number(undecided)} undecided.`,
    shoppers: (did: string, a: number, ofA: number, b: number, ofB: number) =>
      `${did}: ${number(a)} of ${number(ofA)} shoppers with A, ${number(b)} of ${number(ofB)} with B.`,
    interval: (share: number, low: number, high: number) =>
      `B's part is ${one(share)} %, in truth from ${one(low)} to ${one(high)} %. 50 % is no difference.`,
    holds: "Holds:",
    broken: "Broken:",
    harm: (what: string, a: number, b: number) => `${what}: ${number(a)} with A, ${number(b)} with B.`,
    harms: {
      hides: "hid a product",
      no_results: "found nothing",
      errors: "met an error",
      slow: "waited over half a second",
    },
  },
};
