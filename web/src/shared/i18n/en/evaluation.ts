export const evaluation = {
  pageTitle: "Evaluation",
  intro: "How good the search and the outfit suggestions are, measured; each with the command that measures it again.",
  madeOn: (day: string) => `Measured on ${day}`,
  madeBy: "Made by",
  figuresOf: (title: string) => `Figures of: ${title}`,
  moreRows: (rows: number) => `${rows} more rows are in the file with the figures.`,
  pictureOf: (name: string, title: string) => `${name}, a picture of the report “${title}”`,
  enlarge: (name: string) => `${name}: open in full size`,
  wholePage: "The report as a page",
  rawFigures: "The figures as JSON",
  none: {
    title: "Nothing has been measured yet",
    text: "This shop has published no report, so there is no figure to show. Whoever runs it publishes one with:",
  },
};
