import { number } from "./counting";

export const evaluation = {
  pageTitle: "Evaluation",
  intro: "How good search and outfit suggestions are, with the command that reproduces each figure.",
  madeOn: (day: string) => `Measured on ${day}`,
  madeBy: "Command",
  figuresOf: (title: string) => `Figures of: ${title}`,
  moreRows: (rows: number) => `The JSON file has ${number(rows)} more rows.`,
  pictureOf: (name: string, title: string) => `${name}, a picture of the report “${title}”`,
  enlarge: (name: string) => `${name}: open in full size`,
  wholePage: "Report as a page",
  rawFigures: "Figures as JSON",
  none: {
    title: "Nothing has been measured yet",
    text: "No report has been published yet. The operator can publish one with:",
  },
};
