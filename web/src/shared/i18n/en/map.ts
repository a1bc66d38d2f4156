export const map = {
  pageTitle: "Map of the catalogue",
};
