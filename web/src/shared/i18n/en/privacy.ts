export const privacy = {
  title: "Privacy",
  question:
    "May we remember under a random number what you search for, see and choose here, to improve the results and put what you like first?",
  more: "What is stored",
  agree: "Agree",
  refuse: "Refuse",
  failed: "Your choice could not be saved. Please try again.",
  intro: "You decide whether this shop remembers what you do here. The shop works the same either way.",
  off: "This shop does not record what you do here, so there is nothing to agree to.",
  withConsent: {
    title: "If you agree",
    text: "Your browser gets a random number, in a cookie that no script can read. Under this number we store what you search for, which products you see, choose and save as a look, and when. We use it to improve the results and, if you like, to put what suits you first. Your IP address is never stored.",
  },
  without: {
    title: "If you refuse, or before you answer",
    text: "You get no number. We only count by day how many searches and clicks there were. The words of a search are stored only once at least five visits searched for the same words on that day. A signal from your browser (Global Privacy Control) counts as a no.",
  },
  duration: {
    title: "How long",
    text: "Your consent is valid for 180 days; then we ask again. Events are deleted when the period that the shop has set is over, and at any time if you ask for it below. You can withdraw at any moment; recording stops at once.",
  },
  yours: "Your choice",
  unanswered: "You have not answered yet. Until you do, you get no number.",
  refused: "You refused. You have no number, and nothing is stored about you.",
  byBrowser: "Your browser sends Global Privacy Control. We take it as a no; nothing is stored about you.",
  given: (day: string) => `You agreed on ${day}.`,
  measure: "Remember what I do here, to improve the results",
  personalise: "Put what suits me first",
  erase: "Also delete what was stored so far",
  withdraw: "Withdraw consent",
};
