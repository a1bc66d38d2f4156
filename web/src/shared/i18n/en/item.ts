export const item = {
  buy: "Buy in the shop",
  buyNewTab: "opens in a new tab",
  description: "Description",
  notShown: "Item",
  itemNumber: "Item number",
  similar: "Looks like this",
  goesWith: "Goes with this",
  nothingSimilar: "Nothing else in the catalogue looks like this.",
  nothingGoes: "We know of nothing that goes with it yet.",
  buildOutfit: "Build an outfit",
  seeAllSimilar: "See all that look like it",
  seeAllGoesWith: "See all that go with it",
};
