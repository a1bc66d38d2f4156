export const evaluation = {
  pageTitle: "Evaluation",
};
