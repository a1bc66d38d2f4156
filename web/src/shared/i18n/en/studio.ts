export const studio = {
  pageTitle: "Outfit studio",
};
